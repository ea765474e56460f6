"""集中观察点: rooms, who is where, transport."""
