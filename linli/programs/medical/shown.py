"""What a page shows of a person: as much as the roles held over their community allow."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from linli.community.access import Reach
from linli.community.identity import masked_phone
from linli.community.models import Division, Residence
from linli.community.permissions import SEEING_PHONES
from linli.programs.medical.chain import KIND as REFERRAL
from linli.programs.medical.chain import STEPS, Chain
from linli.programs.medical.permissions import TREATING
from linli.programs.medical.queries import AlertRow
from linli.programs.medical.said import said
from linli.programs.medical.wording import passed, remaining, spell
from linli.records.program import Fact
from linli.records.saying import kind_said, listed, payload_said


@dataclass(frozen=True, kw_only=True)
class Leg:
    """One step of the way: what, when, after how long, by whom; no time yet where it is still to come."""

    step: str
    words: str
    at: datetime | None
    took: str
    by: str
    fact: Fact | None


@dataclass(frozen=True, kw_only=True)
class AlertShown:
    """An alert as a row or a page shows it. ``treats``: may act, and may know what was found."""

    chain: Chain
    home: Residence
    treats: bool
    phone: str
    kind: str
    found: str
    since: str
    clock: str
    is_late: bool
    legs: tuple[Leg, ...]
    next_words: str
    took: str
    to_hospital: str


def division_of(home: Residence) -> Division:
    """The community somebody lives in."""
    division = home.household.unit.division if home.household is not None else home.division
    assert division is not None
    return division


def treats(home: Residence, reach: Reach) -> bool:
    """Does one of our roles treat the people of this home?"""
    return reach.covers(division_of(home).code, roles=TREATING)


def phone_of(home: Residence, reach: Reach) -> str:
    """The phone, as far as our roles may see it."""
    sees = reach.covers(division_of(home).code, roles=SEEING_PHONES)
    return home.resident.phone if sees else masked_phone(home.resident.phone)


def alert_shown(row: AlertRow, *, reach: Reach, names: Mapping[str, str], at: datetime) -> AlertShown:
    """An alert in words, as far as our roles may know."""
    chain, mine = row.chain, treats(row.home, reach)
    legs = tuple(_legs(chain, names))
    arrived = chain.at_step("ARRIVED")
    return AlertShown(
        chain=chain,
        home=row.home,
        treats=mine,
        phone=phone_of(row.home, reach),
        kind=kind_said(chain.alert.kind),
        found=found_in(chain.alert) if mine else kind_said(chain.alert.kind),
        since=passed(chain.since, at=at),
        clock=remaining(chain.due_at, at=at) if chain.closed is None else "",
        is_late=chain.is_late(at),
        legs=legs,
        next_words=str(said(REFERRAL, "step", chain.next_step)) if chain.next_step else "",
        took=spell(chain.last_at - chain.since) if chain.closed else "",
        to_hospital=spell(arrived - chain.since) if arrived else "",
    )


def found_in(alert: Fact) -> str:
    """What of an entry is abnormal, in words."""
    lines = [f"{line.label} {line.words}" for line in payload_said(alert.kind, alert.payload) if line.is_abnormal]
    return listed(lines) or kind_said(alert.kind)


def authors(rows: Iterable[AlertRow]) -> set[str]:
    """Everybody who wrote down an alert or a step."""
    return {fact.by for row in rows for fact in (row.chain.alert, *row.chain.steps)}


def _legs(chain: Chain, names: Mapping[str, str]) -> Iterable[Leg]:
    before = chain.since
    taken = {one.payload["step"]: one for one in chain.steps}
    for step in STEPS:
        fact = taken.get(step)
        if fact is None and (chain.closed is not None or step not in chain.later_steps):
            continue
        yield Leg(
            step=step,
            words=str(said(REFERRAL, "step", step)),
            at=fact.happened_at if fact else None,
            took=spell(fact.happened_at - before) if fact else "",
            by=names.get(fact.by, "") if fact else "",
            fact=fact,
        )
        before = fact.happened_at if fact else before
