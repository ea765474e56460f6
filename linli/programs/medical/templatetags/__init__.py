"""Template tags of medical."""
