"""Who may open the pages of care."""

from linli.community.access import Route

ROUTES: tuple[Route, ...] = ()
