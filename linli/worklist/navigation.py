"""The work list's entries of the main menu."""

from django.utils.translation import gettext_lazy as _

from linli.community.access import OFFICIALS
from linli.community.menu import Entry, Group
from linli.community.roles import Role

ENTRIES = (
    Entry(
        route="worklist:today",
        label=_("今天"),
        about=_("今天要上门、要打电话、要送到的，一户一户排好，点一下就记好。"),
        group=Group.DAILY,
        order=1,
        lands=frozenset({Role.GRID_WORKER}),
    ),
    Entry(
        route="worklist:desk",
        label=_("社区工作台"),
        about=_("今天要求我们做什么、谁现在要人管、到现在做了多少。"),
        group=Group.DAILY,
        order=2,
        lands=frozenset({Role.COMMUNITY_STAFF, Role.COMMUNITY_DOCTOR}) | OFFICIALS,
    ),
    Entry(
        route="worklist:quick",
        label=_("纸单"),
        about=_("打印今天的任务单带出门，回来照着单子快速补录。"),
        group=Group.DAILY,
        order=23,
    ),
    Entry(
        route="worklist:load",
        label=_("负担"),
        about=_("每个人手上有多少件事，太多的分给别人。"),
        group=Group.DAILY,
        order=24,
    ),
)
