"""What the product must answer, chapter by chapter: the gold table, the clauses of every instrument, their examples."""
