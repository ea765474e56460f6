"""The response's entries of the main menu."""

from django.utils.translation import gettext_lazy as _

from linli.community.menu import Entry, Group

ENTRIES = (
    Entry(
        route="response:declarations",
        label=_("等级与响应"),
        about=_("各地的风险等级、社区疫情划分和应急响应：现在怎样、何时变过、依据哪份文件。"),
        group=Group.POLICY,
        order=40,
    ),
    Entry(
        route="response:status",
        label=_("响应情况"),
        about=_("本辖区各村（社区）应急响应的启动、调整和终止。"),
        group=Group.POLICY,
        order=45,
    ),
)
