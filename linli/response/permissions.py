"""Who may open the pages of the response. What is declared is public; declaring is for the county command."""

from linli.community.access import ANYONE, OFFICIALS, allow
from linli.community.roles import Role

DECLARING = frozenset({Role.COUNTY_COMMAND})
# Who sees which official declared something.
SEEING_NAMES = OFFICIALS | {Role.AUDITOR}
SEEING_STATUS = OFFICIALS | {Role.AUDITOR}

ROUTES = (
    allow("response:declarations", get=ANYONE),
    allow("response:place", get=ANYONE),
    allow("response:declare", get=DECLARING, post=DECLARING),
    allow("response:correct", get=DECLARING, post=DECLARING),
    allow("response:end", get=DECLARING, post=DECLARING),
    allow("response:withdraw", get=DECLARING, post=DECLARING),
    allow("response:status", get=SEEING_STATUS),
)
