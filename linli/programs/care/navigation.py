"""The entry of care in the main menu."""

from django.utils.translation import gettext_lazy as _

from linli.community.menu import Entry, Group

ENTRIES = (
    Entry(
        route="care:people",
        label=_("关爱照护"),
        about=_("谁需要探视、上次什么时候去的、今天谁还没见到、由谁接手。"),
        group=Group.SERVICES,
        order=36,
    ),
)
