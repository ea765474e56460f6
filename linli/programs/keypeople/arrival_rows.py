"""What a row of a table of arrivals says: who came, from where, when, how; or why it cannot be taken."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from linli.community.civil_days import start_of
from linli.community.models import Division
from linli.community.people.importing import CANDIDATES, DECISION
from linli.community.people.rows import Communities, Unplaced
from linli.community.queries import divisions_named
from linli.community.sheets.cells import CellKind
from linli.community.sheets.headings import PEOPLE, Column
from linli.community.sheets.sheet import SheetRow
from linli.records.kinds import kind_of
from linli.records.operations import EARLIEST
from linli.records.payloads import checked_payload
from linli.response.queries import facts_of

ARRIVAL = "arrival"
# Part of the id of every imported arrival, for ever.
_NAMESPACE = UUID("6c3f5d0e-8a41-5c1b-9d57-2f0a3e9b7c11")
_MORE_WORDS = {
    "name": ("full name", "person"),
    "document_number": ("id number", "id no", "id card", "identity number", "document"),
    "document_kind": ("document type", "id type"),
    "phone": ("telephone", "mobile", "phone number", "tel"),
    "birth_day": ("birth date", "date of birth", "birthday"),
    "sex": ("gender",),
    "address": ("where staying", "lodging"),
    "division": ("community", "village", "division code", "社区代码", "村居代码", "目的地社区", "到达社区"),
    "township": ("town",),
    "origin": ("from", "from where", "coming from", "where from", "place of origin", "来自哪里", "来源"),
    "arrival_day": ("day of arrival", "date of arrival", "arrival date", "arrived on", "arrived", "到达日"),
    "transport": ("came by", "means of transport"),
    "transport_number": ("train or flight", "flight", "train", "vehicle"),
    "remark": ("remarks", "note", "notes"),
}


def _more(column: Column) -> Column:
    return replace(column, headings=(*column.headings, *_MORE_WORDS.get(column.field, ())))


def _column(field: str, *headings: str) -> Column:
    return Column(field=field, kind=CellKind.TEXT, headings=(field, *headings))


COLUMNS: tuple[Column, ...] = (
    *map(_more, PEOPLE),
    _column(
        "origin_tier", "来源地风险", "来源地风险等级", "风险等级", "风险级别", "风险", "来源地等级", "tier", "risk",
        "risk level", "risk tier",
    ),
    _column("has_proof", "健康证明", "绿码", "健康码", "核酸证明", "health proof", "green code"),
    _column("point_to_point", "点对点", "点对点运送", "point to point"),
    _column("for_holiday", "节假日返乡", "返乡过年", "home for holiday"),
    DECISION,
    CANDIDATES,
)  # fmt: skip
"""What a table of arrivals may have, in Chinese and English."""

ASKED: tuple[str, ...] = (
    *("name", "document_kind", "document_number", "phone", "birth_day", "sex", "origin", "origin_tier", "arrival_day"),
    *(
        "transport",
        "transport_number",
        "has_proof",
        "point_to_point",
        "for_holiday",
        "division",
        "township",
        "building",
    ),
    *("unit", "room", "address", "residence_kind", "candidates", "decision"),
)
"""The columns of a table of questions."""

_TIERS = {
    "LOW": "LOW", "低": "LOW", "低风险": "LOW", "低风险地区": "LOW", "MEDIUM": "MEDIUM", "中": "MEDIUM",
    "中风险": "MEDIUM", "中风险地区": "MEDIUM", "HIGH": "HIGH", "高": "HIGH", "高风险": "HIGH", "高风险地区": "HIGH",
    "INBOUND": "INBOUND", "ABROAD": "INBOUND", "境外": "INBOUND", "入境": "INBOUND", "国外": "INBOUND",
    "MIDDLE": "MEDIUM", "LOW RISK": "LOW", "MEDIUM RISK": "MEDIUM", "HIGH RISK": "HIGH",
}  # fmt: skip
_NO = frozenset({"", "否", "N", "NO", "FALSE", "0", "×", "X", "不是", "无绿码", "黄码", "红码", "非点对点"})


class RowRefused(Exception):
    """A row that cannot be taken: ``code`` says why, ``data`` fills the sentence."""

    def __init__(self, code: str, **data: Any) -> None:
        super().__init__(code, data)
        self.code, self.data = code, data


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """A row that is well-formed: who came to which community, and what will be written down."""

    row: SheetRow
    place: Division
    arrived_on: date
    payload: Mapping[str, Any]

    @property
    def happened_at(self) -> datetime:
        """Midnight of the day of arrival: the hour is not known, and the same row says the same every time."""
        return start_of(self.arrived_on)

    def entry_id(self, resident_id: UUID) -> UUID:
        """The same for the same arrival, whichever office pushes it."""
        origin = "".join(unicodedata.normalize("NFKC", self.payload["origin"]).split())
        return uuid5(_NAMESPACE, f"{resident_id}|{self.arrived_on.isoformat()}|{origin}")


class ArrivalRows:
    """Reads the rows of one table. ``today`` is the last day on which anybody can have arrived."""

    def __init__(self, *, otherwise: Division | None, today: date) -> None:
        self._communities = Communities(otherwise)
        self._today = today
        self._declared: dict[tuple[str, date], str] = {}

    def read(self, row: SheetRow) -> Arrival:
        """The arrival in a row.

        Raises: RowRefused; PayloadRefused.
        """
        lost = next((one for one in row.problems if one.field in ("name", "document_number", "arrival_day")), None)
        if lost is not None and (lost.is_lost or lost.field != "arrival_day"):
            raise RowRefused("cell", problem=lost)
        if not row.cells["name"]:
            raise RowRefused("name_missing")
        place = self._communities.of(row)
        if isinstance(place, Unplaced):
            raise RowRefused(f"community_{place.code.lower()}", said=place.said, number=place.number)
        arrived_on = self._arrived_on(row)
        payload = self._payload(row, arrived_on=arrived_on)
        return Arrival(row=row, place=place, arrived_on=arrived_on, payload=payload)

    def _arrived_on(self, row: SheetRow) -> date:
        said = row.cells.get("arrival_day", "")
        if not said:
            raise RowRefused("day_missing")
        day = date.fromisoformat(said)
        if day > self._today:
            raise RowRefused("day_to_come", day=day)
        if day < EARLIEST:
            raise RowRefused("day_too_early", day=day, earliest=EARLIEST)
        return day

    def _payload(self, row: SheetRow, *, arrived_on: date) -> dict[str, Any]:
        cells = row.cells
        origin = cells.get("origin", "")
        if not origin:
            raise RowRefused("origin_missing")
        came_by = " ".join(part for name in ("transport", "transport_number") if (part := cells.get(name, "")))
        given: dict[str, Any] = {
            "arrived_on": arrived_on.isoformat(),
            "origin": _shortened(origin, longest=_longest("origin")),
            "origin_tier": self._tier(cells.get("origin_tier", ""), origin=origin, day=arrived_on),
            "came_by": _shortened(came_by, longest=_longest("came_by")),
            "told_by": "PUSHED",
        }
        given |= {
            name: True for name in ("has_proof", "point_to_point", "for_holiday") if _is_said(cells.get(name, ""))
        }
        return checked_payload(kind_of(ARRIVAL), given)

    def _tier(self, said: str, *, origin: str, day: date) -> str:
        """The tier as the table says it; else the one declared for the place on that day. Never a guess."""
        if said:
            tier = _TIERS.get(said.upper().strip())
            if tier is None:
                raise RowRefused("tier_unknown", said=said)
            return tier
        if (origin, day) not in self._declared:
            found = divisions_named(origin)
            facts = facts_of(found[0].code, day=day).facts.values if len(found) == 1 else {}
            self._declared[origin, day] = str(facts.get("tier", ""))
        if not self._declared[origin, day]:
            raise RowRefused("tier_missing", origin=origin)
        return self._declared[origin, day]


def _is_said(text: str) -> bool:
    return text.upper().strip() not in _NO


def _longest(field: str) -> int:
    return next(one.longest for one in kind_of(ARRIVAL).fields if one.id == field)


def _shortened(text: str, *, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
