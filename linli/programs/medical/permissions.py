"""Who may open the pages of medical, and who sees what there.

Those who treat act and see all of it. Township and county see that an alert goes on, who is a contact and which homes
are to be disinfected; not what a check said, nor who the case is. A grid worker opens none of these pages.
"""

from linli.community.access import OFFICIALS, allow
from linli.community.roles import Role

TREATING = frozenset({Role.COMMUNITY_STAFF, Role.COMMUNITY_DOCTOR})
SEEING = TREATING | OFFICIALS

ROUTES = (
    allow("medical:inbox", get=SEEING),
    allow("medical:alert", get=SEEING),
    allow("medical:step", post=TREATING),
    allow("medical:cases", get=SEEING),
    allow("medical:case", get=SEEING),
    allow("medical:name_contact", get=TREATING, post=TREATING),
    allow("medical:note_lead", get=TREATING, post=TREATING),
    allow("medical:lead", get=OFFICIALS, post=OFFICIALS),
    allow("medical:contacts", get=SEEING),
    allow("medical:tests", get=SEEING),
    allow("medical:disinfection", get=SEEING),
    allow("medical:find", get=TREATING, post=TREATING),
)
