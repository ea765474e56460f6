"""The grid of a community: units, households, workers, who answers for whom, and the pages to see and keep it."""
