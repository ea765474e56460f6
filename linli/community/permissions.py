"""Who may open the community's pages, and what they see of a person there."""

from linli.community.access import ANYONE, OFFICIALS, WORKERS, allow
from linli.community.roles import Role

# A grid worker sees the own grid, the others all of their divisions.
SEEING_GRID = WORKERS | OFFICIALS
SEEING_GRID_WIDE = SEEING_GRID - {Role.GRID_WORKER}
KEEPING_GRID = frozenset({Role.COMMUNITY_STAFF}) | OFFICIALS
# As the register of stored fields says of each field.
SEEING_PHONES = WORKERS
SEEING_NUMBERS = frozenset({Role.COMMUNITY_STAFF})

ROUTES = (
    allow("community:places", get=ANYONE),
    allow("community:place", get=ANYONE),
    allow("grid:grid", get=SEEING_GRID),
    allow("grid:community", get=SEEING_GRID),
    allow("grid:find", get=SEEING_GRID, post=SEEING_GRID),
    allow("grid:gaps", get=KEEPING_GRID),
    allow("grid:unit", get=SEEING_GRID),
    allow("grid:household", get=SEEING_GRID),
    allow("grid:resident", get=SEEING_GRID),
    allow("grid:worker", get=KEEPING_GRID),
    allow("grid:assign", get=KEEPING_GRID, post=KEEPING_GRID),
    allow("grid:end_assignment", get=KEEPING_GRID, post=KEEPING_GRID),
    allow("grid:reassign", get=KEEPING_GRID, post=KEEPING_GRID),
    allow("grid:open_unit", get=KEEPING_GRID, post=KEEPING_GRID),
    allow("grid:close_unit", get=KEEPING_GRID, post=KEEPING_GRID),
    allow("grid:register_worker", get=KEEPING_GRID, post=KEEPING_GRID),
    allow("grid:register_household", get=KEEPING_GRID, post=KEEPING_GRID),
    allow("grid:register_resident", get=KEEPING_GRID, post=KEEPING_GRID),
    allow("grid:move", get=KEEPING_GRID, post=KEEPING_GRID),
    allow("grid:leave", get=KEEPING_GRID, post=KEEPING_GRID),
)
