"""The shell's entries of the main menu."""

from django.utils.translation import gettext_lazy as _

from linli.community.menu import Entry, Group

ENTRIES = (
    Entry(
        route="web:fields",
        label=_("数据登记"),
        about=_("系统存了哪些数据、为什么存、谁能看、存多久，逐项公开。"),
        group=Group.DATA,
        order=90,
    ),
)
