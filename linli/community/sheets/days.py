"""Days as people write them, in some fifteen spellings."""

import re
import unicodedata
from datetime import date, timedelta

_CHINESE = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_FULL = re.compile(r"((?:1[89]|20)\d\d)[-/.年,、\s]+(\d{1,2})[-/.月,、\s]+(\d{1,2})[日号]?")
_BARE = re.compile(r"((?:1[89]|20)\d\d)(\d\d)(\d\d)")
_SHORT_YEAR = re.compile(r"(\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.]((?:19|20)\d\d)")
_NO_YEAR = re.compile(r"(\d{1,2})[-/.月](\d{1,2})[日号]?")
_NO_DAY = re.compile(r"((?:19|20)\d\d)[-/.年]?(0?[1-9]|1[0-2])月?")
_TIME = re.compile(r"(?<=\d|日|号)[T\s]*\d{1,2}[:时]\d{1,2}([:分]\d{1,2}(\.\d+)?)?[秒分]?$")
_SERIAL = re.compile(r"[1-9]\d{3,4}(\.\d+)?")
_TENS = re.compile(r"([一二三四五六七八九])?十([一二三四五六七八九])?")
_SERIAL_START = date(1899, 12, 30)  # a spreadsheet believes in 29 February 1900
_FIRST_SERIAL, _LAST_SERIAL = 1_000, 80_000  # 1902-09-26 … 2119


class DayUnreadable(ValueError):
    """No day, or more than one possible: ``code`` and what to do, ``remedy``."""

    def __init__(self, code: str, reason: str, remedy: str = "Write it as 2020-02-03.") -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.remedy = remedy


def read_day(text: str, *, year: int | None = None, is_number: bool = False) -> date:
    """The day that ``text`` means.

    ``year`` completes days without one (``2.3``, ``2月3日``). ``is_number``: the cell was a number, so a final zero may
    have been lost (``3.1`` may have been ``3.10``).

    Raises: DayUnreadable when it is none, does not exist, or could be two.

    >>> read_day("二〇二〇年二月三日")
    datetime.date(2020, 2, 3)
    """
    plain = _digits(unicodedata.normalize("NFKC", text).strip().strip("'’`").strip())
    plain = _TIME.sub("", plain).strip()
    for pattern in (_FULL, _BARE):
        if found := pattern.fullmatch(plain):
            return _day(*map(int, found.groups()), said=text)
    if found := _YEAR_LAST.fullmatch(plain):
        return _year_last(*map(int, found.groups()), said=text)
    if found := _SHORT_YEAR.fullmatch(plain):
        return _short_year(*map(int, found.groups()), year=year, said=text)
    if found := _NO_YEAR.fullmatch(plain):
        return _no_year(*map(int, found.groups()), year=year, is_number=is_number, said=text)
    if found := _SERIAL.fullmatch(plain):
        serial = int(float(plain))
        if serial > _LAST_SERIAL or serial < _FIRST_SERIAL or 1900 <= serial <= 2100:
            raise DayUnreadable("DAY_FORM", f"“{text}” is not a day.")
        return _SERIAL_START + timedelta(days=serial)
    if _NO_DAY.fullmatch(plain):
        raise DayUnreadable("DAY_INCOMPLETE", f"“{text}” has no day of the month.", "Add the day: 2020-02-03.")
    raise DayUnreadable("DAY_FORM", f"“{text}” is not a day.")


def _digits(text: str) -> str:
    """Chinese numerals as digits: 二〇二〇 → 2020, 十二 → 12, 二十 → 20."""
    text = _TENS.sub(
        lambda found: f"{_value(found[1], 1) * 10 + _value(found[2], 0)}",
        text.replace("廿", "二十").replace("卅", "三十"),
    )
    return text.translate(_CHINESE)


def _value(numeral: str | None, otherwise: int) -> int:
    return "〇一二三四五六七八九".index(numeral) if numeral else otherwise


def _day(year: int, month: int, day: int, *, said: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise DayUnreadable("DAY_IMPOSSIBLE", f"There is no day “{said}”.", "Look at the paper again.") from None


def _year_last(first: int, second: int, year: int, *, said: str) -> date:
    if first > 12 >= second:
        return _day(year, second, first, said=said)
    if second > 12 >= first or first == second:
        return _day(year, first, second, said=said)
    raise DayUnreadable("DAY_AMBIGUOUS", f"“{said}” can be two days: month first or day first.")


def _short_year(short: int, month: int, day: int, *, year: int | None, said: str) -> date:
    if year is None:
        raise DayUnreadable("DAY_AMBIGUOUS", f"“{said}” has a year of two digits.", "Write the year in four digits.")
    century = year // 100 * 100
    full = century + short if century + short <= year + 1 else century - 100 + short
    return _day(full, month, day, said=said)


def _no_year(month: int, day: int, *, year: int | None, is_number: bool, said: str) -> date:
    if year is None:
        raise DayUnreadable("DAY_NO_YEAR", f"“{said}” has no year.", "Add the year, or give it for the whole table.")
    if is_number and day in (1, 2, 3):
        try:
            date(year, month, day * 10)
        except ValueError:
            pass
        else:
            raise DayUnreadable(
                "DAY_AMBIGUOUS",
                f"“{said}” is a number: it can be day {day} or {day * 10} of month {month}.",
                "Make the column text, or write the day as 2020-02-03.",
            )
    return _day(year, month, day, said=said)
