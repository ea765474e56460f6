"""The records' entry of the main menu."""

from django.utils.translation import gettext_lazy as _

from linli.community.menu import Entry, Group

ENTRIES = (
    Entry(
        route="records:registers",
        label=_("台账"),
        about=_("重点人员台账：谁在哪一本上、从哪天到哪天、为什么、依据哪一条。"),
        group=Group.PEOPLE,
        order=23,
    ),
)
