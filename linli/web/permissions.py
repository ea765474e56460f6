"""Who may open the pages of the shell."""

from linli.community.access import ANY_LOGIN, ANYONE, allow

ROUTES = (
    allow("web:home", get=ANYONE),
    allow("web:sign_in", get=ANYONE, post=ANYONE),
    allow("web:sign_out", post=ANY_LOGIN),
    allow("web:preference", post=ANYONE),
    allow("web:fields", get=ANYONE),
    allow("web:health", get=ANYONE),
)
