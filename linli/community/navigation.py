"""The community's entries of the main menu."""

from django.utils.translation import gettext_lazy as _

from linli.community.menu import Entry

ENTRIES = (
    Entry(
        route="community:places", label=_("区划"), about=_("按名称或拼音查找省、市、县、乡镇和村（社区）。"), order=80
    ),
)
