"""Who may open the pages of key people."""

from linli.community.access import WORKERS, allow
from linli.community.permissions import KEEPING_GRID, SEEING_GRID
from linli.community.roles import Role

# A grid worker sees and registers who lives in the own part of the grid.
SEEING = SEEING_GRID
REGISTERING = WORKERS
# Anybody who is told that somebody comes may write it down; who follows it up works for the community as a whole.
TELLING = WORKERS | {Role.TOWNSHIP}
FOLLOWING = frozenset({Role.COMMUNITY_STAFF, Role.COMMUNITY_DOCTOR, Role.TOWNSHIP})
SEEING_ROUNDS = SEEING_GRID - {Role.GRID_WORKER}
OPENING_ROUNDS = KEEPING_GRID
SEEING_HANDOVERS = SEEING_GRID - {Role.GRID_WORKER}
HANDING_OVER = KEEPING_GRID
SEEING_LOST = KEEPING_GRID

ROUTES = (
    allow("keypeople:arrivals", get=SEEING),
    allow("keypeople:find", get=REGISTERING, post=REGISTERING),
    allow("keypeople:newcomer", get=REGISTERING, post=REGISTERING),
    allow("keypeople:arrive", get=REGISTERING, post=REGISTERING),
    allow("keypeople:arrival", get=SEEING),
    allow("keypeople:origin", get=TELLING),
    allow("keypeople:reports", get=FOLLOWING),
    allow("keypeople:tell", get=TELLING, post=TELLING),
    allow("keypeople:report", get=FOLLOWING, post=FOLLOWING),
    allow("keypeople:rounds", get=SEEING_ROUNDS),
    allow("keypeople:open_round", get=OPENING_ROUNDS, post=OPENING_ROUNDS),
    allow("keypeople:round", get=SEEING_ROUNDS),
    allow("keypeople:end_round", get=OPENING_ROUNDS, post=OPENING_ROUNDS),
    allow("keypeople:handovers", get=SEEING_HANDOVERS),
    allow("keypeople:whom", get=HANDING_OVER, post=HANDING_OVER),
    allow("keypeople:hand_over", get=HANDING_OVER, post=HANDING_OVER),
    allow("keypeople:handover", get=SEEING_HANDOVERS),
    allow("keypeople:accept", get=HANDING_OVER, post=HANDING_OVER),
    allow("keypeople:send_back", get=HANDING_OVER, post=HANDING_OVER),
    allow("keypeople:acknowledge", get=HANDING_OVER, post=HANDING_OVER),
    allow("keypeople:take_back", get=HANDING_OVER, post=HANDING_OVER),
    allow("keypeople:lost", get=SEEING_LOST),
    allow("keypeople:import", get=KEEPING_GRID, post=KEEPING_GRID),
)
