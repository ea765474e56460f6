"""Template filters of the policy pages."""
