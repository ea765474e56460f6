"""The entries of key people in the main menu."""

from django.utils.translation import gettext_lazy as _

from linli.community.menu import Entry, Group

ENTRIES = (
    Entry(
        route="keypeople:arrivals",
        label=_("来返登记"),
        about=_("从外地来、回来的人：到了就登记，告知书、健康问询和观察接着办；房东、单位报告要来的也记在这里。"),
        group=Group.PEOPLE,
        order=17,
    ),
    Entry(
        route="keypeople:handovers",
        label=_("人员交接"),
        about=_("搬到别的村（社区）的人：交出去、接进来，对方没有确认以前不放手。"),
        group=Group.PEOPLE,
        order=18,
    ),
)
