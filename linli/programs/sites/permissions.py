"""Who may open the pages of central sites, and who may do what there."""

from linli.community.access import ANYONE, OFFICIALS, WORKERS, allow
from linli.community.roles import Role

# Capacity and drives; a name is shown of one's own people, and of all by those who run the site.
SEEING = WORKERS | OFFICIALS
SEEING_WIDE = SEEING - {Role.GRID_WORKER}
# Rooms are given, and sites run, by these.
RUNNING = SEEING_WIDE
# Places and rooms are set up by these.
KEEPING = frozenset({Role.COMMUNITY_STAFF}) | OFFICIALS

ROUTES = (
    allow("sites:sites", get=SEEING),
    allow("sites:open_site", get=KEEPING, post=KEEPING),
    allow("sites:site", get=SEEING),
    allow("sites:notice", get=ANYONE),
    allow("sites:sheet", get=KEEPING, post=KEEPING),
    allow("sites:add_rooms", get=KEEPING, post=KEEPING),
    allow("sites:count", get=RUNNING, post=RUNNING),
    allow("sites:room", get=SEEING),
    allow("sites:close_room", get=KEEPING, post=KEEPING),
    allow("sites:reopen_room", post=KEEPING),
    allow("sites:disinfect", post=RUNNING),
    allow("sites:person", get=SEEING),
    allow("sites:check_in", get=RUNNING, post=RUNNING),
    allow("sites:stay", get=SEEING),
    allow("sites:note", post=RUNNING),
    allow("sites:move", get=RUNNING, post=RUNNING),
    allow("sites:check_out", get=RUNNING, post=RUNNING),
    allow("sites:transport", get=SEEING),
    allow("sites:book", get=SEEING, post=SEEING),
    allow("sites:step", post=SEEING),
)
