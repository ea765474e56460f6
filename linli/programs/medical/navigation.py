"""The entry of medical in the main menu."""

from django.utils.translation import gettext_lazy as _

from linli.community.menu import Entry, Group

ENTRIES = (
    Entry(
        route="medical:inbox",
        label=_("就医警示"),
        about=_("发热和异常一登记就到这里：一步一步跟到医院、跟到有结果；病例、密接、检测和终末消毒也在这里。"),
        group=Group.DAILY,
        order=3,
    ),
)
