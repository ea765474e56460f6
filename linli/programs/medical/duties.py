"""What medical owes beside the norms: alerts to the end, cases traced, homes disinfected, those who must be tested.

The time limits are readings: no clause prints minutes, hours or days for any of them.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from linli.community.civil_days import start_of
from linli.programs.medical import grounds
from linli.programs.medical.cases import CASE_GROUPS, GROUP, Episode, episodes_of
from linli.programs.medical.cases import KIND as DIAGNOSIS
from linli.programs.medical.chain import KIND as REFERRAL
from linli.programs.medical.chain import Chain, chains_of
from linli.programs.medical.grounds import Ground, grounds_of
from linli.programs.medical.people import alert_facts, facts_of_people
from linli.records.program import Duty, Fact, Scope
from linli.records.queries import Member, members_in

TRACED_WITHIN = timedelta(hours=24)
DISINFECTED_WITHIN = timedelta(hours=24)
TESTED_WITHIN = timedelta(days=2)
_A_MOMENT = timedelta(microseconds=1)
# Who does it: those who may know of a diagnosis. On a grid worker's list the item itself would tell it.
_CARE = "clinic"
_OF_A_CASE = frozenset({*CASE_GROUPS, GROUP["RECOVERED"]})


def duties(scope: Scope) -> Iterator[Duty]:
    """All that is due in some communities, as known at ``scope.at``; a handful of queries for all of them."""
    members = members_in(scope)
    ground = grounds_of(scope.divisions, day=scope.day)
    yield from _alerts({one.resident: one for one in members if one.group == "fever"}, scope, ground)
    yield from _cases({one.resident: one for one in members if one.group in _OF_A_CASE}, scope, ground)
    yield from _tests(members, ground)


def _alerts(members: Mapping[UUID, Member], scope: Scope, ground: Mapping[str, Ground]) -> Iterator[Duty]:
    for resident, facts in alert_facts(members).items():
        division = members[resident].division
        for chain in chains_of(_known(facts, scope)):
            if chain.closed is None or chain.closed.day == scope.day:
                yield _alert(chain, resident=resident, division=division, norms=ground[division].ids(grounds.ALERT))


def _alert(chain: Chain, *, resident: UUID, division: str, norms: tuple[str, ...]) -> Duty:
    # Each step is an entry of the same kind: what is due begins after the last, and an alert that is over ends with it.
    if chain.closed is not None:
        since, until = chain.closed.happened_at, chain.closed.happened_at + _A_MOMENT
    else:
        since, until = chain.last_at + (_A_MOMENT if chain.steps else timedelta()), chain.due_at
    return Duty(
        kind=REFERRAL,
        actor=_CARE,
        due_from=since,
        due_to=until,
        resident=resident,
        division=division,
        norms=norms,
        why=_("发热或异常，尽快帮助就医，跟到有结果；几分钟内是我们的读法"),
        is_urgent=True,
        about=str(chain.alert.id),
    )


def _cases(members: Mapping[UUID, Member], scope: Scope, ground: Mapping[str, Ground]) -> Iterator[Duty]:
    for resident, facts in facts_of_people(members, kinds=(DIAGNOSIS, REFERRAL)).items():
        member = members[resident]
        for episode in episodes_of(_known(facts, scope)):
            if episode.is_active:
                yield _tracing(episode, member, ground[member.division])
            if member.household is not None and not episode.is_excluded:
                yield _disinfection(episode, member, ground[member.division])
            if episode.followed_to == scope.day:
                yield _last_visit(episode, member, ground[member.division], day=scope.day)


def _tracing(episode: Episode, member: Member, ground: Ground) -> Duty:
    begun = episode.first.fact
    return Duty(
        kind="case_tracing",
        actor=_CARE,
        due_from=begun.happened_at,
        due_to=begun.happened_at + TRACED_WITHIN,
        resident=member.resident,
        division=member.division,
        norms=ground.ids(grounds.TRACING),
        why=_("排查接触者，往前往后都查，写明查完；24小时是我们的读法"),
        about=str(begun.id),
    )


def _disinfection(episode: Episode, member: Member, ground: Ground) -> Duty:
    begun = episode.first.fact.happened_at
    return Duty(
        kind="disinfection",
        actor=_CARE,
        due_from=begun,
        due_to=begun + DISINFECTED_WITHIN,
        household=member.household,
        division=member.division,
        norms=ground.ids(grounds.DISINFECTION),
        why=_("人离开后做终末消毒并登记；24小时是我们的读法"),
    )


def _last_visit(episode: Episode, member: Member, ground: Ground, *, day: date) -> Duty:
    """On its last day the follow-up of somebody who recovered is concluded; before, the norms ask for it."""
    return Duty(
        kind="follow_up",
        actor=_CARE,
        due_from=start_of(day),
        due_to=start_of(day + timedelta(days=1)),
        resident=member.resident,
        division=member.division,
        norms=ground.ids(grounds.RECOVERED),
        why=_("治愈后的随访今天到期，回访一次再结束；最后一天回访是我们的读法"),
        about=str(episode.last.fact.id),
    )


def _tests(members: Iterable[Member], ground: Mapping[str, Ground]) -> Iterator[Duty]:
    must = {code: one.test_class("MUST") for code, one in ground.items()}
    latest: dict[UUID, Member] = {}
    for member in members:
        if member.group in must[member.division].groups:
            known = latest.get(member.resident)
            if known is None or known.from_day < member.from_day:
                latest[member.resident] = member
    for resident, member in latest.items():
        begins = start_of(member.from_day)
        yield Duty(
            kind="test",
            actor="community",
            due_from=begins,
            due_to=begins + TESTED_WITHIN,
            resident=resident,
            division=member.division,
            norms=tuple(norm.id for norm in must[member.division].norms),
            why=_("列入应检人员，请安排采样；名单和两天内是我们的读法"),
        )


def _known(facts: Iterable[Fact], scope: Scope) -> list[Fact]:
    """What was known at the moment and on the day that are asked for."""
    return [fact for fact in facts if fact.day <= scope.day and fact.happened_at <= scope.at]
