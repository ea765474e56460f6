"""Residents: where they live, how they are found, and how tables of them are taken in."""
