"""Who may open the pages of care. Whom one may open there is decided by the reach, as everywhere."""

from linli.community.access import OFFICIALS, WORKERS, allow
from linli.community.roles import Role

SEEING = WORKERS | OFFICIALS
# A missed visit may go up to the township, and it may take it over.
TAKING_OVER = WORKERS | {Role.TOWNSHIP}
PLANNING = frozenset({Role.COMMUNITY_STAFF, Role.TOWNSHIP})
LOOKING_AFTER = frozenset({Role.COMMUNITY_STAFF, Role.COMMUNITY_DOCTOR})

ROUTES = (
    allow("care:people", get=SEEING, post=SEEING),
    allow("care:plan", get=PLANNING, post=PLANNING),
    allow("care:end_plan", get=PLANNING, post=PLANNING),
    allow("care:take_over", get=TAKING_OVER, post=TAKING_OVER),
    allow("care:families", get=LOOKING_AFTER, post=LOOKING_AFTER),
    allow("care:look_after", post=LOOKING_AFTER),
)
