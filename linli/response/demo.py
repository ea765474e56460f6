"""The demo's declarations: three made-up years of one county, every line marked as a demonstration in its source.

Nothing here happened. The turns are set so that each instrument meets the facts it speaks of; which townships and
villages they fall on follows from the seed.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from random import Random

from django.utils import timezone

from linli.community.codes import TOWNSHIP, VILLAGE
from linli.community.demo import DemoPlan
from linli.community.models import Account, Division
from linli.community.roles import Role
from linli.response.models import Declaration
from linli.response.operations import (
    Place,
    Source,
    Statement,
    area_called,
    correct,
    declare,
    end,
    keep_packs_current,
    withdraw,
)
from linli.response.queries import RESPONSE, adopted_packs
from linli.trail.actor import SYSTEM, Actor

PLAN_TITLE = "（演示）社区疫情防控应急预案"
_NOTICE = "（演示）县指挥部通告"
_SURVEY = "（演示）社区情况摸底表"


def build_demo(plan: DemoPlan) -> dict[str, int]:
    """Adopt the packs that ship and declare three years of the demo county. Answers how many of each there are."""
    keep_packs_current(by=SYSTEM, at=plan.at)
    county = Division.objects.get(code=plan.county)
    townships = list(Division.objects.filter(parent=county, level=TOWNSHIP).order_by("code"))
    villages = {
        one.code: list(Division.objects.filter(parent=one, level=VILLAGE).order_by("code")) for one in townships
    }
    scene = _Scene(by=_county_command(county))
    if townships:
        choice = Random(plan.seed)
        settled = [one for one in townships if len(villages[one.code]) >= 6] or townships
        hit, hit_again = choice.sample(settled, k=2) if len(settled) > 1 else (settled[0], settled[0])
        _standing_facts(scene, first=townships[0], villages=villages[townships[0].code])
        _first_response(scene, county)
        _winter(scene, county, hit, choice.sample(villages[hit.code], k=min(4, len(villages[hit.code]))))
        _spring(
            scene, county, hit_again, choice.sample(villages[hit_again.code], k=min(5, len(villages[hit_again.code])))
        )
        _small_areas(scene, hit)
    _over(scene)
    return {"declarations": Declaration.objects.count(), "packs": len(adopted_packs())}


def _some(villages: list[Division], *, at_most: int, choice: Random) -> list[Division]:
    return choice.sample(villages, k=min(at_most, len(villages)))


def _county_command(county: Division) -> Actor:
    for account in Account.objects.filter(is_demo=True, grants__role=Role.COUNTY_COMMAND):
        return account.as_actor(role=Role.COUNTY_COMMAND, division_code=county.code)
    return SYSTEM


@dataclass(frozen=True)
class _Scene:
    """Declares as the county command, each thing at eight in the morning of its day."""

    by: Actor

    def say(
        self,
        day: date,
        place: Division | Place,
        fact: str,
        value: str,
        *,
        number: str = "",
        title: str = _NOTICE,
        step: str = "",
        level: str = "",
        reason: str = "",
    ) -> Declaration:
        """Declare from ``day`` on; what held before ends."""
        at = _morning(day)
        return declare(
            Statement(
                fact=fact,
                value=value,
                from_day=day,
                step=step,
                level=level,
                plan=PLAN_TITLE if fact == RESPONSE else "",
            ),
            place=place if isinstance(place, Place) else Place(division=place),
            source=Source(title=title, number=number, published_at=at),
            reason=reason,
            ends_earlier=True,
            by=self.by,
            at=at,
        )


def _morning(day: date, *, hour: int = 8) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))


def _standing_facts(scene: _Scene, *, first: Division, villages: list[Division]) -> None:
    """What a survey found in the communities of one township: town or country, property companies, weak areas."""
    day = date(2020, 1, 20)
    for place, village in enumerate(villages[:6]):
        is_urban = village.name.endswith(("居委会", "社区"))
        scene.say(day, village, "setting", "URBAN" if is_urban else "RURAL", title=_SURVEY)
        scene.say(day, village, "property_managed", "true" if is_urban and place % 2 == 0 else "false", title=_SURVEY)
    for village in villages[3:6]:
        scene.say(day, village, "weak_area", "true", title=_SURVEY, reason="没有物业，出租房集中")
    scene.say(day, first, "weak_area", "false", title=_SURVEY)


def _first_response(scene: _Scene, county: Division) -> None:
    """The first months: a response of three levels, then low risk without a case."""
    scene.say(date(2020, 1, 24), county, RESPONSE, "true", number="演示〔2020〕1号", step="STARTED", level="一级响应")
    scene.say(date(2020, 1, 24), county, "community_class", "NO_CASE", number="演示〔2020〕1号")
    wrong = scene.say(date(2020, 2, 26), county, "tier", "LOW", number="演示〔2020〕5号")
    correct(
        wrong,
        statement=Statement(fact="tier", value="LOW", from_day=date(2020, 2, 24)),
        source=Source(title=_NOTICE, number="演示〔2020〕4号", published_at=_morning(date(2020, 2, 24))),
        reason="起始日抄错，通告写的是2月24日",
        by=scene.by,
        at=_morning(date(2020, 2, 27)),
    )
    scene.say(date(2020, 2, 26), county, RESPONSE, "true", number="演示〔2020〕6号", step="CHANGED", level="二级响应")
    scene.say(date(2020, 5, 7), county, RESPONSE, "false", number="演示〔2020〕11号", step="STOPPED")


def _winter(scene: _Scene, county: Division, township: Division, villages: list[Division]) -> None:
    """A few cases in one township: medium risk, outbreak communities, response on and off."""
    number = "演示〔2021〕1号"
    scene.say(date(2021, 1, 5), county, "tier", "MEDIUM", number=number)
    scene.say(date(2021, 1, 5), township, "cases_14d", "3", number=number)
    scene.say(date(2021, 1, 5), township, "clustered", "false", number=number)
    scene.say(date(2021, 1, 5), township, RESPONSE, "true", number=number, step="STARTED", level="三级响应")
    hit = [scene.say(date(2021, 1, 5), one, "community_class", "OUTBREAK", number=number) for one in villages[:3]]
    if len(villages) > 3:
        mistaken = scene.say(date(2021, 1, 6), villages[3], "community_class", "OUTBREAK", number="演示〔2021〕2号")
        withdraw(mistaken, reason="病例住址核错，不在本村", by=scene.by, at=_morning(date(2021, 1, 6), hour=20))
    scene.say(date(2021, 1, 12), township, "cases_14d", "7", number="演示〔2021〕3号")
    for row in hit:
        end(row, to_day=date(2021, 1, 26), reason="十四天无新增", by=scene.by, at=_morning(date(2021, 1, 26)))
    scene.say(date(2021, 1, 26), township, "cases_14d", "0", number="演示〔2021〕6号")
    scene.say(date(2021, 1, 26), township, RESPONSE, "false", number="演示〔2021〕6号", step="STOPPED")
    scene.say(date(2021, 1, 26), county, "tier", "LOW", number="演示〔2021〕6号")


def _spring(scene: _Scene, county: Division, township: Division, villages: list[Division]) -> None:
    """A cluster: two weeks of high risk with transmission in some communities, two weeks of medium."""
    number = "演示〔2022〕8号"
    scene.say(date(2022, 3, 14), county, "tier", "HIGH", number=number)
    scene.say(date(2022, 3, 14), county, RESPONSE, "true", number=number, step="STARTED", level="二级响应")
    scene.say(date(2022, 3, 14), township, "cases_14d", "46", number=number)
    scene.say(date(2022, 3, 14), township, "clustered", "true", number=number)
    hit = [scene.say(date(2022, 3, 14), one, "community_class", "TRANSMISSION", number=number) for one in villages]
    milder = "演示〔2022〕12号"
    scene.say(date(2022, 3, 28), county, "tier", "MEDIUM", number=milder)
    scene.say(date(2022, 3, 28), county, RESPONSE, "true", number=milder, step="CHANGED", level="三级响应")
    scene.say(date(2022, 3, 28), township, "cases_14d", "9", number=milder)
    scene.say(date(2022, 3, 28), township, "clustered", "false", number=milder)
    later = [scene.say(date(2022, 3, 28), row.division, "community_class", "OUTBREAK", number=milder) for row in hit]
    last = "演示〔2022〕15号"
    for row in later:
        end(row, to_day=date(2022, 4, 11), reason="十四天无新增", by=scene.by, at=_morning(date(2022, 4, 11)))
    scene.say(date(2022, 4, 11), township, "cases_14d", "0", number=last)
    scene.say(date(2022, 4, 11), county, RESPONSE, "false", number=last, step="STOPPED")
    scene.say(date(2022, 4, 11), county, "tier", "LOW", number=last)


def _small_areas(scene: _Scene, township: Division) -> None:
    """Late in 2022 tiers are declared for areas inside a township, and for the rest of it."""
    day, number = date(2022, 10, 20), "演示〔2022〕31号"
    for name, tier in (("幸福新村3号楼", "HIGH"), ("幸福新村", "MEDIUM")):
        area = area_called(name, division=township, is_new=True, by=scene.by, at=_morning(day))
        row = scene.say(day, Place(division=township, area=area, is_rest=tier == "MEDIUM"), "tier", tier, number=number)
        end(row, to_day=date(2022, 11, 3), reason="七天无新增", by=scene.by, at=_morning(date(2022, 11, 3)))
    rest = scene.say(day, Place(division=township, is_rest=True), "tier", "LOW", number=number)
    end(rest, to_day=date(2022, 11, 3), reason="七天无新增", by=scene.by, at=_morning(date(2022, 11, 3)))


def _over(scene: _Scene) -> None:
    """In January 2023 areas are no longer graded, and what was still open ends."""
    day = date(2023, 1, 8)
    for row in Declaration.objects.filter(
        fact__in=["tier", "community_class", "cases_14d", "clustered"], corrected_by__isnull=True, to_day__isnull=True
    ).exclude(kind=Declaration.Kind.WITHDRAWN):
        end(row, to_day=day, reason="不再划分风险等级", by=scene.by, at=_morning(day))
