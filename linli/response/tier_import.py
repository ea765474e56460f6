"""Takes in lists of risk tiers. What is certain is declared; what is doubtful is asked; twice imported is once.

A line says: this place had this tier from this day to that. The place is a division, or an area inside one that is
known by its printed name alone, and names are reworded from list to list. So a name is compared by what it says, not by
its letters; where it merely resembles a known one, the line becomes a question that a person answers in a file.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import translation

from linli.community.access import within
from linli.community.codes import COUNTY, TOWNSHIP, ancestors_of, is_code, level_of
from linli.community.models import Division
from linli.community.tables import ImportReport, Row
from linli.response import wording
from linli.response.area_names import AreaText, is_alike, key_of, taken_apart
from linli.response.fact_values import FactRefused
from linli.response.models import LONGEST_AREA_NAME, Area, AreaName, Declaration
from linli.response.operations import (
    DeclarationRefused,
    Place,
    Source,
    Statement,
    declare,
    end,
    note_area,
    note_area_name,
)
from linli.response.place_names import Found, PlaceNames
from linli.response.tier_table import RowUnreadable, TierRow, check_columns, read_row
from linli.trail.actor import Actor
from linli.trail.operations import record_act

TIER = "tier"
NEW_ANSWERS = frozenset({"新", "new"})
SKIP_ANSWERS = frozenset({"不导入", "skip"})
_MOST_REPORTED = 1000
_QUESTION_COLUMNS = (
    "row",
    "division_code",
    "place",
    "province",
    "city",
    "county",
    "township",
    "area",
    "tier",
    "effective_from",
    "effective_to",
    "published_at",
    "source",
    "source_number",
    "source_url",
    "reason",
    "candidates",
    "answer",
)


@dataclass(frozen=True, kw_only=True)
class Question:
    """A line that a person must decide. ``code`` and ``data`` say why; ``candidates`` what it might be."""

    row: TierRow
    code: str
    data: Mapping[str, str] = field(default_factory=dict)
    candidates: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """The question in words, in the language in use."""
        return wording.remark(self.code, self.data)


@dataclass(kw_only=True)
class TierReport(ImportReport):
    """What became of every row. ``skipped`` counts those that an answer said to leave out."""

    skipped: int = 0
    questions: list[Question] = field(default_factory=list)

    @property
    def asked(self) -> int:
        """How many rows wait for an answer."""
        return len(self.questions)

    def as_json(self) -> dict[str, Any]:
        """The report as plain JSON."""
        questions = [
            {
                "row": one.row.number,
                "code": one.code,
                "reason": one.reason,
                "area": one.row.cells.get("area", ""),
                "candidates": list(one.candidates),
            }
            for one in self.questions[:_MOST_REPORTED]
        ]
        return {**super().as_json(), "skipped": self.skipped, "asked": self.asked, "questions": questions}


@dataclass(frozen=True, kw_only=True)
class _Line:
    """A row whose division is known. ``text`` names the area inside it; empty for the division itself."""

    row: TierRow
    division: Division
    text: AreaText
    printed: str

    @property
    def county_code(self) -> str:
        """The county that holds the place: areas of one county are compared with each other."""
        return _county_of(self.division.code)

    @property
    def key_in_county(self) -> str:
        """The key of the area with its township in front, as a list of the whole county prints it."""
        return _key_in_county(self.division, self.text.key)


@dataclass(kw_only=True)
class _KnownArea:
    """An area that a line may mean, with the periods for which it is listed.

    ``area`` is None until a line declares something of it. ``keys`` are its wordings, each with its township in front.
    """

    area: Area | None
    division_code: str
    label: str
    keys: list[str]
    periods: list[tuple[date, date | None]] = field(default_factory=list)

    def is_listed_during(self, lines: Iterable[_Line]) -> bool:
        """Was it on the list at the same time as one of these lines? Then it is another place."""
        return any(
            (until is None or line.row.from_day < until) and (line.row.to_day is None or since < line.row.to_day)
            for line in lines
            for since, until in self.periods
            if not line.row.is_empty_period
        )


def import_tiers(rows: Iterable[Row], *, default_source: str, by: Actor, at: datetime, commit: bool) -> TierReport:
    """Declare the tiers of a table. Without ``commit`` the report is the same and nothing is stored.

    ``default_source`` stands where a row names no source.

    Raises: TableUnreadable, for a table that lacks what it needs; nothing is stored then.
    """
    table = list(rows)
    if table:
        check_columns(table[0].cells)
    report = TierReport(committed=commit)
    with transaction.atomic():
        _Import(report, by=by, at=at).run(table, default_source=default_source)
        if not commit:
            transaction.set_rollback(True)
    report.rejections.sort(key=lambda rejection: rejection.row)
    report.questions.sort(key=lambda question: question.row.number)
    return report


def write_questions(file: Path, questions: Sequence[Question]) -> None:
    """Write the questions as a table to fill in and to import in turn. In Chinese, for those who know the places.

    Cells that a spreadsheet would take for a formula are guarded by an apostrophe.
    """
    with file.open("w", encoding="utf-8-sig", newline="") as stream, translation.override("zh-hans"):
        writer = csv.DictWriter(stream, fieldnames=_QUESTION_COLUMNS)
        writer.writeheader()
        for question in questions:
            writer.writerow({name: _guarded(text) for name, text in _question_cells(question).items()})


def _question_cells(question: Question) -> dict[str, str]:
    row = question.row
    kept = ("division_code", "place", "province", "city", "county", "township", "area")
    return {
        "row": str(row.number),
        **{name: row.cells.get(name, "") for name in kept},
        **({"division_code": row.answer} if is_code(row.answer) else {}),
        "tier": row.tier,
        "effective_from": row.from_day.isoformat(),
        "effective_to": row.to_day.isoformat() if row.to_day else "",
        "published_at": row.published_at.isoformat() if row.published_at else "",
        "source": row.source_title,
        "source_number": row.source_number,
        "source_url": row.source_url,
        "reason": question.reason,
        "candidates": "；".join(question.candidates),
        "answer": "",
    }


def _guarded(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text


def _county_of(code: str) -> str:
    if level_of(code) <= COUNTY:
        return code
    return next((above for above in ancestors_of(code) if level_of(above) <= COUNTY), code)


class _Import:
    """One run over one table."""

    def __init__(self, report: TierReport, *, by: Actor, at: datetime) -> None:
        self.report = report
        self.by = by
        self.at = at
        self.names = PlaceNames()
        self.known: dict[str, list[_KnownArea]] = {}

    def run(self, table: list[Row], *, default_source: str) -> None:
        """Read, place, then declare in the order of the days."""
        lines = [line for row in table if (line := self._line(row, default_source=default_source))]
        places = self._areas(lines)
        for line in sorted(lines, key=lambda line: (line.row.from_day, line.row.number)):
            if line.text.key and _group_of(line) not in places:
                continue
            self._declare(line, known=places[_group_of(line)] if line.text.key else None)
        if self.report.accepted or self.report.changed:
            record_act(
                "tiers.imported",
                by=self.by,
                at=self.at,
                object_type="tiers",
                detail={
                    "accepted": self.report.accepted,
                    "changed": self.report.changed,
                    "asked": self.report.asked,
                    "rejected": self.report.rejected,
                },
            )

    def _ask(self, row: TierRow, code: str, *, candidates: Iterable[str] = (), **data: str) -> None:
        self.report.questions.append(Question(row=row, code=code, data=data, candidates=tuple(candidates)))

    # ---- which division ----
    def _line(self, raw: Row, *, default_source: str) -> _Line | None:
        try:
            row = read_row(raw, default_source=default_source)
            if row.answer.lower() in SKIP_ANSWERS:
                self.report.skipped += 1
                return None
            division = self._division(row)
        except RowUnreadable as unreadable:
            self.report.reject(raw.number, reason=wording.remark(unreadable.code, unreadable.data))
            return None
        return self._placed(row, division=division) if division is not None else None

    def _division(self, row: TierRow) -> Division | None:
        """The division that the row names, or None when it was asked about. Raises: RowUnreadable."""
        code = row.answer if is_code(row.answer) else row.cells.get("division_code", "")
        if code:
            if not is_code(code):
                raise RowUnreadable("CODE_WRONG", found=code)
            division = self.names.by_code(code)
            if division is None:
                self._ask(row, "DIVISION_UNKNOWN", name=code)
            return division
        found, name = self._found(row)
        if found.division is None:
            code = "DIVISION_AMBIGUOUS" if found.is_repeated else "DIVISION_UNKNOWN"
            self._ask(row, code, name=name, candidates=(f"{one.code} {one.full_name}" for one in found.candidates))
        return found.division

    def _found(self, row: TierRow) -> tuple[Found, str]:
        place = row.cells.get("place", "")
        if place:
            return self.names.called(place), place
        province, city, county = (row.cells.get(name, "") for name in ("province", "city", "county"))
        if not (province or city or county):
            raise RowUnreadable("PLACE_MISSING")
        return self.names.county(county, province=province, city=city), province + city + county

    # ---- which place in it ----
    def _placed(self, row: TierRow, *, division: Division) -> _Line | None:
        """The row with its place taken apart, or None when it was asked about."""
        printed = row.cells.get("township", "") + row.cells.get("area", "")
        chain = [*self.names.above(division), division]
        said = [row.cells.get(name, "") for name in ("province", "city", "county")]
        text = taken_apart(printed, names_in_front=[name for name in [*(one.name for one in chain), *said] if name])
        is_settled = bool(row.answer)
        other = self.names.sibling_in_front(text.text, county=division)
        if other is not None and not is_settled:
            self._ask(
                row,
                "OTHER_COUNTY",
                county=division.name,
                other=other.name,
                candidates=(f"{one.code} {one.full_name}" for one in (division, other)),
            )
            return None
        if (text.is_cut_off or text.is_several or len(printed) > LONGEST_AREA_NAME) and not is_settled:
            self._ask(row, "SEVERAL_PLACES" if text.is_several else "CUT_OFF")
            return None
        township = self.names.township_in_front(text.text, county=division)
        if township is not None:
            division, text = township, _shortened(text, township.name)
        village = self.names.village(text.text, township=division) if text.text else None
        if village is not None:
            division, text = village, _shortened(text, text.text)
        return _Line(row=row, division=division, text=text, printed=printed)

    # ---- which area ----
    def _areas(self, lines: list[_Line]) -> dict[tuple[str, str], _KnownArea]:
        """The area that each name means; a name that is doubtful has no entry, and its lines were asked about."""
        groups: dict[tuple[str, str], list[_Line]] = {}
        for line in lines:
            if line.text.key:
                groups.setdefault(_group_of(line), []).append(line)
        for county_code in {line.county_code for line in lines}:
            self.known[county_code] = _known_areas(county_code)
        places: dict[tuple[str, str], _KnownArea] = {}
        for group, members in groups.items():
            known = self._area(members)
            if known is not None:
                known.periods += [(one.row.from_day, one.row.to_day) for one in members if not one.row.is_empty_period]
                places[group] = known
        return places

    def _area(self, members: list[_Line]) -> _KnownArea | None:
        line = members[0]
        in_county = self.known[line.county_code]
        exact = [known for known in in_county if line.key_in_county in known.keys]
        if len(exact) == 1:
            return exact[0]
        answer = next((one.row.answer for one in members if one.row.answer and not is_code(one.row.answer)), "")
        if answer and answer.lower() not in NEW_ANSWERS:
            return self._answered(answer, members)
        if not answer:
            alike = [
                known
                for known in in_county
                if any(is_alike(line.key_in_county, key) for key in known.keys)
                and not (line.row.is_snapshot and known.is_listed_during(members))
            ]
            if alike:
                for one in members:
                    self._ask(one.row, "ALIKE", candidates=(known.label for known in alike))
                return None
        new = _KnownArea(area=None, division_code=line.division.code, label=line.printed, keys=[line.key_in_county])
        in_county.append(new)
        return new

    def _answered(self, answer: str, members: list[_Line]) -> _KnownArea | None:
        """The area that an answer names; the wording asked about is noted as another name of it."""
        line = members[0]
        chain = [*self.names.above(line.division), line.division]
        wanted = taken_apart(answer, names_in_front=[one.name for one in chain if one.level <= COUNTY]).key
        named = [known for known in self.known[line.county_code] if known.area is not None and wanted in known.keys]
        if len(named) != 1:
            for one in members:
                self._ask(one.row, "ANSWER_UNKNOWN", answer=answer)
            return None
        [known] = named
        assert known.area is not None
        is_same_division = line.division.code == known.division_code
        note_area_name(
            line.printed,
            key=line.text.key if is_same_division else line.key_in_county,
            area=known.area,
            by=self.by,
            at=self.at,
        )
        known.keys.append(line.key_in_county)
        return known

    # ---- declaring ----
    def _declare(self, line: _Line, *, known: _KnownArea | None) -> None:
        row = line.row
        if row.is_empty_period:
            self._ask(row, "WITHIN_ONE_DAY")
            return
        division = line.division
        if known is not None and known.division_code != division.code:
            division = Division.objects.get(code=known.division_code)
        area = known.area if known else None
        said = (
            list(
                Declaration.objects.filter(fact=TIER, division=division, area=area)
                .select_related("division", "area")
                .order_by("id")
            )
            if area is not None or known is None
            else []
        )
        if any((one.value, one.from_day, one.to_day) == (row.tier, row.from_day, row.to_day) for one in said):
            self.report.matched += 1
            return
        in_the_way = _overlapping(said, row)
        try:
            if in_the_way and self._settled(row, in_the_way):
                return
            if known is not None and known.area is None:
                known.area = note_area(line.printed, key=line.text.key, division=division, by=self.by, at=self.at)
                area = known.area
            declare(
                Statement(fact=TIER, value=row.tier, from_day=row.from_day, to_day=row.to_day),
                place=Place(division=division, area=area, is_rest=line.text.is_rest),
                source=_source_of(row),
                ends_earlier=bool(in_the_way),
                by=self.by,
                at=self.at,
            )
        except (DeclarationRefused, FactRefused) as refused:
            self.report.reject(row.number, reason=wording.refusal(refused))
            return
        self.report.accepted += 1

    def _settled(self, row: TierRow, in_the_way: list[Declaration]) -> bool:
        """Did what is declared already settle the row? An open one may simply have come to its end, or give way."""
        earlier = in_the_way[0]
        if len(in_the_way) == 1 and earlier.value == row.tier:
            if earlier.from_day == row.from_day and earlier.to_day is None and row.to_day is not None:
                end(earlier, to_day=row.to_day, reason=row.source_title, by=self.by, at=self.at)
                self.report.changed += 1
                return True
            if earlier.from_day <= row.from_day and _covers(earlier.to_day, row.to_day):
                self.report.matched += 1
                return True
        gives_way = all(
            one.to_day is None and one.from_day < row.from_day and one.value != row.tier for one in in_the_way
        )
        if gives_way:
            return False
        self._ask(row, "STANDS_IN_THE_WAY", earlier=wording.declaration_label(earlier))
        return True


def _group_of(line: _Line) -> tuple[str, str]:
    return line.division.code, line.text.key


def _shortened(text: AreaText, front: str) -> AreaText:
    rest = text.text.removeprefix(front)
    return AreaText(text=rest, key=key_of(rest), is_rest=text.is_rest)


def _key_in_county(division: Division, key: str) -> str:
    return key_of(division.name) + key if division.level == TOWNSHIP else key


def _known_areas(county_code: str) -> list[_KnownArea]:
    """The areas of a county with their wordings and the periods of their tiers, in a fixed order."""
    known: dict[int, _KnownArea] = {}
    names = within(AreaName.objects.select_related("area", "division"), areas=[county_code], path="division_id")
    for name in names.order_by("id"):
        one = known.setdefault(
            name.area_id,
            _KnownArea(area=name.area, division_code=name.area.division_id, label=name.area.name, keys=[]),
        )
        one.keys.append(_key_in_county(name.division, name.key))
    rows = Declaration.objects.filter(area_id__in=known, fact=TIER, corrected_by__isnull=True)
    for row in rows.exclude(kind=Declaration.Kind.WITHDRAWN):
        assert row.area_id is not None
        known[row.area_id].periods.append((row.from_day, row.to_day))
    return list(known.values())


def _overlapping(said: list[Declaration], row: TierRow) -> list[Declaration]:
    followed = {one.corrects_id for one in said}
    return [
        one
        for one in said
        if one.pk not in followed
        and one.kind != Declaration.Kind.WITHDRAWN
        and (one.to_day is None or one.to_day > row.from_day)
        and (row.to_day is None or one.from_day < row.to_day)
    ]


def _covers(outer: date | None, inner: date | None) -> bool:
    return outer is None or (inner is not None and inner <= outer)


def _source_of(row: TierRow) -> Source:
    return Source(title=row.source_title, number=row.source_number, url=row.source_url, published_at=row.published_at)
