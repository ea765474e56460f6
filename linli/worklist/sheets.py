"""The day's paper: one worker's list as a sheet to fill in with a pen, and the same lines to type in afterwards."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from importlib.resources import files
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from linli.community.civil_days import SHANGHAI
from linli.community.models import Household, Resident
from linli.community.paper import pdf_of
from linli.records.kinds import Kind, kind_of
from linli.records.models import Channel
from linli.records.operations import Draft, record_entry
from linli.records.payloads import PayloadRefused
from linli.records.program import EntryRefused
from linli.records.wording import why_refused
from linli.trail.actor import Actor
from linli.worklist.items import Item, Owner, State
from linli.worklist.shorthand import ShorthandRefused, can_be_typed, payload_of, signs_of

_TEMPLATE = Path(str(files("linli.worklist").joinpath("typst/sheet.typ")))
_REFUSALS = {
    "not_readable": gettext_lazy("“%(text)s”看不懂：数字在前，字母在后，备注前加 #。"),
    "no_number": gettext_lazy("这一项不填数字。"),
    "no_letter": gettext_lazy("没有“%(text)s”这个代号。"),
    "no_remark": gettext_lazy("这一项没有备注，请用完整表格登记。"),
    "two_answers": gettext_lazy("“%(text)s”和前面的选择只能选一个。"),
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a sheet. ``typed`` and ``problem`` are what was typed for it and what was wrong with that."""

    number: int
    item: Item
    kind: Kind
    typed: str = ""
    problem: str = ""

    @property
    def is_open(self) -> bool:
        """Can it still be filled in? A day that has passed can."""
        return self.item.state in (State.DUE, State.LATE, State.MISSED)

    @property
    def code(self) -> str:
        """Four signs by which a line on paper is known again, whatever its number has become."""
        return self.item.id[:4].upper()


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """The lines of one owner and day, house by house."""

    owner: Owner
    place: str
    day: date
    lines: tuple[Line, ...]

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds on it, for the legend."""
        return tuple({line.kind.id: line.kind for line in self.lines}.values())


def sheet_of(items: Iterable[Item], *, owner: Owner, place: str, day: date) -> Sheet:
    """The sheet of one owner: what can be said in a line; what has a door of its own is left out."""
    mine = sorted(
        (item for item in items if item.owner == owner and _is_on_paper(item)),
        key=lambda item: (item.place, item.label, item.kind, item.id),
    )
    lines = tuple(Line(number=n, item=item, kind=kind_of(item.kind)) for n, item in enumerate(mine, start=1))
    return Sheet(owner=owner, place=place, day=day, lines=lines)


def _is_on_paper(item: Item) -> bool:
    kind = kind_of(item.kind)
    return not kind.own_door and can_be_typed(kind) and item.subject_type in ("person", "household")


def sheets_of(items: Sequence[Item], *, place: str, day: date) -> list[Sheet]:
    """The sheets of all owners who have something on paper, by name."""
    owners = sorted({item.owner for item in items if _is_on_paper(item)}, key=lambda one: (one.name, one.worker or 0))
    return [sheet_of(items, owner=owner, place=place, day=day) for owner in owners]


def take_in(sheet: Sheet, typed: Mapping[str, str], *, by: Actor, at: datetime) -> tuple[int, list[Line]]:
    """Write down the typed lines; answers how many were new and the lines with what is still wrong.

    A line with a mistake stops no other; typed twice it is stored once. ``typed`` is by the id of the item.
    """
    happened_at = min(at, datetime.combine(sheet.day, time(12), SHANGHAI)) if sheet.day < timezone.localdate(at) else at
    subjects = _subjects(line.item for line in sheet.lines)
    new, lines = 0, []
    for line in sheet.lines:
        text = typed.get(line.item.id, "").strip()
        problem = ""
        if text and line.is_open:
            try:
                new += _take_in(line, text, subjects[line.item.subject], happened_at=happened_at, by=by, at=at)
                continue
            except ShorthandRefused as refused:
                problem = str(_REFUSALS[refused.code]) % refused.data
            except PayloadRefused as refused:
                problem = " ".join(sentence for sentences in refused.errors.values() for sentence in sentences)
            except EntryRefused as refused:
                problem = why_refused(refused)
        lines.append(Line(number=line.number, item=line.item, kind=line.kind, typed=text, problem=problem))
    return new, lines


def _take_in(
    line: Line, text: str, subject: Resident | Household, *, happened_at: datetime, by: Actor, at: datetime
) -> bool:
    payload = payload_of(line.kind, text)
    draft = Draft(
        kind=line.kind.id,
        subject=subject,
        happened_at=max(happened_at, line.item.due_from) if line.item.due_from <= at else happened_at,
        payload=payload or {},
        channel=Channel.PAPER,
        id=uuid5(NAMESPACE_OID, f"paper {line.item.id} {line.item.subject}"),
        division_code=line.item.division,
    )
    return record_entry(draft, by=by, at=at).is_new


def _subjects(items: Iterable[Item]) -> dict[UUID | str, Resident | Household]:
    rows = list(items)
    people = [item.subject for item in rows if item.subject_type == "person"]
    homes = [item.subject for item in rows if item.subject_type == "household"]
    found: dict[UUID | str, Resident | Household] = {}
    found |= {one.pk: one for one in Resident.objects.filter(pk__in=people)}
    found |= {one.pk: one for one in Household.objects.filter(pk__in=homes).select_related("unit")}
    return found


def printed(sheets: Sequence[Sheet]) -> bytes:
    """Sheets on A4, each on pages of its own.

    Raises: FontsMissing.
    """
    return pdf_of(
        _TEMPLATE,
        {
            "lang": "en" if (get_language() or "").startswith("en") else "zh",
            "words": {
                "title": _("今日任务单"),
                "worker": _("责任人"),
                "number": _("序号"),
                "door": _("楼栋门牌"),
                "name": _("姓名"),
                "what": _("要做的事"),
                "answer": _("填写"),
                "time": _("时间"),
                "signed": _("签名"),
                "legend": _("代号：数字照填（体温 36.5 写 36.5），字母打勾选；没有做到的留空，不要代填。"),
                "basis": _("依据"),
            },
            "sheets": [_printed(sheet) for sheet in sheets],
        },
    )


def _printed(sheet: Sheet) -> dict[str, Any]:
    return {
        "place": sheet.place,
        "day": sheet.day.isoformat(),
        "owner": sheet.owner.name,
        "legend": [
            [str(kind.say), [[sign.letter, str(sign.say)] for sign in signs_of(kind)]]
            for kind in sheet.kinds
            if signs_of(kind)
        ],
        "lines": [
            [
                str(line.number),
                line.item.place,
                line.item.label if line.item.subject_type == "person" else "",
                str(line.kind.say),
                _unit_of(line.kind),
                [sign.letter for sign in signs_of(line.kind)][:8],
                line.code,
                "、".join(dict.fromkeys(one.cite for one in line.item.clauses)),
            ]
            for line in sheet.lines
            if line.is_open
        ],
    }


def _unit_of(kind: Kind) -> str:
    return next((field.unit or "…" for field in kind.fields if field.type in ("number", "int")), "")
