"""What applies at a site on a day, from the packs in force: the lines of the sheet at its door."""

from dataclasses import dataclass
from datetime import date

from linli.policy.decide import decide
from linli.policy.pack import Norm
from linli.programs.sites.models import Site
from linli.programs.sites.queries import GROUP
from linli.response.queries import NoPacksAdopted, facts_of, rulebook

PLACE_KIND = "observation_site"
_ACTIONS = frozenset({"central_observation", "observation_transport", "site_resources", "rights_infringement"})
_MODES = ("must", "may", "must_not")
# Words about the office and not about those who live there.
_INTERNAL = frozenset({"technical_guidance"})


@dataclass(frozen=True, kw_only=True)
class Line:
    """One norm in force at the site. ``days`` is how long observation may last, where the norm says so."""

    norm: Norm
    clause: str
    days: int | None = None


def lines_of(site: Site, *, day: date) -> list[Line]:
    """The norms in force about the site and the people in it, must before may before must not; none before packs."""
    try:
        book = rulebook()
    except NoPacksAdopted:
        return []
    decision = decide(book, facts_of(site.division_id, day=day).facts, day)
    found = [norm for norm, _ in decision.bound if _is_about(norm)]
    found.sort(key=lambda norm: (_MODES.index(norm.mode), norm.instrument, norm.id))
    return [
        Line(
            norm=norm,
            clause=f"{norm.instrument} {norm.cite}",
            days=int(norm.params["period_days"]) if "period_days" in norm.params else None,
        )
        for norm in found
    ]


def _is_about(norm: Norm) -> bool:
    if norm.action in _INTERNAL:
        return False
    return PLACE_KIND in norm.place_kind or GROUP in norm.who or norm.action in _ACTIONS
