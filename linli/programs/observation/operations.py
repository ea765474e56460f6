"""Starting, changing and ending an observation: each asks the policy first, then writes one entry or refuses.

Nothing is imposed on anybody without a ground, and nothing longer than the norms allow. The norms and the versions of
the packs that a step rests on are pinned in the entry.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.community.models import Resident, new_id
from linli.explorer.wording import said
from linli.programs.observation import queries
from linli.programs.observation.course import (
    CENTRAL,
    CHECK,
    EXEMPT,
    HOME,
    RELEASE,
    STEP,
    TIMED,
    check_step,
)
from linli.programs.observation.grounds import ACTION_AT, COMMUNITY, HOME_OBSERVATION, Ground, clauses_of, packs_of
from linli.programs.observation.queries import Status
from linli.programs.observation.wording import day_said
from linli.records.models import Channel, Entry
from linli.records.operations import Draft, Recorded, record_entry
from linli.records.program import EntryRefused, Fact
from linli.response.queries import rulebook
from linli.trail.actor import Actor

START_AT = {HOME: "START_HOME", CENTRAL: "START_CENTRAL"}
_PLACE_AFTER = {
    "START_HOME": HOME, "START_CENTRAL": CENTRAL, "TO_CENTRAL": CENTRAL, "TO_HOME": HOME, "RETURN_HOME": HOME,
    "RETURN_CENTRAL": CENTRAL,
}  # fmt: skip
# Nobody is kept from a hospital, or from going home, for want of a ground.
_NEEDS_NO_GROUND = frozenset({"TO_HOSPITAL", EXEMPT})


class NoGround(EntryRefused):
    """The policy does not allow the step. ``ground`` says why, by which norms, and what may be done instead."""

    def __init__(self, ground: Ground, *, why: str = "") -> None:
        super().__init__("no_ground", why=why or said(ground.say))
        self.ground = ground


def start_observation(
    resident: Resident,
    *,
    place: str,
    reason: str = "",
    exposed_on: date | None = None,
    until: date | None = None,
    consent: bool = False,
    decided_by: str = COMMUNITY,
    happened_at: datetime | None = None,
    channel: str = Channel.DESK,
    id: UUID | None = None,
    by: Actor,
    at: datetime,
) -> Recorded:
    """Begin an observation at HOME or at a CENTRAL site.

    The days count from ``exposed_on`` (the last exposure, or the arrival), else from the day of the start. ``until``,
    not included, may be earlier than the norms allow, never later; left out, it is what they say. ``decided_by`` is
    who decided it, in the words of the packs.

    Raises: NoGround, with clause and lawful alternative; EntryRefused.
    """
    return take_step(
        resident,
        step=START_AT[place],
        reason=reason,
        exposed_on=exposed_on,
        until=until,
        consent=consent,
        decided_by=decided_by,
        happened_at=happened_at,
        channel=channel,
        id=id,
        by=by,
        at=at,
    )


@transaction.atomic
def take_step(
    resident: Resident,
    *,
    step: str,
    reason: str = "",
    exposed_on: date | None = None,
    until: date | None = None,
    consent: bool = False,
    decided_by: str = COMMUNITY,
    happened_at: datetime | None = None,
    channel: str = Channel.DESK,
    id: UUID | None = None,
    by: Actor,
    at: datetime,
) -> Recorded:
    """Write down a step of an observation, if where the person is and the policy allow it.

    Raises: NoGround; EntryRefused.
    """
    known = _known(id, kind=STEP, resident=resident)
    if known is not None:
        return known
    moment = happened_at or at
    day = timezone.localdate(moment)
    status = queries.status_of(resident.pk, day=day)
    payload: dict[str, Any] = {"step": step, "reason": reason, "consent": consent, "decided_by": decided_by}
    if exposed_on is not None:
        payload["exposed_on"] = exposed_on.isoformat()
    # What the history does not allow is said before what the policy would say of it.
    _check_legal(status, {**payload, "until": str(until or date.max)}, at=moment)
    if step not in _NEEDS_NO_GROUND:
        ground = ground_of_step(status, step=step, by=decided_by, consent=consent)
        if not ground.is_lawful:
            raise NoGround(ground)
        payload |= _resting_on(ground)
        if step in TIMED:
            counts_from = _counts_from(status, step, exposed_on=exposed_on)
            payload["until"] = _until(ground, counts_from, day=day, until=until).isoformat()
            if step in START_AT.values() and counts_from != day:
                payload["exposed_on"] = counts_from.isoformat()
    elif step == EXEMPT:
        ground = queries.ground_for(status, HOME_OBSERVATION, groups=status.groups)
        if ground.is_required:
            raise NoGround(ground, why=_("条款要求观察，不能登记免予隔离：%(why)s") % {"why": said(ground.say)})
        payload |= _resting_on(ground, norms=ground.exempts)
    return _write(STEP, resident, payload, moment, channel=channel, id=id, by=by, at=at)


@transaction.atomic
def release(
    resident: Resident,
    *,
    released_on: date | None = None,
    early_reason: str = "",
    reason: str = "",
    notice_number: str = "",
    happened_at: datetime | None = None,
    channel: str = Channel.DESK,
    id: UUID | None = None,
    by: Actor,
    at: datetime,
) -> Recorded:
    """End an observation: on its last day, later if it was forgotten, or earlier with a ground.

    Left out, ``released_on`` is the day on which it ended by right, or the day of the entry if that is earlier.
    ``early_reason`` is BASIS_ENDED or MEDICAL; where the norms have ended it before the stated day, it is filled in.

    Raises: EntryRefused.
    """
    known = _known(id, kind=RELEASE, resident=resident)
    if known is not None:
        return known
    moment = happened_at or at
    day = timezone.localdate(moment)
    status = queries.status_of(resident.pk, day=day)
    course = status.course
    if course is None or status.end is None:
        raise EntryRefused("not_under")
    on = released_on or (min(status.end, day) if course.release is None else day)
    judged = status.judged
    if not early_reason and on < course.stated_end and judged is not None and on >= judged.end:
        early_reason = "BASIS_ENDED"
    if early_reason == "BASIS_ENDED" and on < course.stated_end and (judged is None or on < judged.end):
        raise EntryRefused("basis_stands", field="early_reason", until=day_said(judged.end if judged else course.end))
    norms = (judged.ground.norms if judged and judged.why else ()) or _pinned(course.timed_by)
    norms = tuple(dict.fromkeys((*norms, *queries.notice_norms_for(status))))
    payload: dict[str, Any] = {
        "released_on": on.isoformat(),
        "reason": reason,
        "notice_number": notice_number,
        **_cited(norms),
    }
    if on < course.stated_end and early_reason:
        payload |= {"early": True, "early_reason": early_reason}
    return _write(RELEASE, resident, payload, moment, channel=channel, id=id, by=by, at=at)


def check_health(
    resident: Resident,
    *,
    temperature: float,
    symptoms: Iterable[str] = (),
    remark: str = "",
    happened_at: datetime | None = None,
    channel: str = Channel.DOOR,
    id: UUID | None = None,
    by: Actor,
    at: datetime,
) -> Recorded:
    """Write down a daily check: a temperature in ℃, the symptoms if there are any.

    Raises: EntryRefused, for somebody released or in hospital; PayloadRefused, for an impossible temperature.
    """
    payload = {"temperature": temperature, "symptoms": list(symptoms), "remark": remark}
    return record_entry(
        Draft(
            kind=CHECK,
            subject=resident,
            happened_at=happened_at or at,
            payload={name: value for name, value in payload.items() if value},
            channel=channel,
            id=id or new_id(),
        ),
        by=by,
        at=at,
    )


def ground_of_step(status: Status, *, step: str, by: str = COMMUNITY, consent: bool = False) -> Ground:
    """What the policy says of being where a step leads, on the day of ``status``."""
    place = _PLACE_AFTER.get(step) or status.place
    action = ACTION_AT.get(place, HOME_OBSERVATION)
    # A new count needs a new reason; everything else rests on why the person is observed already.
    groups = queries.new_groups(status) if step == "RESTART" else (*status.groups, *status.running_for)
    return queries.ground_for(status, action, groups=groups, by=by, consent=consent)


def _counts_from(status: Status, step: str, *, exposed_on: date | None) -> date:
    """From which day the days are counted.

    Somebody who is observed again for the same reason is not counted anew.
    """
    course, counts_from = status.course, exposed_on or status.day
    if course is None or step == "RESTART":
        return counts_from
    if step == "EXTEND" or not queries.new_groups(status):
        return course.counts_from
    return counts_from


def _until(ground: Ground, counts_from: date, *, day: date, until: date | None) -> date:
    """Until when, never later than the norms allow.

    Raises: EntryRefused.
    """
    latest = ground.latest_end(counts_from)
    if latest is not None and latest <= day:
        raise EntryRefused("days_are_over", field="exposed_on", day=day_said(counts_from), latest=day_said(latest))
    if latest is not None and until is not None and until > latest:
        raise EntryRefused("longer_than_allowed", field="until", latest=day_said(latest))
    if until is not None:
        return until
    if latest is None or ground.period_days is None:
        raise EntryRefused("needs_until", field="until", latest=day_said(latest) if latest else "—")
    return latest


def _known(id: UUID | None, *, kind: str, resident: Resident) -> Recorded | None:
    """The entry that came in before under the same id; the same a second time changes nothing."""
    entry = Entry.objects.filter(pk=id, kind=kind, resident=resident).first() if id is not None else None
    return Recorded(entry=entry, is_new=False) if entry is not None else None


def _check_legal(status: Status, payload: dict[str, Any], *, at: datetime) -> None:
    draft = Fact(
        id=new_id(), kind=STEP, version=1, day=status.day, happened_at=at, payload=payload, resident=status.resident
    )
    check_step(draft, status.facts)


def _resting_on(ground: Ground, *, norms: tuple[str, ...] | None = None) -> dict[str, str]:
    return {"verdict": ground.verdict, **_cited(ground.norms if norms is None else norms)}


def _cited(norms: tuple[str, ...]) -> dict[str, str]:
    book = rulebook()
    clauses = clauses_of(book, norms)
    return {
        "norms": " ".join(norms),
        # The nearest instrument comes last, and says it most precisely.
        "clause": clauses[-1] if clauses else "",
        "packs": " ".join(packs_of(book, norms)),
    }


def _pinned(fact: Fact) -> tuple[str, ...]:
    return tuple(str(fact.payload.get("norms", "")).split())


def _write(
    kind: str,
    resident: Resident,
    payload: dict[str, Any],
    happened_at: datetime,
    *,
    channel: str,
    id: UUID | None,
    by: Actor,
    at: datetime,
) -> Recorded:
    return record_entry(
        Draft(
            kind=kind,
            subject=resident,
            happened_at=happened_at,
            payload={name: value for name, value in payload.items() if value not in ("", None, False)},
            channel=channel,
            id=id or new_id(),
        ),
        by=by,
        at=at,
    )
