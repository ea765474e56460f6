"""Who may open the pages of health. Whom one may open there is decided by the reach, as everywhere."""

from linli.community.access import OFFICIALS, WORKERS, allow
from linli.community.roles import Role

SEEING = WORKERS | OFFICIALS
KNOCKING = WORKERS
# Rounds, sessions and who comes to them.
PLANNING = frozenset({Role.COMMUNITY_STAFF, Role.COMMUNITY_DOCTOR})

ROUTES = (
    allow("health:register", get=SEEING, post=SEEING),
    allow("health:knock", get=KNOCKING, post=KNOCKING),
    allow("health:kits", get=SEEING),
    allow("health:open_round", get=PLANNING, post=PLANNING),
    allow("health:vaccination", get=SEEING, post=SEEING),
    allow("health:open_session", get=PLANNING, post=PLANNING),
    allow("health:session", get=PLANNING, post=PLANNING),
    allow("health:book", post=PLANNING),
    allow("health:unbook", post=PLANNING),
    allow("health:worker_dose", get=PLANNING, post=PLANNING),
)
