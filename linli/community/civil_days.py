"""The civil day in Asia/Shanghai, by which everything is due and counted."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def start_of(day: date) -> datetime:
    """The first moment of a civil day; that of the next day is its end, not included."""
    return datetime.combine(day, time(), SHANGHAI)
