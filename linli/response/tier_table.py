"""How the rows of a table of tiers are read: which column says what, and what its words and dates mean."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils import timezone

from linli.community.tables import Row, TableUnreadable

# What a column may be called. The first name is ours; the others are those of lists in use.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "row": ("row", "行号", "原行号"),
    "division_code": ("division_code", "code", "区划代码", "行政区划代码", "代码"),
    "place": ("place", "full_name", "division", "区划", "区划名称", "行政区划", "全称", "地区"),
    "province": ("province", "省", "省份"),
    "city": ("city", "prefecture", "市", "地市", "城市"),
    "county": ("county", "district", "县", "区县", "县区", "县(市、区)", "县（市、区）"),
    "township": ("township", "乡镇", "镇街", "街道", "乡镇(街道)", "乡镇（街道）"),
    "area": ("area", "community", "区域", "小区", "风险区域", "范围", "具体区域", "地点"),
    "tier": ("tier", "level", "等级", "风险等级", "级别"),
    "from": (
        "from",
        "effective_from",
        "effective from",
        "from_day",
        "生效日期",
        "起始日期",
        "开始日期",
        "起始日",
        "起",
    ),
    "to": ("to", "effective_to", "effective to", "to_day", "失效日期", "解除日期", "终止日期"),
    "last_day": ("last_day", "截止日期", "结束日期", "最后一日", "止"),
    "published": ("published_at", "published at", "published", "发布时间", "公布时间", "发布日期", "公布日期"),
    "source": ("source", "来源", "依据", "文件", "出处"),
    "source_number": ("source_number", "文号"),
    "source_url": ("source_url", "url", "网址", "链接"),
    # Lists put together from snapshots: the first that shows the line, the last, and the first without it.
    "first_seen": ("first_seen",),
    "last_seen": ("last_seen",),
    "changed_at": ("changed_at",),
    "next_level": ("next_level",),
    # Files of questions, filled in.
    "reason": ("reason", "原因"),
    "candidates": ("candidates", "候选"),
    "answer": ("answer", "答复"),
}
KNOWN = tuple(name for names in COLUMNS.values() for name in names)
_OURS = {name: column for column, names in COLUMNS.items() for name in names}

_TIERS = {
    **dict.fromkeys(("low", "低", "低风险", "低风险区", "低风险地区", "低风险区域"), "LOW"),
    **dict.fromkeys(("medium", "middle", "mid", "中", "中风险", "中风险区", "中风险地区", "中风险区域"), "MEDIUM"),
    **dict.fromkeys(("high", "高", "高风险", "高风险区", "高风险地区", "高风险区域"), "HIGH"),
}
_MOMENT = re.compile(
    r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))"
    r"(?:[T ]?(\d{1,2})(?:[:时](?:(\d{1,2})分?(?::(\d{1,2}))?)?)?)?(?:\.0+)?"
)


class RowUnreadable(Exception):
    """A row that cannot be used as it stands. ``code`` says why, ``data`` what the sentence needs."""

    def __init__(self, code: str, **data: str) -> None:
        super().__init__(code, data)
        self.code = code
        self.data = data


@dataclass(frozen=True, kw_only=True)
class TierRow:
    """One line of a table of tiers, read. ``to_day`` is not included; None is open. ``cells`` are by our names."""

    number: int
    cells: Mapping[str, str] = field(hash=False)
    tier: str
    from_day: date
    to_day: date | None
    published_at: datetime | None
    source_title: str
    source_number: str
    source_url: str
    answer: str
    is_snapshot: bool

    @property
    def is_empty_period(self) -> bool:
        """Does it begin and end on one civil day?"""
        return self.to_day is not None and self.to_day == self.from_day


def check_columns(columns: Iterable[str]) -> None:
    """Raises: TableUnreadable, for a table that says something twice, or not where, which tier or from when."""
    given = [_OURS[name] for name in columns]
    for column in given:
        if given.count(column) > 1:
            twice = [name for name in columns if _OURS[name] == column]
            raise TableUnreadable(
                f"Two columns say the same: {', '.join(twice)}", where="the heading", remedy="Keep one of them."
            )
    wanted = (
        (
            {"division_code", "place", "province", "city", "county"},
            "division_code, place, or province, city and county",
        ),
        ({"tier"}, "tier"),
        ({"from", "first_seen"}, "effective_from"),
    )
    for columns_of_it, said in wanted:
        if not columns_of_it & set(given):
            raise TableUnreadable(
                f"The column “{said}” is missing",
                where="the heading",
                remedy=f"A table of tiers has: {', '.join(said for _, said in wanted)}; perhaps area, effective_to, "
                "published_at, source. The names may be Chinese: 区划代码, 区域, 风险等级, 生效日期, 失效日期.",
            )


def by_our_names(row: Row) -> dict[str, str]:
    """The cells under our names of the columns. The apostrophe that guards a file of questions is taken off."""
    return {
        _OURS[name]: cell[1:] if cell[:1] == "'" and cell[1:2] in "=+-@" else cell for name, cell in row.cells.items()
    }


def read_row(row: Row, *, default_source: str) -> TierRow:
    """Read one line. Raises: RowUnreadable."""
    cells = by_our_names(row)
    word = unicodedata.normalize("NFKC", cells.get("tier", "")).strip().lower()
    if word not in _TIERS:
        raise RowUnreadable("TIER_UNKNOWN", word=cells.get("tier", ""))
    is_snapshot = bool(cells.get("first_seen")) and not cells.get("from")
    begins = _moment(cells.get("from") or cells.get("first_seen", ""), column="effective_from")
    if begins is None:
        raise RowUnreadable("FROM_MISSING")
    ends = _moment(cells.get("to") or cells.get("changed_at", ""), column="effective_to")
    last = _moment(cells.get("last_day", ""), column="last_day")
    if ends is not None and last is not None:
        raise RowUnreadable("TWO_ENDS")
    from_day = timezone.localdate(begins)
    to_day = timezone.localdate(ends) if ends else None
    if last is not None:
        to_day = timezone.localdate(last) + timedelta(days=1)
    if to_day is not None and to_day < from_day:
        raise RowUnreadable("ENDS_BEFORE_IT_BEGINS", from_day=from_day.isoformat(), to_day=to_day.isoformat())
    published = _moment(cells.get("published", ""), column="published_at")
    return TierRow(
        number=int(cells["row"]) if cells.get("row", "").isdigit() else row.number,
        cells=cells,
        tier=_TIERS[word],
        from_day=from_day,
        to_day=to_day,
        published_at=published or (begins if is_snapshot else None),
        source_title=cells.get("source") or default_source,
        source_number=cells.get("source_number", ""),
        source_url=cells.get("source_url", ""),
        answer=cells.get("answer", ""),
        is_snapshot=is_snapshot,
    )


def _moment(text: str, *, column: str) -> datetime | None:
    """A day or moment in one of the ways lists write it, in China's time; None for an empty cell. 24 时 is tomorrow.

    Raises: RowUnreadable.
    """
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    if not plain:
        return None
    try:
        exact = datetime.fromisoformat(plain)
    except ValueError:
        exact = None
    if exact is not None and exact.tzinfo is not None:
        return exact
    found = _MOMENT.fullmatch(plain)
    if found is None:
        raise RowUnreadable("DAY_UNREADABLE", column=column, text=text)
    year, month, day, month2, day2, hour, minute, second = (int(part) if part else 0 for part in found.groups())
    try:
        start = datetime(year, month or month2, day or day2, tzinfo=timezone.get_default_timezone())
    except ValueError:
        raise RowUnreadable("DAY_UNREADABLE", column=column, text=text) from None
    if hour > 24 or minute > 59 or second > 59 or (hour == 24 and (minute or second)):
        raise RowUnreadable("DAY_UNREADABLE", column=column, text=text)
    return start + timedelta(hours=hour, minutes=minute, seconds=second)
