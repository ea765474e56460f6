"""Who may open the pages of keypeople."""

from linli.community.access import Route

ROUTES: tuple[Route, ...] = ()
