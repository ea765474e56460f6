"""What medical observation brings to the records: who is observed where until when, what is refused, what is due."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linli.community.civil_days import start_of
from linli.programs.observation import queries
from linli.programs.observation.course import (
    CHECK,
    GROUP_AT,
    HOME,
    HOSPITAL,
    RELEASE,
    STARTS,
    STEP,
    Course,
    check_release,
    check_step,
    course_of,
    courses_of,
    place_of,
)
from linli.programs.observation.queries import Status
from linli.programs.observation.wording import day_said
from linli.records.program import Duty, EntryRefused, Excuse, Fact, Lapse, Program, Scope, Span, spans_of
from linli.records.registers import registers
from linli.response.queries import norms_asking, rulebook

RELEASED = "released"
# No text says how long somebody counts as released. As long as an arrival is followed: a reading of M9 二(二).
RELEASED_DAYS = 14
NO_ROOM_OF_THEIR_OWN = frozenset({"own_room", "whole_flat"})


# ---- registers -----------------------------------------------------------------------------------------------------
def observed(facts: Sequence[Fact]) -> Iterator[Span]:
    """People are on the register of home or of central observation for the days they were there, to the end at most."""
    for course in courses_of(facts):
        ends = [phase.begun_by for phase in course.phases[1:]]
        for number, phase in enumerate(course.phases):
            if phase.place not in GROUP_AT:
                continue
            group = GROUP_AT[phase.place]
            moved = ends[number] if number < len(ends) else None
            yield Span(
                group=group,
                from_day=phase.from_day,
                to_day=phase.to_day,
                begun_by=phase.begun_by.id,
                ended_by=moved.id if moved else course.release.id if course.release else None,
                source=phase.begun_by.channel,
                reason=course.reason,
                clause=course.timed_by.payload.get("clause") or registers()[group].clause,
                end_reason="" if moved or course.release is None else str(course.release.payload.get("reason", "")),
            )


def released(facts: Sequence[Fact]) -> Iterator[Span]:
    """Whoever was released is on the register of the released for some days after."""
    for course in courses_of(facts):
        if course.release is not None and course.released_on is not None:
            yield Span(
                group=RELEASED,
                from_day=course.released_on,
                to_day=course.released_on + timedelta(days=RELEASED_DAYS),
                begun_by=course.release.id,
                source=course.release.channel,
                reason=course.reason,
                clause=course.release.payload.get("clause") or registers()[RELEASED].clause,
            )


# ---- what is refused -----------------------------------------------------------------------------------------------
def check_health_check(draft: Fact, before: Sequence[Fact]) -> None:
    """A daily check belongs to somebody who is observed or followed; an abnormal one may be told of anybody.

    Not of one in hospital, and not of one who was released, unless a norm in force asks for it all the same.
    """
    if draft.is_abnormal:
        return
    course = course_of(fact for fact in before if fact.happened_at <= draft.happened_at)
    place = place_of(course, day=draft.day)
    if place == HOSPITAL:
        raise EntryRefused("in_hospital")
    if place or any(one.start == draft.day for one in courses_of(before)):
        return
    held = {
        span.group for span in spans_of(before) if span.from_day <= draft.day and draft.day < (span.to_day or date.max)
    } - set(GROUP_AT.values())
    if course is None:
        if not held:
            raise EntryRefused("not_followed")
    elif not _is_asked_of(held, draft):
        raise EntryRefused("was_released", day=day_said(course.end))


def _is_asked_of(groups: Iterable[str], draft: Fact) -> bool:
    """Do the norms in force where the person lives ask for checks of one of these groups?

    As M21 does of the released, and M9 of an arrival whose observation was ended early.
    """
    norms = norms_asking([draft.division], entries={CHECK}, day=draft.day)[draft.division]
    if not norms:
        return False
    wider = rulebook().words.with_wider
    return any(wider(group) & set(norm.who) for group in groups for norm in norms)


def check_home_fit(draft: Fact, before: Sequence[Fact]) -> None:
    """Where a home is not fit, somebody says what is done about it. N40 (五)."""
    said = draft.payload
    fit = fits(said)
    if said.get("verdict") == "FIT" and not NO_ROOM_OF_THEIR_OWN & set(said):
        raise EntryRefused("no_own_room", field="verdict")
    if not fit and not said.get("remedy"):
        raise EntryRefused("remedy_missing", field="remedy")


def fits(said: object) -> bool:
    """Is a home fit: as was judged, else by N40 (五): a room and meals of their own, or the whole flat."""
    payload = said if isinstance(said, dict) else {}
    verdict = payload.get("verdict")
    if verdict:
        return bool(verdict == "FIT")
    return bool(payload.get("whole_flat") or (payload.get("own_room") and payload.get("separate_meals")))


# ---- what is due ---------------------------------------------------------------------------------------------------
def duties(scope: Scope) -> Iterator[Duty]:
    """What is due in some communities beside the daily checks, which follow from the registers.

    An observation to be started, the home to be looked at on the day it starts there, the release on the day it ends,
    and word to the person when the norms end it earlier than was said.
    """
    statuses = [one for one in queries.statuses_in(scope).values() if one.course is not None]
    notices = queries.notice_norms_of([one for one in statuses if _is_release_due(one)])
    asking = norms_asking({one.division for one in statuses if one.place == HOME}, entries={"home_fit"}, day=scope.day)
    for status in statuses:
        assert status.course is not None
        if status.resident in notices:
            yield _release_due(status, status.course, norms=notices[status.resident])
        yield from _word_due(status, status.course)
        norms = tuple(norm.id for norm in asking.get(status.division, ()))
        if norms:
            yield from _home_fit_due(status, status.course, norms=norms)
    for due in queries.starts_due(scope):
        yield Duty(
            kind=STEP,
            actor="community",
            due_from=start_of(due.since),
            due_to=start_of(due.since + timedelta(days=1)),
            resident=due.resident,
            division=due.division,
            norms=due.ground.norms,
            why=gettext("条款要求医学观察，还没有开始，也没有登记免予隔离"),
        )
    for status in statuses:
        # What was started today stays on today's list as done.
        if status.course is not None and status.course.start == scope.day:
            yield _start_done(status, status.course)


def _start_done(status: Status, course: Course) -> Duty:
    return Duty(
        kind=STEP,
        actor="community",
        due_from=start_of(course.start),
        due_to=start_of(course.start + timedelta(days=1)),
        resident=status.resident,
        division=status.division,
        norms=_norms(course.begun_by),
        why=gettext("医学观察已开始"),
    )


def _is_release_due(status: Status) -> bool:
    """Is somebody to be released, or was that done on this very day?"""
    course = status.course
    if course is None:
        return False
    return status.is_over if course.release is None else course.release.day == status.day


def _release_due(status: Status, course: Course, *, norms: tuple[str, ...]) -> Duty:
    end = status.end or course.end
    return Duty(
        kind=RELEASE,
        actor="community",
        due_from=start_of(end),
        due_to=start_of(end + timedelta(days=1)),
        resident=status.resident,
        division=status.division,
        norms=norms or _norms(course.timed_by),
        clauses=() if norms or _norms(course.timed_by) else (registers()[RELEASED].clause,),
        why=gettext("医学观察到%(day)s0时为止，解除并送达通知书") % {"day": day_said(end)},
    )


def _word_due(status: Status, course: Course) -> Iterator[Duty]:
    judged = status.judged
    if judged is None or not status.ended_early or not status.is_over:
        return
    why = (
        gettext("依据从%(day)s起没有了，观察已经结束：告诉本人")
        if judged.why == "LOST"
        else gettext("期限改短，观察到%(day)s0时为止：告诉本人")
    )
    yield Duty(
        kind="follow_up",
        actor="community",
        due_from=start_of(judged.end),
        due_to=start_of(judged.end + timedelta(days=1)),
        resident=status.resident,
        division=status.division,
        norms=judged.ground.norms or _norms(course.timed_by),
        why=why % {"day": day_said(judged.end)},
        is_urgent=True,
        about=str(course.begun_by.id),
    )


def _home_fit_due(status: Status, course: Course, *, norms: tuple[str, ...]) -> Iterator[Duty]:
    first = next((phase for phase in course.phases if phase.place == HOME), None)
    if first is None or status.place != HOME or first.begun_by.payload["step"] not in (*STARTS, "TO_HOME"):
        return
    yield Duty(
        kind="home_fit",
        actor="community",
        due_from=start_of(first.from_day),
        due_to=start_of(first.from_day + timedelta(days=1)),
        resident=status.resident,
        division=status.division,
        norms=norms,
        why=gettext("居家观察当天，看家里是不是一人一间、分开吃饭"),
    )


def lapses(scope: Scope) -> Iterator[Lapse]:
    """Who still stands on a register although the norms have ended their observation."""
    for status in queries.statuses_in(scope).values():
        if status.course is not None and status.ended_early and status.is_over and status.end is not None:
            for group in GROUP_AT.values():
                yield Lapse(resident=status.resident, group=group, to_day=status.end)


def excuses(scope: Scope) -> Iterator[Excuse]:
    """Nobody is checked at home while they are in hospital, whatever other register they stand on: it is refused."""
    for status in queries.statuses_in(scope).values():
        if status.course is not None and status.place == HOSPITAL:
            away = next(step for step in reversed(status.course.steps) if step.payload["step"] == "TO_HOSPITAL")
            yield Excuse(resident=status.resident, kind=CHECK, said_by=away, reason=PROGRAM.refusals["in_hospital"])


def _norms(fact: Fact) -> tuple[str, ...]:
    return tuple(str(fact.payload.get("norms", "")).split())


PROGRAM = Program(
    id="observation",
    projections=(observed, released),
    guards={
        STEP: check_step,
        RELEASE: check_release,
        CHECK: check_health_check,
        "home_fit": check_home_fit,
    },
    duties=duties,
    lapses=lapses,
    excuses=excuses,
    refusals={
        "not_under": _("现在不在医学观察中：先开始观察。"),
        "already_under": _("已经在医学观察中，到%(until)s0时为止；又有接触的，办“再次接触，重新计算”。"),
        "not_from_home": _("现在是居家观察，不能这样变动。"),
        "not_from_central": _("现在是集中观察，不能这样变动。"),
        "not_from_hospital": _("现在在医院：先登记从医院回来。"),
        "end_missing": _("没有写明到哪一天止。观察必须有止期。"),
        "end_too_early": _("止期要在开始以后。"),
        "exposed_later": _("起算的日子还没有到。"),
        "exposed_missing": _("写明最后一次接触是哪一天，从那天重新计算。"),
        "exposed_before": _("这次接触早于现在的起算日%(day)s，不会改变止期。"),
        "not_longer": _("现在就是到%(until)s0时为止，没有延长。"),
        "already_released": _("已经在%(day)s解除。"),
        "released_later": _("解除的日子还没有到。"),
        "released_before": _("解除不能早于开始观察的%(day)s。"),
        "released_early": _("观察到%(until)s0时才期满。提前解除要写明依据：依据已经没有了，或者医疗、疾控机构决定。"),
        "in_hospital": _("现在在医院，住院期间不做居家监测；回来以后先登记“从医院回来”。"),
        "was_released": _("医学观察已在%(day)s结束，不再需要每天监测。本人不舒服的，照实填写体温和症状，会告诉医生。"),
        "not_followed": _(
            "没有在医学观察，也不在需要随访监测的台账上：先登记来返，或者开始观察。"
            "本人不舒服的，照实填写体温和症状，会告诉医生。"
        ),
        "no_own_room": _("没有单独的房间，不能定为适合（南委办发明电〔2020〕40号 (五)）：选“不适合”，并写明怎么办。"),
        "remedy_missing": _("家里不适合的，写明怎么办：社区帮助解决，或者动员去集中观察点。"),
        "no_ground": _("%(why)s"),
        "longer_than_allowed": _("最晚只能到%(latest)s0时为止，再长就超出了条款。"),
        "days_are_over": _("从%(day)s算起的天数到%(latest)s已经满了：没有新的接触或到达，不能再观察。"),
        "basis_stands": _("依据还在，观察到%(until)s0时为止：不能以“依据已经没有了”提前解除。"),
        "needs_until": _("条款没有写天数：写明到哪一天止，由谁决定。最晚到%(latest)s。"),
    },
)
