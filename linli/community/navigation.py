"""The community's entries of the main menu."""

from django.utils.translation import gettext_lazy as _

from linli.community.menu import Entry, Group

ENTRIES = (
    Entry(
        route="grid:grid",
        label=_("网格"),
        about=_("本辖区的三级网格：谁负责哪里，有多少户、多少人。"),
        group=Group.AREA,
        order=20,
    ),
    Entry(
        route="grid:find",
        label=_("查找"),
        about=_("按姓名、拼音首字母、室号或电话后四位查找居民和住户。"),
        group=Group.AREA,
        order=21,
    ),
    Entry(
        route="grid:gaps",
        label=_("缺口"),
        about=_("没有责任人的户、没有负责人的网格、没有落户的人，逐个补上。"),
        group=Group.AREA,
        order=22,
    ),
    Entry(
        route="community:places",
        label=_("区划"),
        about=_("按名称或拼音查找省、市、县、乡镇和村（社区）。"),
        group=Group.AREA,
        order=80,
    ),
)
