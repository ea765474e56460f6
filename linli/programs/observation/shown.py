"""What the policy says of observing somebody, as a page shows it: verdict, clauses, what can be done instead."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from linli.explorer.lines import Chip, chip_of
from linli.explorer.wording import listed, said
from linli.policy.vocabulary import Say
from linli.programs.observation import queries
from linli.programs.observation.grounds import ACTION_AT, Ground
from linli.programs.observation.queries import Status
from linli.programs.observation.wording import PLACES, VERDICTS
from linli.records.registers import registers
from linli.response.queries import rulebook

_SHAPES = {"REQUIRED": "must", "ALLOWED": "may"}


@dataclass(frozen=True, kw_only=True)
class NormShown:
    """A norm as a sentence with the sign of its clause."""

    chip: Chip
    sentence: Say


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The ground of an observation in words. ``end`` is its first day no longer if it were started as asked."""

    place: str
    ground: Ground
    norms: tuple[NormShown, ...]
    exempts: tuple[NormShown, ...]
    authority: str
    alternative: str
    end: date | None

    @property
    def may_be(self) -> bool:
        """May it be so, if need be by somebody else's decision or the person's own consent?"""
        return self.ground.is_lawful or bool(self.authority) or self.ground.needs_consent

    @property
    def word(self) -> str:
        """Must, may, or not."""
        return str(VERDICTS[self.ground.verdict])

    @property
    def shape(self) -> str:
        """The bar that goes with the word."""
        return _SHAPES.get(self.ground.verdict, "must_not")

    @property
    def sentence(self) -> str:
        """What, why, and what can be done instead."""
        return said(self.ground.say)

    @property
    def place_said(self) -> str:
        """At home or at a site."""
        return str(PLACES[self.place])


def verdict_of(ground: Ground, *, place: str, counts_from: date, visible: Iterable[str]) -> Verdict:
    """A ground as a page shows it to one who may see some registers."""
    words = rulebook().words
    return Verdict(
        place=place,
        ground=ground,
        norms=norms_shown(ground.norms, visible=visible),
        exempts=norms_shown(ground.exempts, visible=visible),
        authority=listed([said(words.actors[one].say) for one in ground.authority]),
        alternative=said(words.actions[ground.alternative].say) if ground.alternative in words.actions else "",
        end=ground.latest_end(counts_from) if ground.is_lawful else None,
    )


def verdicts_for(status: Status, *, counts_from: date, visible: Iterable[str]) -> list[Verdict]:
    """What the policy says of observing this person at home, and at a site, before anything is decided."""
    return [
        verdict_of(
            queries.ground_for(status, action, groups=status.groups),
            place=place,
            counts_from=counts_from,
            visible=visible,
        )
        for place, action in ACTION_AT.items()
    ]


def norms_shown(norms: Iterable[str], *, visible: Iterable[str]) -> tuple[NormShown, ...]:
    """Norms with their sentences. One that speaks only of people on registers one may not see is left out.

    Otherwise the clause would tell a diagnosis to somebody whose business it is not.
    """
    book, seen = rulebook(), frozenset(visible)
    found = (book.norm[one] for one in norms if one in book.norm)
    return tuple(
        NormShown(chip=chip_of(book, norm), sentence=norm.say)
        for norm in found
        if not norm.who or any(group not in registers() or group in seen for group in norm.who)
    )
