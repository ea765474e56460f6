"""业务: one folder for each capability, all of one shape, none importing another."""
