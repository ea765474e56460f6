"""留痕: who did, saw or changed what. Append-only, and every app may import it."""
