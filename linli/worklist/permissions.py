"""Who may open the pages of worklist."""

from linli.community.access import Route

ROUTES: tuple[Route, ...] = ()
