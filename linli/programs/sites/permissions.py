"""Who may open the pages of sites."""

from linli.community.access import Route

ROUTES: tuple[Route, ...] = ()
