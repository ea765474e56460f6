"""Linli 邻里: what an epidemic policy asks of one neighbourhood, on one day, with its clause."""

__version__ = "0.1.0"
