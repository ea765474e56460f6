"""解除隔离医学观察通知书: the release notice on A4, for somebody whose observation has ended.

One of the two papers that may be asked of a community (M38 三(二)). The institution that the law names issues and seals
it; the community hands it over (M38 二(一)1).
"""

from importlib.resources import as_file, files
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import override

from linli.community.identity import masked_number
from linli.community.models import Resident
from linli.community.paper import pdf_of
from linli.explorer.wording import wide
from linli.programs.observation.board import strip_for
from linli.programs.observation.course import CENTRAL
from linli.programs.observation.queries import Status
from linli.programs.observation.strip import DayState
from linli.records.clauses import clause_of
from linli.records.sight import Found
from linli.response.queries import rulebook

_TEMPLATE = files("linli.programs.observation").joinpath("typst/release.typ")
HANDED_OVER = "minfa-2020-38 二(一)1"
ONE_OF_TWO = "minfa-2020-38 三(二)"
NO_DISCRIMINATION = "minfa-2020-38 三(三)"


def may_have(status: Status) -> bool:
    """Is there something to certify: a release, or an observation that has ended by right?"""
    return status.course is not None and (status.course.release is not None or status.is_over)


def printed(about: Found, status: Status) -> bytes:
    """The notice as PDF. It is a Chinese official paper, in whatever language the page is read.

    Raises: FontsMissing.
    """
    with override("zh-hans"), as_file(_TEMPLATE) as template:
        return pdf_of(template, notice_of(about, status))


def notice_of(about: Found, status: Status) -> dict[str, Any]:
    """What stands on the notice. It is in Chinese alone, as the paper that others will ask for."""
    course, resident = status.course, about.subject
    assert course is not None and status.end is not None and isinstance(resident, Resident)
    release = course.release
    ended = course.released_on or status.end
    squares = [square for square in strip_for(status) if square.day < ended]
    checked = sum(square.state in (DayState.DONE, DayState.ABNORMAL) for square in squares)
    abnormal = sum(square.state is DayState.ABNORMAL for square in squares)
    places = ["集中" if phase.place == CENTRAL else "居家" for phase in course.phases if phase.place != "HOSPITAL"]
    norms = str((release or course.timed_by).payload.get("norms", "")).split()
    start, end, counted = _day(course.start), _day(ended), _day(course.counts_from)
    place = "、".join(dict.fromkeys(places)) or "居家"
    return {
        "title": "解除隔离医学观察通知书",
        "number": str(release.payload.get("notice_number", "")) if release else "",
        "number_label": "编号：",
        "addressee": f"{resident.name}：",
        "person": _person(about, resident),
        "body": [
            f"您自{start}起接受{place}医学观察，从{counted}起算，到{end}0时为止。",
            f"观察期间记录健康监测{checked}天，其中异常{abnormal}天。",
            _why_it_ended(status, is_early=ended < course.stated_end),
            f"从{end}起解除隔离医学观察，可以正常出入、工作和生活。",
        ],
        "rights": [
            ["这张通知书是社区可以依法出具的证明之一，不必再开其他证明。", _cited(ONE_OF_TWO)],
            ["解除观察的人和家人不受歧视；遇到为难，请告诉社区。", _cited(NO_DISCRIMINATION)],
        ],
        "rights_label": "说明",
        "basis_label": "依据",
        "basis": _basis(norms),
        "issuer": "出具机构（盖章）",
        "handed_by": f"送达：{about.division.name}",
        "handed_note": "由社区协助法定机构送达",
        "handed_cite": _cited(HANDED_OVER),
        "date": _day(release.day if release else status.day),
        "received": "本人签收",
        "received_on": "签收日期",
        "footer": "邻里 · 本通知书由登记生成，提前或逾期解除都如实写明",
    }


def _why_it_ended(status: Status, *, is_early: bool) -> str:
    if not is_early:
        return "观察期限已满。"
    release = status.course.release if status.course else None
    if release is not None and release.payload.get("early_reason") == "MEDICAL":
        return "经医疗、疾控机构决定，提前解除。"
    return "观察的依据已经没有，提前解除。"


def _person(about: Found, resident: Resident) -> list[list[str]]:
    papers = [
        (paper.get_kind_display(), masked_number(paper.number)) for paper in resident.documents.all() if paper.number
    ]
    home = about.household
    place = f"{about.division.name}{home.unit.name}{home.label}" if home is not None else about.division.name
    rows = [
        ["姓名", resident.name],
        ["性别", str(resident.get_sex_display()) if resident.sex else "—"],
        ["出生日期", _day(resident.birth_day) if resident.birth_day else "—"],
        *[[str(kind), number] for kind, number in papers[:1]],
        ["住址", place],
    ]
    return rows


def _basis(norms: list[str]) -> list[list[str]]:
    book = rulebook()
    found: dict[tuple[str, str], str] = {}
    for one in norms:
        norm = book.norm.get(one)
        if norm is not None:
            found.setdefault((norm.instrument, norm.cite), wide(norm.say.zh))
    return [
        [f"{book.instruments[instrument].number or book.instruments[instrument].title.zh} {cite}", say]
        for (instrument, cite), say in found.items()
    ]


def _cited(clause: str) -> str:
    found = clause_of(clause)
    return f"{found.short.zh} {found.cite}"


def _day(day: Any) -> str:
    return date_format(day, "Y年n月j日")
