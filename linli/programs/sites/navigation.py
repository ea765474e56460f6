"""The entry of central sites in the main menu."""

from django.utils.translation import gettext_lazy as _

from linli.community.menu import Entry, Group

ENTRIES = (
    Entry(
        route="sites:sites",
        label=_("集中观察点"),
        about=_("还有多少空房，谁在等房间，谁住哪一间，接送的车到了没有。"),
        group=Group.PEOPLE,
        order=34,
    ),
)
