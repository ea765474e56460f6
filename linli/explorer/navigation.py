"""The explorer's entries of the main menu."""

from django.utils.translation import gettext_lazy as _

from linli.community.menu import Entry, Group

ENTRIES = (
    Entry(
        route="explorer:explore",
        label=_("政策查询"),
        about=_("选一个地方和一天，看那里应当做什么、可以做什么、不得做什么，每一条都有出处。"),
        group=Group.POLICY,
        order=10,
    ),
    Entry(
        route="explorer:compare",
        label=_("对比"),
        about=_("两个日子或两种等级放在一起看：哪些开始、哪些停止、哪些措施变了。"),
        group=Group.POLICY,
        order=11,
    ),
    Entry(
        route="explorer:judge",
        label=_("措施合规性"),
        about=_("想采取一项措施，先问一问合不合规、依据哪一条、可以怎样办。"),
        group=Group.POLICY,
        order=12,
    ),
    Entry(
        route="explorer:instruments",
        label=_("政策文件"),
        about=_("每份文件的发文机关、文号、适用范围和起止，逐条列出读成了哪些规定。"),
        group=Group.POLICY,
        order=13,
    ),
    Entry(
        route="explorer:handbook",
        label=_("工作指引"),
        about=_("一个社区某一天的工作指引：谁在什么时候做什么，可打印。"),
        group=Group.POLICY,
        order=14,
    ),
)
