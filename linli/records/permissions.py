"""Who may open the pages of records."""

from linli.community.access import Route

ROUTES: tuple[Route, ...] = ()
