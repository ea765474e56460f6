"""Who is a contact, from when to when. Pure."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from linli.programs.medical.said import said
from linli.records.program import EntryRefused, Fact, Span
from linli.records.registers import registers

KIND, END, LEAD, LEAD_END = "contact_tracing", "contact_end", "contact_lead", "contact_lead_end"
GROUP = {"CLOSE": "close_contact", "SECONDARY": "secondary_contact"}
# Where an entry names no number: the 14 days of M9 二(二), which the later texts borrow for contacts (reading 19).
PERIOD_DAYS = 14
PERIOD_CLAUSE = "minfa-2020-9 二(二)"


def contacts(facts: Sequence[Fact]) -> Iterator[Span]:
    """A contact is one from the last exposure on, for the days pinned in the entry, or until somebody ended it."""
    for fact in facts:
        if fact.kind != KIND:
            continue
        first = date.fromisoformat(fact.payload["last_exposure_on"])
        to_day = first + timedelta(days=int(fact.payload.get("period_days", PERIOD_DAYS)))
        end = _end_of(fact, facts, before=to_day)
        group = GROUP[fact.payload["degree"]]
        yield Span(
            group=group,
            from_day=first,
            to_day=_to_day(end) if end else to_day,
            begun_by=fact.id,
            ended_by=end.id if end else None,
            source=fact.payload["direction"],
            reason=fact.payload["how"],
            clause=fact.payload.get("clause") or registers()[group].clause,
            end_reason=said(END, "why", end.payload["why"]).zh if end else "",
        )


def check_contact(draft: Fact, before: Sequence[Fact]) -> None:
    """Nobody is a contact of their own, nor of a day to come.

    Raises: EntryRefused.
    """
    if draft.payload["of"] == str(draft.resident):
        raise EntryRefused("own_contact", field="of")
    check_exposure(draft, before)


def check_exposure(draft: Fact, before: Sequence[Fact]) -> None:
    """An exposure has happened.

    Raises: EntryRefused.
    """
    if date.fromisoformat(draft.payload["last_exposure_on"]) > draft.day:
        raise EntryRefused("exposed_later", field="last_exposure_on")


def check_end(draft: Fact, before: Sequence[Fact]) -> None:
    """Only who is a contact stops being one, after the exposure.

    Raises: EntryRefused.
    """
    open_ = [span for span in contacts(before) if span.to_day is not None and span.to_day > _to_day(draft)]
    if not open_:
        raise EntryRefused("no_contact", field="to_day")
    if all(span.from_day >= _to_day(draft) for span in open_):
        raise EntryRefused("ends_before_exposure", field="to_day")


def check_lead_end(draft: Fact, before: Sequence[Fact]) -> None:
    """A lead is handed over once.

    Raises: EntryRefused.
    """
    about = draft.payload["about"]
    if not any(str(fact.id) == about and fact.kind == LEAD for fact in before):
        raise EntryRefused("no_lead", field="about")
    if any(fact.kind == LEAD_END and fact.payload["about"] == about and fact.id != draft.id for fact in before):
        raise EntryRefused("lead_ended")


def _end_of(fact: Fact, facts: Sequence[Fact], *, before: date) -> Fact | None:
    """The first end written down after the contact was named that shortens it."""
    first = date.fromisoformat(fact.payload["last_exposure_on"])
    ends = [
        one
        for one in facts
        if one.kind == END
        and (one.happened_at, str(one.id)) > (fact.happened_at, str(fact.id))
        and first < _to_day(one) < before
    ]
    return min(ends, key=lambda one: (_to_day(one), one.happened_at, str(one.id)), default=None)


def _to_day(end: Fact) -> date:
    return date.fromisoformat(end.payload["to_day"])
