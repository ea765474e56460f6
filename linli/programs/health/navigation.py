"""The entry of health in the main menu."""

from django.utils.translation import gettext_lazy as _

from linli.community.menu import Entry, Group

ENTRIES = (
    Entry(
        route="health:register",
        label=_("健康服务"),
        about=_("65岁以上老人和重症高风险人员：敲门走到哪一户、风险高低、健康包、疫苗接种。"),
        group=Group.SERVICES,
        order=35,
    ),
)
