"""Who may open the pages of observation. Whom one may open there is decided by the reach, as everywhere."""

from linli.community.access import allow
from linli.community.permissions import SEEING_GRID
from linli.community.roles import Role

SEEING = SEEING_GRID
# Starting, changing and ending an observation is for the community and its doctor, not for the worker at the door.
DECIDING = frozenset({Role.COMMUNITY_STAFF, Role.COMMUNITY_DOCTOR})

ROUTES = (
    allow("observation:board", get=SEEING, post=SEEING),
    allow("observation:person", get=SEEING),
    allow("observation:start", get=DECIDING, post=DECIDING),
    allow("observation:step", get=DECIDING, post=DECIDING),
    allow("observation:release", get=DECIDING, post=DECIDING),
    allow("observation:notice", get=DECIDING),
)
