"""What key people bring to the records: arrivals, registers by hand, rounds, handovers, and what is due of them."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from linli.community.codes import VILLAGE, is_code, level_of
from linli.programs.keypeople.duties import duties
from linli.programs.keypeople.handovers import ACCEPTED, RECEIVED, open_one
from linli.programs.keypeople.rounds import has_rounds
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
    """An arrival belongs to the groups of its origin from the day of arrival, as long as arrivals are followed.

    Who was taken over by a place outside the county is followed there.
    """
    for fact in facts:
        if fact.kind != "arrival":
            continue
        first = date.fromisoformat(fact.payload["arrived_on"])
        last = first + timedelta(days=ARRIVAL_DAYS)
        left = next((one for one in facts if _took_out(one) and _follows(one, fact) and first <= one.day < last), None)
        for group in groups_of_arrival(fact):
            yield Span(
                group=group,
                from_day=first,
                to_day=left.day if left is not None else last,
                begun_by=fact.id,
                ended_by=left.id if left is not None else None,
                source=fact.payload.get("told_by", ""),
                reason=fact.payload["origin"],
                clause=registers()[group].clause if group in registers() else ARRIVAL_CLAUSE,
                end_reason=left.payload.get("acknowledged_by", "") if left is not None else "",
            )


def _follows(one: Fact, other: Fact) -> bool:
    return (one.happened_at, one.id) > (other.happened_at, other.id)


def _took_out(fact: Fact) -> bool:
    said = fact.payload
    return fact.kind == RECEIVED and said["answer"] == ACCEPTED and said.get("leaves_county", False)


def groups_of_arrival(fact: Fact) -> Iterator[str]:
    """The groups that somebody who came from there, and so, belongs to."""
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


def check_report_done(draft: Fact, before: Sequence[Fact]) -> None:
    """A report is followed to an arrival, or it is said what became of it."""
    said = draft.payload
    if said["outcome"] == "REGISTERED" and not said.get("arrival"):
        raise EntryRefused("arrival_missing", field="outcome")
    if said["outcome"] != "REGISTERED" and not said.get("note"):
        raise EntryRefused("note_missing", field="note")


def check_round(draft: Fact, before: Sequence[Fact]) -> None:
    """A round is of a kind that has rounds, lasts at least a day, and is for a register that there is."""
    said = draft.payload
    if not has_rounds(said["kind"]):
        raise EntryRefused("no_round_of_it", field="kind")
    if said.get("group") and said["group"] not in registers():
        raise EntryRefused("no_such_register", field="group")
    if said["to_day"] <= said["from_day"]:
        raise EntryRefused("round_without_days", field="to_day")


def check_handover(draft: Fact, before: Sequence[Fact]) -> None:
    """One at a time, and to another community or out of the county."""
    to = draft.payload.get("to_division", "")
    if not draft.payload.get("leaves_county") and not (is_code(to) and level_of(to) == VILLAGE):
        raise EntryRefused("handover_to_nobody", field="to_division")
    if to == draft.division:
        raise EntryRefused("handover_to_ourselves", field="to_division")
    if open_one(before) is not None:
        raise EntryRefused("handover_open")


def check_received(draft: Fact, before: Sequence[Fact]) -> None:
    """Who is asked answers, once; taking somebody over changes where they live, sending them back has a reason."""
    said, asked = draft.payload, open_one(before)
    if asked is None or said["about"] != str(asked.id):
        raise EntryRefused("handover_answered")
    if draft.division != asked.answering_division:
        raise EntryRefused("handover_of_others")
    if said["answer"] != ACCEPTED:
        if not said.get("why"):
            raise EntryRefused("return_needs_reason", field="why")
        return
    if not said.get("residence"):
        raise EntryRefused("accept_on_page")
    if asked.leaves_county and not said.get("acknowledged_by"):
        raise EntryRefused("acknowledged_by_whom", field="acknowledged_by")


PROGRAM = Program(
    id="keypeople",
    projections=(arrivals, kept_by_hand),
    guards={
        "arrival": check_arrival,
        "enrolment": check_enrolment,
        "enrolment_end": check_enrolment_end,
        "host_report_done": check_report_done,
        "round": check_round,
        "handover": check_handover,
        "handover_received": check_received,
    },
    duties=duties,
    refusals={
        "arrives_later": _("还没有到：到达当天再登记。"),
        "not_by_hand": _("这个台账不能手工添加，它由来返、观察等登记自动形成。"),
        "already_on": _("已经在%(register)s台账上。"),
        "not_on": _("不在这个台账上。"),
        "ends_before_it_begins": _("移出的日子要在纳入之后。"),
        "arrival_missing": _("还没有登记到达。请从这条报告点“登记到达”。"),
        "note_missing": _("请写一句说明：怎样核实的。"),
        "no_round_of_it": _("这一种登记没有“一轮”。请选摸排。"),
        "no_such_register": _("没有这个台账。请从列出的台账里选。"),
        "round_without_days": _("最后一天早于第一天。请核对日期。"),
        "handover_to_nobody": _("请选接收的村（社区）；去本县以外的，请写明去向。"),
        "handover_to_ourselves": _("本人就在这个村（社区）。在本村（社区）内搬家，请用“迁移或落户”。"),
        "handover_open": _("已经有一次移交在等对方确认。要改去向，请先撤回那一次。"),
        "handover_answered": _("这次移交已经答复过，或已撤回。"),
        "handover_of_others": _("这次移交不是交给您这里的。"),
        "return_needs_reason": _("请写明为什么退回，对方好接着办。"),
        "accept_on_page": _("请在“人员交接”页接收：接收时一并登记住处。"),
        "acknowledged_by_whom": _("请写明对方哪个单位、谁在什么时候确认的。"),
    },
)
