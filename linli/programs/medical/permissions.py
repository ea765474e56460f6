"""Who may open the pages of medical."""

from linli.community.access import Route

ROUTES: tuple[Route, ...] = ()
