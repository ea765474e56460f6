"""Who may open the pages of records. Whom one may open there, and on which register, is decided in `sight`."""

from linli.community.access import WORKERS, allow
from linli.community.permissions import KEEPING_GRID, SEEING_GRID

# A kind that officials write says so in its ``roles``; the page of any other kind is not there for them.
WRITING = SEEING_GRID

ROUTES = (
    allow("records:new", get=WRITING, post=WRITING),
    allow("records:entry", get=SEEING_GRID),
    allow("records:correct", get=WRITING, post=WRITING),
    allow("records:withdraw", get=WRITING, post=WRITING),
    allow("records:registers", get=SEEING_GRID),
    allow("records:register", get=SEEING_GRID, post=SEEING_GRID),
    allow("records:put_on", get=WORKERS, post=WORKERS),
    allow("records:person", get=SEEING_GRID),
    allow("records:merge", get=KEEPING_GRID, post=KEEPING_GRID),
    allow("records:undo_merge", get=KEEPING_GRID, post=KEEPING_GRID),
)
