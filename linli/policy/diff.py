"""What changes between two situations: two days, two tiers, two sets of facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from linli.policy.decide import Decision, clause_of, interval_as_dict, norm_as_dict
from linli.policy.pack import Norm
from linli.policy.resolve import Interval


@dataclass(frozen=True)
class Change:
    """A measure whose lawful interval moves."""

    before: Interval
    after: Interval


@dataclass(frozen=True)
class Difference:
    """What starts, ends and changes from `before` to `after`. Empty where both answers are alike."""

    before: Decision
    after: Decision
    starts: tuple[Norm, ...]
    ends: tuple[Norm, ...]
    changes: tuple[Change, ...]


def compare(before: Decision, after: Decision) -> Difference:
    """Compare two decisions of the same rulebook."""
    old, new = before.norm_ids(), after.norm_ids()
    changes = tuple(
        Change(before.measures[name], measure)
        for name, measure in after.measures.items()
        if (before.measures[name].floor, before.measures[name].cap) != (measure.floor, measure.cap)
    )
    return Difference(
        before,
        after,
        tuple(a.norm for a in after.norms if a.norm.id not in old),
        tuple(a.norm for a in before.norms if a.norm.id not in new),
        changes,
    )


def difference_as_dict(difference: Difference) -> dict[str, Any]:
    """A difference as plain data: the norms that start and end, and both intervals of every measure that moves."""
    book = difference.before.rulebook

    def clauses(measure: Interval) -> list[dict[str, str]]:
        return [clause_of(book, book.norm[n]) for n in dict.fromkeys((*measure.floor_basis, *measure.cap_basis))]

    bound = {a.norm.instrument for d in (difference.before, difference.after) for a in d.norms}
    return {
        "packs": [pack.stamp for pack in book.packs if pack.instrument.id in bound],
        "from": {"day": difference.before.day.isoformat(), "facts": difference.before.facts.as_dict()},
        "to": {"day": difference.after.day.isoformat(), "facts": difference.after.facts.as_dict()},
        "starts": [norm_as_dict(book, norm) for norm in difference.starts],
        "ends": [norm_as_dict(book, norm) for norm in difference.ends],
        "changes": [
            {
                "action": change.after.action.id,
                "from": interval_as_dict(book, change.before) | {"clauses": clauses(change.before)},
                "to": interval_as_dict(book, change.after) | {"clauses": clauses(change.after)},
            }
            for change in difference.changes
        ],
        "unknown": list(dict.fromkeys((*difference.before.unknown, *difference.after.unknown))),
    }
