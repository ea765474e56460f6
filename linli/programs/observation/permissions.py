"""Who may open the pages of observation."""

from linli.community.access import Route

ROUTES: tuple[Route, ...] = ()
