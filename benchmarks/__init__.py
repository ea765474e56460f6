"""Measurements of parts of Linli, each a script that prints a Markdown table."""
