"""医学观察: home-fit, start to release of an observation, daily checks."""
