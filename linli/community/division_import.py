"""Takes in a table of divisions: dry run first, the same file twice changes nothing the second time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from linli.community.access import within
from linli.community.codes import PROVINCE, ancestors_of, is_code, level_of
from linli.community.models import Division, Setting
from linli.community.pinyin import spellings
from linli.community.tables import ImportReport, Row
from linli.trail.actor import Actor
from linli.trail.operations import record_act

REQUIRED_COLUMNS = ("code", "name")
OPTIONAL_COLUMNS = ("setting",)

# Placeholders of the code tables that nobody says when naming a place.
_UNSAID = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})
_BATCH = 5000
_LONGEST_NAME = Division._meta.get_field("name").max_length or 0


@dataclass(frozen=True, kw_only=True)
class _Place:
    row: int
    code: str
    name: str
    setting: str | None  # None: the file does not say


@transaction.atomic
def import_divisions(rows: Iterable[Row], *, by: Actor, at: datetime, commit: bool) -> ImportReport:
    """Add and rename divisions from ``rows`` (``code``, ``name`` and perhaps ``setting``).

    A row is rejected, with the reason, when its code is none, when it contradicts an earlier row of the file, or when
    the division above it is neither in the file nor in the database; the others are taken. Without ``commit`` the
    report is the same and nothing is stored.
    """
    report = ImportReport(committed=commit)
    known: dict[str, tuple[str, str, str]] = {
        code: (name, setting, full_name)
        for code, name, setting, full_name in Division.objects.values_list("code", "name", "setting", "full_name")
    }
    places = _readable(rows, report)
    new: list[_Place] = []
    changed: list[_Place] = []
    for place in sorted(places.values(), key=lambda place: place.code):
        if place.code in known:
            name, setting, _ = known[place.code]
            if place.name == name and place.setting in (None, setting):
                report.matched += 1
            else:
                changed.append(place)
                report.changed += 1
            continue
        parent = _parent_of(place.code)
        if parent and parent not in known:
            report.reject(place.row, reason=f"The division above, {parent}, is not known. Add it to the file first.")
            continue
        full_name = _full_name(place.name, parent=known[parent] if parent else None)
        known[place.code] = (place.name, place.setting or "", full_name)
        new.append(place)
        report.accepted += 1
    report.rejections.sort(key=lambda rejection: rejection.row)
    if commit and (new or changed):
        _add(new, known=known)
        _change(changed)
        record_act(
            "divisions.imported",
            by=by,
            at=at,
            object_type="divisions",
            detail={"accepted": report.accepted, "changed": report.changed, "rejected": report.rejected},
        )
    return report


def _readable(rows: Iterable[Row], report: ImportReport) -> dict[str, _Place]:
    places: dict[str, _Place] = {}
    for row in rows:
        code, name = row.cells["code"], row.cells["name"]
        setting = row.cells.get("setting", "").upper() or None
        reason = _fault(code, name=name, setting=setting)
        if reason:
            report.reject(row.number, reason=reason)
            continue
        place = _Place(row=row.number, code=code, name=name, setting=setting)
        earlier = places.setdefault(code, place)
        if earlier is place:
            continue
        if (earlier.name, earlier.setting) == (name, setting):
            report.matched += 1
        else:
            report.reject(
                row.number, reason=f"Row {earlier.row} gives the same code to {earlier.name}. Keep one of them."
            )
    return places


def _fault(code: str, *, name: str, setting: str | None) -> str:
    if not is_code(code):
        if "E+" in code.upper():
            return f"“{code}” is a code that a spreadsheet has rounded. Make the column text and paste the codes again."
        if code.isdigit() and len(code) < 12:
            return f"“{code}” has {len(code)} digits, a code has 12. Fill up with zeros: {code.ljust(12, '0')}."
        return f"“{code}” is not a division code: twelve digits, the first not zero."
    if not name:
        return "The name is empty."
    if len(name) > _LONGEST_NAME:
        return f"The name is longer than {_LONGEST_NAME} characters."
    if setting is not None and setting not in Setting.values:
        return f"“{setting}” is not a setting: URBAN, RURAL, or empty where it is not known."
    return ""


def _parent_of(code: str) -> str:
    above = ancestors_of(code)
    return above[0] if above else ""


def _full_name(name: str, *, parent: tuple[str, str, str] | None) -> str:
    if parent is None:
        return name
    parent_name, _, parent_full_name = parent
    if name in _UNSAID:
        return parent_full_name + name
    if parent_name in _UNSAID:
        parent_full_name = parent_full_name.removesuffix(parent_name)
    return parent_full_name + name


def _add(places: list[_Place], *, known: dict[str, tuple[str, str, str]]) -> None:
    rows = []
    for place in sorted(places, key=lambda place: level_of(place.code)):
        pinyin, initials = spellings(place.name)
        rows.append(
            Division(
                code=place.code,
                name=place.name,
                full_name=known[place.code][2],
                level=level_of(place.code),
                parent_id=_parent_of(place.code) or None,
                setting=place.setting or "",
                pinyin=pinyin,
                initials=initials,
            )
        )
    Division.objects.bulk_create(rows, batch_size=_BATCH)


def _change(places: list[_Place]) -> None:
    """Rename and resettle; a new name goes on into the full names of all below."""
    for place in sorted(places, key=lambda place: level_of(place.code)):
        division = Division.objects.get(code=place.code)
        if place.setting is not None:
            division.setting = place.setting
        renamed = division.name != place.name
        division.name = place.name
        division.pinyin, division.initials = spellings(place.name)
        division.save()
        if renamed:
            _rename_below(place.code)


def _rename_below(code: str) -> None:
    named: dict[str, tuple[str, str, str]] = {
        one.code: (one.name, "", one.full_name) for one in Division.objects.filter(code__in=ancestors_of(code))
    }
    below = list(within(Division.objects.order_by("level", "code"), areas=[code], path="code"))
    for division in below:
        parent = None if division.level == PROVINCE else named[division.parent_id or ""]
        division.full_name = _full_name(division.name, parent=parent)
        named[division.code] = (division.name, "", division.full_name)
    Division.objects.bulk_update(below, ["full_name"], batch_size=_BATCH)
