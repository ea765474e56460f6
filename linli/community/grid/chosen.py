"""The one community that a page of a program is about: one's own, or the one chosen where there are several."""

from collections.abc import Iterable
from dataclasses import dataclass

from linli.community.access import GridReach, grid_reach, within
from linli.community.codes import VILLAGE
from linli.community.dated_rows import in_force
from linli.community.models import Division, GridUnit
from linli.community.request import LinliRequest
from linli.community.roles import Role


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """``community`` is None where one of ``communities`` is still to be chosen, or where there is none."""

    community: Division | None
    communities: tuple[Division, ...]
    reach: GridReach


def chosen_community(request: LinliRequest, *, wide: Iterable[Role]) -> Chosen:
    """The community named by ``community`` in the address if it is within reach, else the only one within reach."""
    reach = grid_reach(request.reach, wide=wide, day=request.day)
    rows = within(Division.objects.filter(level=VILLAGE), areas=reach.areas, path="code")
    held = GridUnit.objects.filter(in_force(request.day), pk__in=reach.unit_ids).values("division")
    of_households = reach.households().filter(pk__in=reach.household_ids).values("unit__division")
    rows = rows | Division.objects.filter(code__in=held) | Division.objects.filter(code__in=of_households)
    asked = request.GET.get("community", "")
    if asked:
        return Chosen(community=rows.filter(code=asked).first(), communities=(), reach=reach)
    # A worker's communities are few; an official's are a list to choose from.
    found = tuple(rows.order_by("code").distinct())
    return Chosen(community=found[0] if len(found) == 1 else None, communities=found, reach=reach)
