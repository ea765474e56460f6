"""Who may open the pages of the work list."""

from linli.community.access import ANYONE, OFFICIALS, WORKERS, allow
from linli.community.permissions import KEEPING_GRID, SEEING_GRID
from linli.community.roles import Role

# The own list: whoever goes to the doors, treats, or sits at the desk.
DOING = WORKERS
# The lists of others. A community doctor sees what the clinic owes.
SEEING_WORK = frozenset({Role.COMMUNITY_STAFF, Role.COMMUNITY_DOCTOR}) | OFFICIALS
SEEING_ALL_WORK = SEEING_WORK - {Role.COMMUNITY_DOCTOR}

ROUTES = (
    allow("worklist:today", get=DOING),
    allow("worklist:usual", post=DOING),
    allow("worklist:undo", post=DOING),
    allow("worklist:excuse", get=DOING, post=DOING),
    allow("worklist:desk", get=SEEING_WORK),
    allow("worklist:list", get=SEEING_WORK),
    allow("worklist:load", get=KEEPING_GRID),
    allow("worklist:move", get=KEEPING_GRID, post=KEEPING_GRID),
    allow("worklist:check", get=SEEING_ALL_WORK),
    allow("worklist:person", get=SEEING_GRID),
    allow("worklist:sheets", get=WORKERS),
    allow("worklist:quick", get=WORKERS, post=WORKERS),
    allow("worklist:household_link", get=WORKERS, post=WORKERS),
    # A household without an account: what stands in the address is the key.
    allow("worklist:own_report", get=ANYONE, post=ANYONE),
)
