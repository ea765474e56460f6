"""The entry of observation in the main menu."""

from django.utils.translation import gettext_lazy as _

from linli.community.menu import Entry, Group

ENTRIES = (
    Entry(
        route="observation:board",
        label=_("医学观察"),
        about=_("谁在居家或集中观察、到哪一天、今天谁还没测、谁该解除，依据哪一条。"),
        group=Group.PEOPLE,
        order=30,
    ),
)
