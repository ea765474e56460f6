"""What medical brings to the records: alerts and fever, cases, contacts, tests, terminal disinfection."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from linli.programs.medical.cases import cases, check_diagnosis
from linli.programs.medical.chain import chains_of, check_step
from linli.programs.medical.contacts import check_contact, check_end, check_exposure, check_lead_end, contacts
from linli.programs.medical.duties import duties
from linli.records.program import EntryRefused, Fact, Program, Span
from linli.records.registers import registers


def fever(facts: Sequence[Fact]) -> Iterator[Span]:
    """Whoever has an open alert is among those with fever or symptoms, the day on which it was closed included."""
    for chain in chains_of(facts):
        yield Span(
            group="fever",
            from_day=chain.alert.day,
            to_day=chain.closed.day + timedelta(days=1) if chain.closed else None,
            begun_by=chain.alert.id,
            ended_by=chain.closed.id if chain.closed else None,
            source=chain.alert.kind,
            clause=registers()["fever"].clause,
        )


def check_referral(draft: Fact, before: Sequence[Fact]) -> None:
    """A step in its order; what the hospital found follows on what was found before.

    Raises: EntryRefused.
    """
    check_step(draft, before)
    check_diagnosis(draft, before)


def check_test(draft: Fact, before: Sequence[Fact]) -> None:
    """A sample was taken by now.

    Raises: EntryRefused.
    """
    if date.fromisoformat(draft.payload["sampled_on"]) > draft.day:
        raise EntryRefused("sampled_later", field="sampled_on")


def check_disinfection(draft: Fact, before: Sequence[Fact]) -> None:
    """What is written down as done was done by now.

    Raises: EntryRefused.
    """
    if date.fromisoformat(draft.payload["done_on"]) > draft.day:
        raise EntryRefused("disinfected_later", field="done_on")


PROGRAM = Program(
    id="medical",
    projections=(fever, cases, contacts),
    guards={
        "referral": check_referral,
        "diagnosis": check_diagnosis,
        "contact_tracing": check_contact,
        "contact_end": check_end,
        "contact_lead": check_exposure,
        "contact_lead_end": check_lead_end,
        "test": check_test,
        "disinfection": check_disinfection,
    },
    duties=duties,
    refusals={
        "no_alert": _("没有这条警示，可能已经更正或撤回；请回到就医警示再看。"),
        "before_alert": _("时间早于发现异常的时间，请核对。"),
        "outcome_missing": _("了结时请写明结果。"),
        "outcome_too_early": _("结果在了结时才写。"),
        "closed_already": _("这条警示已经了结。"),
        "step_taken": _("这一步已经登记过，不用再登记。"),
        "out_of_order": _("次序不对：后面的一步已经登记，请核对时间。"),
        "diagnosed_later": _("还没有到这一天：诊断以后再登记。"),
        "follow_up_open": _("治愈出院请写明随访到哪一天，按出院医嘱；不早于出院当天。"),
        "was_no_case": _("没有登记过疑似、确诊或无症状感染，不能登记治愈或排除；请先补登诊断。"),
        "does_not_follow": _("与前后的诊断接不上，请核对日期，或先更正原来的登记。"),
        "own_contact": _("一个人不能是自己的接触者。"),
        "exposed_later": _("最后接触日还没有到，请核对。"),
        "no_contact": _("这一天已经不在密接名单上。"),
        "ends_before_exposure": _("要在最后接触日之后才能移出。"),
        "no_lead": _("没有这条线索。"),
        "lead_ended": _("这条线索已经移交过。"),
        "sampled_later": _("采样日还没有到，请核对。"),
        "disinfected_later": _("还没有到这一天：做完再登记。"),
    },
)
