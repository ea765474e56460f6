"""What care brings to the records: plans, visits, and missed visits taken over."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from linli.programs.care.duties import duties
from linli.programs.care.visiting import plan_on
from linli.records.program import EntryRefused, Fact, Program


def check_visit(draft: Fact, before: Sequence[Fact]) -> None:
    """Who needs help needs it said which."""
    if draft.payload["found"] == "NEEDS_HELP" and not draft.payload.get("needs"):
        raise EntryRefused("which_help", field="needs")


def check_plan(draft: Fact, before: Sequence[Fact]) -> None:
    """Workers are named by number, and nobody is their own backup."""
    worker, backup = draft.payload["worker"], draft.payload.get("backup", "")
    if not worker.isdigit() or (backup and not backup.isdigit()):
        raise EntryRefused("no_such_worker", field="worker")
    if worker == backup:
        raise EntryRefused("own_backup", field="backup")


def check_plan_end(draft: Fact, before: Sequence[Fact]) -> None:
    """Only a plan that holds is ended, after it has begun."""
    plan = plan_on(draft.day, before)
    if plan is None:
        raise EntryRefused("no_plan", field="to_day")
    if draft.payload["to_day"] < plan.from_day.isoformat():
        raise EntryRefused("plan_ends_before_it_begins", field="to_day")


def check_escalation(draft: Fact, before: Sequence[Fact]) -> None:
    """A missed visit is taken over by a named person, who says what happened when they did not simply meet them."""
    if not draft.payload["worker"].isdigit():
        raise EntryRefused("no_such_worker", field="worker")
    if draft.payload["outcome"] != "SEEN" and not draft.payload.get("note"):
        raise EntryRefused("say_what_happened", field="note")


PROGRAM = Program(
    id="care",
    guards={
        "visit": check_visit,
        "care_plan": check_plan,
        "care_plan_end": check_plan_end,
        "escalation": check_escalation,
    },
    duties=duties,
    refusals={
        "which_help": _("请写明需要什么帮助。"),
        "no_such_worker": _("请从名单里选一个人。"),
        "own_backup": _("补上的人要换一个，不能是同一个人。"),
        "no_plan": _("现在没有照料计划。"),
        "plan_ends_before_it_begins": _("结束的日子不能早于开始。"),
        "say_what_happened": _("请写一句说明。"),
    },
)
