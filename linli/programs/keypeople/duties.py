"""What is due beside the norms: households of an open round, reports to follow, handovers to answer."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from django.utils.translation import gettext_lazy as _

from linli.community.civil_days import start_of
from linli.programs.keypeople import handovers
from linli.programs.keypeople.reports import HostReport, reports_in
from linli.programs.keypeople.rounds import Round, households_of, rounds_in, visits_of
from linli.records.program import Duty, Scope

# Handovers older than this stay on the page of those who are lost; they have long been on the township's.
LOOKED_BACK = timedelta(days=90)


def duties(scope: Scope) -> Iterable[Duty]:
    """What is due in some communities on a day, open or done."""
    for one in rounds_in(scope.divisions, day=scope.day):
        if one.holds(scope.day):
            yield from _of_round(one, day=scope.day)
    for report in reports_in(scope.divisions, day=scope.day):
        if report.is_open or report.done_on == scope.day:
            yield _of_report(report)
    since, until = scope.day - LOOKED_BACK, scope.day + timedelta(days=1)
    for handover in handovers.waiting_for(scope.divisions, since=since, until=until):
        yield _of_handover(handover)


def _of_round(one: Round, *, day: date) -> Iterator[Duty]:
    visits = visits_of(one, day=day)
    begins = max(one.opened_at, _start(one.from_day))
    for household in households_of(one, day=day):
        visit = visits.get(household.pk)
        # Nobody at home: the household is due again, from then on.
        again = visit is not None and not visit.is_done
        yield Duty(
            kind=one.kind,
            actor="community",
            due_from=visit.at + timedelta(microseconds=1) if visit is not None and again else begins,
            due_to=_start(one.to_day),
            household=household.pk,
            unit=household.unit_id,
            division=one.division,
            clauses=(one.clause,),
            why=_("上次没有人在家，再去一次") if again else one.purpose,
            about=str(one.id),
        )


def _of_report(report: HostReport) -> Duty:
    return Duty(
        kind="host_report_done",
        actor="community",
        due_from=report.told_at,
        due_to=report.due_at,
        division=report.division,
        norms=report.norms,
        clauses=() if report.norms else (report.clause,),
        why=_("有人报告要来：核实并登记到达"),
        is_urgent=True,
        about=str(report.id),
    )


def _of_handover(handover: handovers.Handover) -> Duty:
    return Duty(
        kind=handovers.RECEIVED,
        actor="community",
        due_from=handover.begun_at,
        due_to=handover.due_at,
        resident=handover.resident,
        division=handover.answering_division,
        norms=handovers.NORMS,
        why=_("问接收地是否已接到，记下谁确认的") if handover.leaves_county else _("移交过来，等我们接收或退回"),
        is_urgent=True,
        about=str(handover.id),
    )


def _start(day: date) -> datetime:
    return start_of(day)
