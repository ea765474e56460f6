"""Who may open the pages of health."""

from linli.community.access import Route

ROUTES: tuple[Route, ...] = ()
