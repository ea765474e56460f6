"""Who may open the policy pages: everybody. Policy is public."""

from linli.community.access import ANYONE, allow

ROUTES = (
    allow("explorer:explore", get=ANYONE),
    allow("explorer:places", get=ANYONE),
    allow("explorer:norm", get=ANYONE),
    allow("explorer:measure", get=ANYONE),
    allow("explorer:compare", get=ANYONE),
    allow("explorer:judge", get=ANYONE),
    allow("explorer:instruments", get=ANYONE),
    allow("explorer:instrument", get=ANYONE),
    allow("explorer:readings", get=ANYONE),
    allow("explorer:handbook", get=ANYONE),
    allow("explorer:handbook_pdf", get=ANYONE),
)
