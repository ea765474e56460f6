"""What key people bring to the records: arrivals and the registers kept by hand."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from linli.records.program import EntryRefused, Fact, Program, Span
from linli.records.registers import registers

# M9 二(二): arrivals are followed for 14 days. That they are "arrivals" as long is a reading.
ARRIVAL_DAYS = 14
ARRIVAL_CLAUSE = "minfa-2020-9 二(二)"
_GROUP_BY_ORIGIN = {
    "LOW": "arrival_low_risk",
    "MEDIUM": "arrival_medium_risk",
    "HIGH": "arrival_high_risk",
    "INBOUND": "inbound_arrival",
}


def arrivals(facts: Sequence[Fact]) -> Iterator[Span]:
    """An arrival belongs to the groups of its origin from the day of arrival, as long as arrivals are followed."""
    for fact in facts:
        if fact.kind != "arrival":
            continue
        first = date.fromisoformat(fact.payload["arrived_on"])
        for group in _groups_of(fact):
            yield Span(
                group=group,
                from_day=first,
                to_day=first + timedelta(days=ARRIVAL_DAYS),
                begun_by=fact.id,
                source=fact.payload.get("told_by", ""),
                reason=fact.payload["origin"],
                clause=registers()[group].clause if group in registers() else ARRIVAL_CLAUSE,
            )


def _groups_of(fact: Fact) -> Iterator[str]:
    origin = fact.payload["origin_tier"]
    yield "arrival"
    yield _GROUP_BY_ORIGIN[origin]
    if origin == "LOW" and fact.payload.get("has_proof") and fact.payload.get("point_to_point"):
        yield "arrival_low_risk_proven"
    if fact.payload.get("for_holiday"):
        yield "holiday_returnee"


def kept_by_hand(facts: Sequence[Fact]) -> Iterator[Span]:
    """Registers that somebody puts people on and takes them off."""
    open_: dict[str, Fact] = {}
    for fact in facts:
        if fact.kind == "enrolment":
            open_.setdefault(fact.payload["group"], fact)
        elif fact.kind == "enrolment_end" and fact.payload["group"] in open_:
            yield _by_hand(open_.pop(fact.payload["group"]), end=fact)
    for fact in open_.values():
        yield _by_hand(fact, end=None)


def _by_hand(begin: Fact, *, end: Fact | None) -> Span:
    group = begin.payload["group"]
    return Span(
        group=group,
        from_day=date.fromisoformat(begin.payload["from_day"]),
        to_day=date.fromisoformat(end.payload["to_day"]) if end else None,
        begun_by=begin.id,
        ended_by=end.id if end else None,
        source=begin.channel,
        reason=begin.payload["why"],
        clause=registers()[group].clause if group in registers() else "",
        end_reason=end.payload["why"] if end else "",
    )


def check_arrival(draft: Fact, before: Sequence[Fact]) -> None:
    """Nobody has arrived who is still to come."""
    if date.fromisoformat(draft.payload["arrived_on"]) > draft.day:
        raise EntryRefused("arrives_later", field="arrived_on")


def check_enrolment(draft: Fact, before: Sequence[Fact]) -> None:
    """Only registers kept by hand, and once at a time."""
    group = draft.payload["group"]
    register = registers().get(group)
    if register is None or not register.by_hand:
        raise EntryRefused("not_by_hand", field="group")
    if _is_on(group, before):
        raise EntryRefused("already_on", field="group", register=register.say)


def check_enrolment_end(draft: Fact, before: Sequence[Fact]) -> None:
    """Only who is on a register is taken off it, after the day of the beginning."""
    begun = _is_on(draft.payload["group"], before)
    if begun is None:
        raise EntryRefused("not_on", field="group")
    if draft.payload["to_day"] <= begun.payload["from_day"]:
        raise EntryRefused("ends_before_it_begins", field="to_day")


def _is_on(group: str, before: Sequence[Fact]) -> Fact | None:
    begun = None
    for fact in before:
        if fact.kind == "enrolment" and fact.payload["group"] == group:
            begun = fact
        elif fact.kind == "enrolment_end" and fact.payload["group"] == group:
            begun = None
    return begun


PROGRAM = Program(
    id="keypeople",
    projections=(arrivals, kept_by_hand),
    guards={"arrival": check_arrival, "enrolment": check_enrolment, "enrolment_end": check_enrolment_end},
    refusals={
        "arrives_later": _("还没有到：到达当天再登记。"),
        "not_by_hand": _("这个台账不能手工添加，它由来返、观察等登记自动形成。"),
        "already_on": _("已经在%(register)s台账上。"),
        "not_on": _("不在这个台账上。"),
        "ends_before_it_begins": _("移出的日子要在纳入之后。"),
    },
)
