"""就医与密接: alerts and the way to hospital, cases, contacts, tests, terminal disinfection."""
