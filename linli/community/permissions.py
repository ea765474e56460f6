"""Who may open the community's pages."""

from linli.community.access import ANYONE, allow

ROUTES = (
    allow("community:places", get=ANYONE),
    allow("community:place", get=ANYONE),
)
