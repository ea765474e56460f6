"""门户: the shell around every page: layout, sign-in, languages, the gate. It has no models."""
