"""Where a person stands: what they owe, what they are owed today and by whom, what they may ask for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from linli.explorer.wording import rhythm_said
from linli.policy.decide import decide
from linli.policy.pack import Norm
from linli.policy.rulebook import Rulebook
from linli.policy.vocabulary import Say
from linli.programs.observation.board import strip_for
from linli.programs.observation.queries import status_of
from linli.programs.observation.strip import Square
from linli.programs.observation.wording import PLACES
from linli.records.sight import Found
from linli.records.timeline import Membership
from linli.response.queries import NoPacksAdopted, facts_of, rulebook
from linli.worklist.asks import ON_A_LIST
from linli.worklist.cards import Card, Chip, Teller, cards_of, chips_of, narrowest
from linli.worklist.doors import declared
from linli.worklist.items import Cited, Item
from linli.worklist.queries import work_of

# Shown by the observation itself, which knows the end better than the register.
OBSERVED = frozenset({"home_observed", "centrally_observed"})
# Those whose own duties stand on the person's page.
THEMSELVES = frozenset({"resident", "household"})


@dataclass(frozen=True, kw_only=True)
class Said:
    """A norm in force, said to somebody. ``mode``: must, may, must_not. ``who`` owes it, where that is another."""

    mode: str
    say: Say
    rhythm: str
    who: Say | None
    chip: Chip


@dataclass(frozen=True, kw_only=True)
class Observed:
    """An observation that runs: where, until when by the norms as they are now, and every day of it."""

    place: str
    end: date
    strip: Sequence[Square]
    chips: list[Chip]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A person on a day. ``owed`` are the things to do about them today, ``own`` what is asked of people like them,
    ``common`` what is asked of everybody, ``help`` what they may ask for. ``applies`` are the registers, the widest
    left out."""

    observed: Observed | None
    applies: list[Membership]
    owed: list[Card]
    own: list[Said]
    common: list[Said]
    help: list[Said]


def standing_of(about: Found, registers: Sequence[Membership], *, by: Teller) -> Standing:
    """Where a person stands on the day of ``by``; without packs nothing is owed either way.

    ``registers`` are those the person is on and that may be seen.
    """
    assert about.person is not None
    code = about.division.code
    owed = _owed(about.person.pk, about.household.pk if about.household else None, code, about=about, by=by)
    try:
        book = rulebook()
    except NoPacksAdopted:
        return Standing(observed=None, applies=list(registers), owed=owed, own=[], common=[], help=[])
    seen = {one.row.group for one in registers}
    narrow = narrowest(seen, book)
    wider = frozenset[str]().union(*(book.words.with_wider(group) for group in seen))
    found = Standing(
        observed=_observed(about.person.pk, book, code=code, day=by.day) if seen & OBSERVED else None,
        applies=[one for one in registers if one.row.group in narrow - OBSERVED],
        owed=owed,
        own=[],
        common=[],
        help=[],
    )
    for norm, _depends in decide(book, facts_of(code, day=by.day).facts, by.day).bound:
        if norm.place_kind:
            continue
        if norm.actor in THEMSELVES and norm.mode in ("must", "must_not") and not norm.soft:
            if not norm.who:
                found.common.append(_said(norm, book, code=code, day=by.day))
            elif set(norm.who) & wider:
                found.own.append(_said(norm, book, code=code, day=by.day))
        elif (
            norm.actor in ON_A_LIST
            and norm.mode == "must"
            and set(norm.who) & wider
            and book.words.actions[norm.action].kind == "service"
        ):
            found.help.append(_said(norm, book, code=code, day=by.day))
    return found


def _observed(resident: UUID, book: Rulebook, *, code: str, day: date) -> Observed | None:
    status = status_of(resident, day=day)
    if not status.is_under or status.course is None or status.end is None:
        return None
    norms = str(status.course.timed_by.payload.get("norms", "")).split()
    cited = [
        Cited(instrument=book.norm[id].instrument, cite=book.norm[id].cite, norm=id) for id in norms if id in book.norm
    ]
    return Observed(
        place=str(PLACES[status.place]),
        end=status.end,
        strip=strip_for(status),
        chips=chips_of(cited, division=code, day=day),
    )


def _owed(resident: UUID, household: UUID | None, code: str, *, about: Found, by: Teller) -> list[Card]:
    items = work_of(code, day=by.day, at=by.at)
    mine = [item for item in items if item.subject == resident or (household and item.subject == household)]
    return cards_of([item for item in mine if _may_learn(item, about)], by=by)


def _may_learn(item: Item, about: Found) -> bool:
    kind = declared(item)
    return kind is None or kind.readers is None or bool(kind.readers & about.sight.roles)


def _said(norm: Norm, book: Rulebook, *, code: str, day: date) -> Said:
    cited = Cited(instrument=norm.instrument, cite=norm.cite, norm=norm.id)
    return Said(
        mode=norm.mode,
        say=norm.say,
        rhythm=rhythm_said(norm),
        who=None if norm.actor in THEMSELVES else book.words.actors[norm.actor].say,
        chip=chips_of([cited], division=code, day=day)[0],
    )
