"""Journeys in a real browser, checks of the architecture, and what the tests of all apps share."""
