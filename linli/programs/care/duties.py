"""What care owes beside the norms: visits that a plan asks for, a second try, and missed visits taken over."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.translation import gettext as _

from linli.community.civil_days import start_of
from linli.programs.care.cared import asked_in, cared_in
from linli.programs.care.named import named_for
from linli.programs.care.visiting import (
    BOTTOM_LINE,
    Asked,
    Cared,
    Miss,
    Missed,
    Plan,
    due_window,
    is_met,
    missed,
    plan_on,
)
from linli.records.program import Duty, Scope


def duties(scope: Scope) -> Iterator[Duty]:
    """What is due in some communities on a day, open or done, beside what the norms ask for in their own rhythm."""
    people = cared_in(scope)
    asked = asked_in(scope.divisions, day=scope.day)
    misses = {person.id: miss_of(person, asked[person.division], scope) for person in people}
    named = named_for((person for person in people if misses[person.id]), day=scope.day)
    for person in people:
        yield from _planned(person, asked[person.division], day=scope.day)
        yield from _again(person, asked[person.division], day=scope.day)
        miss = misses[person.id]
        if miss is not None:
            name = named[person.id]
            yield Duty(
                kind="escalation",
                actor="community",
                due_from=miss.since,
                due_to=miss.until,
                resident=person.id,
                division=person.division,
                norms=miss.norms,
                clauses=(ground_of(miss, plan_on(scope.day, person.plans)),),
                why=why_missed(miss, name=name.name),
                is_urgent=True,
                worker=name.worker,
            )


def miss_of(person: Cared, asked: Asked, scope: Scope) -> Miss | None:
    """The miss of one person, as known at the moment of the scope."""
    return missed(person, day=scope.day, at=scope.at, norms_on=asked.norms_on, wider=asked.wider)


def why_missed(miss: Miss, *, name: str) -> str:
    """What happened and who takes over, in the language of the request."""
    sentences = {
        Missed.NOT_DONE: _("到18时还没有见到人，当天之内由%(name)s接手。"),
        Missed.NOT_MET_TWICE: _("连着两次没有见到人，由%(name)s接手。"),
        Missed.STILL_LOOKING: _("昨天没有找到人，由%(name)s继续找。"),
    }
    return sentences[miss.why] % {"name": name}


def ground_of(miss: Miss, plan: Plan | None) -> str:
    """Why somebody else goes, the same day: that nobody be forgotten, or the plan where nothing but the plan asks."""
    return plan.clause if plan is not None and plan.clause and not miss.norms else BOTTOM_LINE


def _planned(person: Cared, asked: Asked, *, day: date) -> Iterator[Duty]:
    """The visits of the plan, where it asks for more than the norms do."""
    plan = plan_on(day, person.plans)
    due = due_window(person, asked.norms_on(day), day=day, wider=asked.wider)
    if plan is None or due is None or not due.by_plan:
        return
    yield Duty(
        kind="visit",
        actor="community",
        due_from=start_of(due.from_day),
        due_to=start_of(due.to_day),
        resident=person.id,
        division=person.division,
        clauses=(plan.clause,) if plan.clause else (),
        why=_("照料计划"),
        is_bound=True,
        worker=plan.worker,
    )


def _again(person: Cared, asked: Asked, *, day: date) -> Iterator[Duty]:
    """After a visit in vain, another the next day; tried again today, it stays on today's list as done."""
    before = [fact for fact in person.visits if fact.day < day]
    due = due_window(person, asked.norms_on(day), day=day, wider=asked.wider)
    if not before or is_met(before[-1]) or due is None:
        return
    first = before[-1].day + timedelta(days=1)
    plan = plan_on(day, person.plans)
    yield Duty(
        kind="visit",
        actor="community",
        due_from=start_of(first),
        due_to=start_of(first + timedelta(days=1)),
        resident=person.id,
        division=person.division,
        norms=due.norms,
        clauses=(plan.clause,) if due.by_plan and plan is not None and plan.clause else (),
        why=_("上次没有见到人"),
    )
