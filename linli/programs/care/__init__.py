"""关爱照护: visits to people who cannot manage alone and to families, and what happens when one is missed."""
