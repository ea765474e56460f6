"""社区底册: divisions, accounts and roles, and who may reach what."""
