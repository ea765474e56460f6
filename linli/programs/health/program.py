"""What health brings to the records: the register of severe risk, and what a vaccination entry must say."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from linli.programs.health.due import duties
from linli.records.program import EntryRefused, Fact, Program, Span

REGISTER = "minfa-2023-5 三"


def severe_risk(facts: Sequence[Fact]) -> Iterator[Span]:
    """Somebody is on the register of severe risk from an assessment as high up to one that is not."""
    begun: Fact | None = None
    for fact in facts:
        risk = fact.payload.get("risk") if fact.kind in ("risk_level", "door_knock") else None
        if risk == "HIGH" and begun is None:
            begun = fact
        elif risk in ("MEDIUM", "LOW") and begun is not None:
            yield _span(begun, end=fact)
            begun = None
    if begun is not None:
        yield _span(begun, end=None)


def _span(begun: Fact, *, end: Fact | None) -> Span:
    return Span(
        group="severe_risk",
        from_day=begun.day,
        to_day=end.day if end is not None else None,
        begun_by=begun.id,
        ended_by=end.id if end is not None else None,
        source=begun.channel,
        reason=begun.payload.get("why", ""),
        clause=REGISTER,
        end_reason=end.payload.get("why", "") if end is not None else "",
    )


def check_knock(draft: Fact, before: Sequence[Fact]) -> None:
    """Of somebody who was not reached nothing is known; of somebody reached, how they are."""
    said = draft.payload
    if said["reached"] == "NOBODY" and (said.get("condition") not in (None, "WELL") or said.get("risk")):
        raise EntryRefused("not_reached", field="condition")
    if said["reached"] != "NOBODY" and not said.get("condition"):
        raise EntryRefused("condition_missing", field="condition")


def check_vaccination(draft: Fact, before: Sequence[Fact]) -> None:
    """A dose has a number and a place, one that was given before is not given again; a deferral has its reason."""
    said = draft.payload
    match said["status"]:
        case "GIVEN":
            if not said.get("dose"):
                raise EntryRefused("dose_missing", field="dose")
            if not said.get("where"):
                raise EntryRefused("where_missing", field="where")
            given = {one.payload.get("dose") for one in before if _is_dose(one)}
            if said["dose"] in given:
                raise EntryRefused("dose_given", field="dose", dose=said["dose"])
        case "DEFERRED" | "CONTRAINDICATED":
            if not said.get("reason"):
                raise EntryRefused("reason_needed", field="reason")
            if not said.get("until") or said["until"] <= draft.day.isoformat():
                raise EntryRefused("until_needed", field="until")


def _is_dose(fact: Fact) -> bool:
    return fact.kind == "vaccination" and fact.payload["status"] == "GIVEN"


def check_worker(draft: Fact, before: Sequence[Fact]) -> None:
    """A dose has a number, and the worker is named by theirs."""
    if not draft.payload["worker"].isdigit():
        raise EntryRefused("no_worker", field="worker")
    if draft.payload["status"] == "GIVEN" and not draft.payload.get("dose"):
        raise EntryRefused("dose_missing", field="dose")


def check_booking(draft: Fact, before: Sequence[Fact]) -> None:
    """A place is booked once."""
    if any(one.kind == "booking" and one.payload["session"] == draft.payload["session"] for one in before):
        raise EntryRefused("booked_already", field="session")


def check_session(draft: Fact, before: Sequence[Fact]) -> None:
    """A session is planned, not written down afterwards."""
    if draft.payload["held_on"] < draft.day.isoformat():
        raise EntryRefused("session_over", field="held_on")


PROGRAM = Program(
    id="health",
    projections=(severe_risk,),
    guards={
        "door_knock": check_knock,
        "vaccination": check_vaccination,
        "worker_vaccination": check_worker,
        "booking": check_booking,
        "session": check_session,
    },
    duties=duties,
    refusals={
        "not_reached": _("没联系上的人，身体和风险先不填。"),
        "condition_missing": _("请选身体怎样。"),
        "no_worker": _("请从名单里选一个人。"),
        "dose_missing": _("请填第几剂。"),
        "where_missing": _("请选在哪里接种。"),
        "dose_given": _("第%(dose)s剂已经登记过。请核对，或更正那一条。"),
        "reason_needed": _("请写原因，不写病名。"),
        "until_needed": _("请写到哪一天再问，要在今天以后。"),
        "booked_already": _("已经约了这一场。"),
        "session_over": _("场次的日期已经过去，请改成今天或以后。"),
        "session_full": _("这一场约满了（%(capacity)s人）。请换一场，或另开一场。"),
    },
)
