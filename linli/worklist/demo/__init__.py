"""The demo county's recent weeks: who came, is on which register, was observed and looked after, and what slipped.

Nothing here happened. What is planned for a person follows from the seed and the person alone; where somebody has to be
observed, and for how long, is asked of the policy in force on that day. The truth file gets a line for each person
with the dates that were planned, so that checks can count on their own.
"""

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import lru_cache
from random import Random
from typing import IO, Any
from uuid import UUID

from linli.community.codes import VILLAGE
from linli.community.dated_rows import in_force
from linli.community.demo import DemoPlan
from linli.community.models import Division, Household, Residence
from linli.programs.observation.grounds import HOME_OBSERVATION, Ground, ground_of
from linli.records.models import Enrolment
from linli.response.queries import rulebook, states_of
from linli.worklist.demo.lives import WEEKS, Someone, life_of, script_for, sweeps_of
from linli.worklist.demo.writing import Writer

_TELL_EVERY = 50_000


def build_demo(plan: DemoPlan) -> dict[str, int]:
    """Write the last weeks of every person. Answers how many entries and enrolments there are."""
    communities = list(Division.objects.filter(level=VILLAGE, code__startswith=plan.county[:6]).order_by("code"))
    grounds = _grounds([one.code for one in communities], plan)
    with _truth(plan) as stream:
        writer = Writer(plan, note=lambda **line: stream.write(json.dumps(line, ensure_ascii=False) + "\n"))
        seen = told = 0
        for index, community in enumerate(communities):
            people = list(_people_of(community.code, day=plan.day))
            asked = grounds(community.code)
            for position, someone in enumerate(_adults_first(people) if index == 0 else people):
                choice = Random(f"{plan.seed} life {someone.id}")
                script = script_for(position, day=plan.day) if index == 0 else None
                life = life_of(someone, day=plan.day, choice=choice, ground=asked, script=script)
                writer.person(someone, life, community=community.code, choice=choice)
            if index % 40 == 0:
                _sweep(community, plan=plan, writer=writer)
            seen += len(people)
            if plan.tell is not None and seen - told >= _TELL_EVERY:
                told = seen
                plan.tell(f"the weeks of {seen:,} people")
        writer.flush()
    return {"entries": writer.entries, "enrolments": Enrolment.objects.count()}


class _Nowhere:
    def write(self, text: str) -> None:
        """Keep nothing."""

    def __enter__(self) -> "_Nowhere":
        return self

    def __exit__(self, *_: object) -> None: ...


def _truth(plan: DemoPlan) -> IO[str] | Any:
    return plan.truth.open("a", encoding="utf-8") if plan.truth is not None else _Nowhere()


def _people_of(code: str, *, day: date) -> Iterator[Someone]:
    """The people of a community by their id, each with how many share the household."""
    rows = Residence.objects.filter(in_force(day), household__unit__division=code)
    found = list(
        rows.order_by("resident_id").values_list(
            "resident_id", "resident__birth_day", "resident__sex", "resident__phone_tail", "household_id", "kind"
        )
    )
    sharing: dict[UUID, int] = {}
    for _, _, _, _, household, _ in found:
        sharing[household] = sharing.get(household, 0) + 1
    for id, born, sex, phone, household, kind in found:
        yield Someone(
            id=id,
            birth_day=born,
            is_woman=sex == "FEMALE",
            has_phone=bool(phone),
            household=household,
            sharing=sharing[household],
            is_renter=kind == Residence.Kind.RENTER,
        )


def _adults_first(people: list[Someone]) -> list[Someone]:
    return sorted(people, key=lambda one: (one.birth_day is None or one.birth_day.year > 1995, one.id))


def _grounds(codes: list[str], plan: DemoPlan) -> Callable[[str], Callable[[tuple[str, ...], date], Ground]]:
    """What the policy says of observing somebody at home, by community, groups and day."""
    book = rulebook()

    @lru_cache(maxsize=WEEKS * 7 + 1)
    def facts_on(day: date) -> dict[str, Any]:
        return {code: state.facts for code, state in states_of(codes, day=day).items()}

    for back in range(WEEKS * 7 + 1):
        facts_on(plan.day - timedelta(days=back))

    def at(code: str) -> Callable[[tuple[str, ...], date], Ground]:
        return lambda groups, day: ground_of(book, facts_on(day)[code], groups, day, HOME_OBSERVATION)

    return at


def _sweep(community: Division, *, plan: DemoPlan, writer: Writer) -> None:
    """A round from door to door that is under way."""
    choice = Random(f"{plan.seed} sweep {community.code}")
    homes = Household.objects.filter(in_force(plan.day), unit__division=community)
    ids = list(homes.order_by("pk").values_list("pk", flat=True)[:400])
    opened, done = sweeps_of(ids, day=plan.day, choice=choice)
    writer.community(opened, community=community.code, choice=choice)
    for household, happening in done:
        writer.household(household, happening, community=community.code, choice=choice)
