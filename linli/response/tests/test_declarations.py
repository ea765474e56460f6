"""What is declared of a place holds from a day to a day, for what lies inside, and is corrected but never erased."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from linli.community.models import Division
from linli.community.roles import Role
from linli.response.fact_values import FactRefused
from linli.response.models import Declaration
from linli.response.operations import (
    AreaDoubtful,
    DayOutOfRange,
    EndsBeforeItBegins,
    NotATownship,
    NothingChanged,
    NotTheLast,
    OutsideAuthority,
    Place,
    PublishedInFuture,
    ReasonMissing,
    Source,
    SourceMissing,
    StandsInTheWay,
    Statement,
    StepDoesNotFit,
    area_called,
    correct,
    declare,
    end,
    withdraw,
)
from linli.response.queries import Touch, facts_of, history_of, segments_of, states_of
from linli.response.tests.conftest import moment
from linli.trail.actor import Actor
from linli.trail.queries import acts_on

pytestmark = pytest.mark.django_db

XIMEI_COMMUNITY = "350583001001"
ZHONGSHAN = "350583001002"
XIMEI = "350583001000"
SHENGSHEN = "350583100201"
COUNTY = "350583000000"
QINGYANG = "350582001000"


def values(code, day, **more):
    return dict(facts_of(code, day=date.fromisoformat(day), **more).facts.values)


# ---- half-open days, nearest enclosing ------------------------------------------------------------------------------
@pytest.mark.row("A2")
def test_a_tier_holds_from_its_first_day_to_the_day_before_its_end(say):
    say("南安市", "tier", "MEDIUM", "2020-06-01", "2020-06-15")

    assert values(COUNTY, "2020-05-31") == {}
    assert values(COUNTY, "2020-06-01") == {"tier": "MEDIUM"}
    assert values(COUNTY, "2020-06-14") == {"tier": "MEDIUM"}
    assert values(COUNTY, "2020-06-15") == {}


@pytest.mark.row("A2")
def test_the_nearest_enclosing_declaration_counts(say):
    say("南安市", "tier", "LOW", "2020-06-01")
    say("南安市", "community_class", "NO_CASE", "2020-06-01")
    say("溪美街道", "tier", "MEDIUM", "2020-06-05")
    say("溪美社区居委会", "community_class", "OUTBREAK", "2020-06-05")

    assert values(XIMEI_COMMUNITY, "2020-06-10") == {"tier": "MEDIUM", "community_class": "OUTBREAK"}
    assert values(ZHONGSHAN, "2020-06-10") == {"tier": "MEDIUM", "community_class": "NO_CASE"}
    assert values(SHENGSHEN, "2020-06-10") == {"tier": "LOW", "community_class": "NO_CASE"}
    assert values(QINGYANG, "2020-06-10") == {}


@pytest.mark.row("A2")
def test_every_fact_tells_its_source_and_where_it_was_declared(say):
    row = say("南安市", "tier", "LOW", "2020-06-01", "2020-07-01")

    source = facts_of(XIMEI_COMMUNITY, day=date(2020, 6, 10)).sources["tier"]

    assert (source.value, source.division_code, source.place_name) == ("LOW", COUNTY, "福建省泉州市南安市")
    assert source.is_inherited
    assert (source.from_day, source.to_day) == (date(2020, 6, 1), date(2020, 7, 1))
    assert (source.source_title, source.source_number) == ("第3号通告", "南指〔2020〕3号")
    assert source.declaration_id == row.pk
    assert not facts_of(COUNTY, day=date(2020, 6, 10)).sources["tier"].is_inherited


def test_counts_and_claims_come_back_as_numbers_and_booleans(say):
    say("溪美街道", "cases_14d", "007", "2020-06-01")
    say("溪美街道", "clustered", "FALSE", "2020-06-01")

    assert values(XIMEI_COMMUNITY, "2020-06-10") == {"cases_14d": 7, "clustered": False}


def test_what_nobody_declared_is_unknown_and_not_guessed(places):
    assert values(COUNTY, "2020-06-10") == {}


def test_the_setting_falls_back_to_the_table_of_divisions(say, places):
    Division.objects.filter(code=XIMEI_COMMUNITY).update(setting="URBAN")

    before = facts_of(XIMEI_COMMUNITY, day=date(2020, 6, 10))
    assert before.facts.values["setting"] == "URBAN"
    assert before.sources["setting"].declaration_id is None

    say("溪美社区居委会", "setting", "RURAL", "2020-06-01")
    assert values(XIMEI_COMMUNITY, "2020-06-10") == {"setting": "RURAL"}


def test_many_places_cost_as_few_queries_as_one(say, places, django_assert_max_num_queries):
    say("南安市", "tier", "LOW", "2020-06-01")

    with django_assert_max_num_queries(3):
        states = states_of([one.code for one in places.values()], day=date(2020, 6, 10))

    assert states[SHENGSHEN].facts.values == {"tier": "LOW"}


def test_an_area_inside_has_its_own_tier_and_the_rest_is_the_township(say, places, command, at):
    building = area_called("幸福新村3号楼", division=places["溪美街道"], by=command, at=at)
    say("溪美街道", "tier", "HIGH", "2020-06-01", area=building)
    say("溪美街道", "tier", "LOW", "2020-06-01", is_rest=True)

    assert values(XIMEI, "2020-06-10", area=building) == {"tier": "HIGH"}
    rest = facts_of(XIMEI_COMMUNITY, day=date(2020, 6, 10)).sources["tier"]
    assert (rest.value, rest.is_rest) == ("LOW", True)


def test_an_area_is_found_again_under_another_wording_and_asked_about_when_alike(places, command, at):
    area = area_called("锦绣花园（二期）", division=places["溪美街道"], by=command, at=at)

    assert area_called("锦绣花园 二期", division=places["溪美街道"], by=command, at=at) == area
    with pytest.raises(AreaDoubtful) as caught:
        area_called("锦绣大花园二期", division=places["溪美街道"], by=command, at=at)
    assert caught.value.alike == (area,)
    assert area_called("锦绣大花园二期", division=places["溪美街道"], is_new=True, by=command, at=at) != area


# ---- corrections ----------------------------------------------------------------------------------------------------
@pytest.mark.row("A2")
def test_a_correction_counts_and_the_wrong_entry_stays_beside_it(say, command, at):
    wrong = say("南安市", "tier", "MEDIUM", "2020-06-01", "2020-06-15")

    right = correct(
        wrong,
        statement=Statement(fact="tier", value="MEDIUM", from_day=date(2020, 6, 2), to_day=date(2020, 6, 15)),
        source=Source(title="第4号通告"),
        reason="起始日抄错",
        by=command,
        at=at + timedelta(hours=1),
    )

    assert values(COUNTY, "2020-06-01") == {}
    assert values(COUNTY, "2020-06-02") == {"tier": "MEDIUM"}
    [chain] = history_of(COUNTY)
    assert chain.rows == (wrong, right)
    assert [act.action for act in acts_on("declaration", object_id=right.pk)] == ["declaration.corrected"]


@pytest.mark.row("A2")
def test_the_state_can_be_asked_for_as_it_was_known(say, command):
    wrong = say("南安市", "tier", "HIGH", "2020-06-01", when=moment("2020-06-01T09:00"))
    correct(
        wrong,
        statement=Statement(fact="tier", value="LOW", from_day=date(2020, 6, 1)),
        source=Source(title="第4号通告"),
        reason="等级抄错",
        by=command,
        at=moment("2020-06-03T09:00"),
    )

    assert values(COUNTY, "2020-06-02", known_at=moment("2020-05-31T09:00")) == {}
    assert values(COUNTY, "2020-06-02", known_at=moment("2020-06-02T09:00")) == {"tier": "HIGH"}
    assert values(COUNTY, "2020-06-02", known_at=moment("2020-06-03T09:00")) == {"tier": "LOW"}
    assert values(COUNTY, "2020-06-02") == {"tier": "LOW"}


def test_a_withdrawn_declaration_no_longer_counts_and_is_still_shown(say, command, at):
    row = say("溪美社区居委会", "community_class", "OUTBREAK", "2020-06-01")

    withdraw(row, reason="住址核错", by=command, at=at)

    assert values(XIMEI_COMMUNITY, "2020-06-10") == {}
    [chain] = history_of(XIMEI_COMMUNITY)
    assert chain.is_withdrawn and chain.last.reason == "住址核错"


def test_a_new_tier_ends_the_one_before_when_asked_to(say):
    say("南安市", "tier", "LOW", "2020-05-01")
    say("南安市", "tier", "MEDIUM", "2020-06-10", ends_earlier=True)

    assert values(COUNTY, "2020-06-09") == {"tier": "LOW"}
    assert values(COUNTY, "2020-06-10") == {"tier": "MEDIUM"}
    assert [chain.last.to_day for chain in history_of(COUNTY)] == [date(2020, 6, 10), None]


def test_only_the_last_row_can_be_followed_and_only_with_a_reason(say, command, at):
    row = say("南安市", "tier", "LOW", "2020-06-01")
    with pytest.raises(ReasonMissing):
        withdraw(row, reason=" ", by=command, at=at)
    ended = end(row, to_day=date(2020, 6, 8), reason="转为中风险", by=command, at=at)
    with pytest.raises(NotTheLast):
        withdraw(row, reason="重复", by=command, at=at)
    withdrawn = withdraw(ended, reason="重复", by=command, at=at)
    with pytest.raises(NotTheLast):
        end(withdrawn, to_day=date(2020, 6, 7), reason="又", by=command, at=at)


def test_a_correction_that_changes_nothing_is_refused(say, command, at):
    row = say("南安市", "tier", "LOW", "2020-06-01")
    with pytest.raises(NothingChanged):
        correct(
            row,
            statement=Statement(fact="tier", value="LOW", from_day=date(2020, 6, 1)),
            source=Source(title="第3号通告", number="南指〔2020〕3号"),
            reason="核对",
            by=command,
            at=at,
        )


# ---- refusals -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("start", "stop"),
    [("2020-06-01", "2020-06-15"), ("2020-05-01", None), ("2020-06-14", "2020-07-01"), ("2020-05-20", "2020-06-02")],
)
def test_a_second_declaration_for_the_same_days_is_refused_and_names_the_first(say, start, stop):
    first = say("南安市", "tier", "MEDIUM", "2020-06-01", "2020-06-15")
    with pytest.raises(StandsInTheWay) as caught:
        say("南安市", "tier", "LOW", start, stop)
    assert caught.value.earlier == first
    assert Declaration.objects.count() == 1


def test_the_days_before_and_after_are_free(say):
    say("南安市", "tier", "MEDIUM", "2020-06-01", "2020-06-15")
    say("南安市", "tier", "LOW", "2020-05-01", "2020-06-01")
    say("南安市", "tier", "LOW", "2020-06-15")

    assert [one.value for one in segments_of(COUNTY, fact="tier", chains=history_of(COUNTY))] == [
        "LOW",
        "MEDIUM",
        "LOW",
    ]


def test_a_correction_may_not_run_into_another_declaration(say, command, at):
    row = say("南安市", "tier", "MEDIUM", "2020-06-01", "2020-06-15")
    say("南安市", "tier", "LOW", "2020-06-15")
    with pytest.raises(StandsInTheWay):
        correct(
            row,
            statement=Statement(fact="tier", value="MEDIUM", from_day=date(2020, 6, 1), to_day=date(2020, 6, 20)),
            source=Source(title="第4号通告"),
            reason="延长",
            by=command,
            at=at,
        )


def test_the_rest_of_a_place_and_the_place_are_not_declared_twice(say):
    say("溪美街道", "tier", "LOW", "2020-06-01", is_rest=True)
    with pytest.raises(StandsInTheWay):
        say("溪美街道", "tier", "MEDIUM", "2020-06-05")


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"start": "2020-06-05", "end": "2020-06-05"}, EndsBeforeItBegins),
        ({"start": "2020-06-05", "end": "2020-06-01"}, EndsBeforeItBegins),
        ({"start": "1920-06-05"}, DayOutOfRange),
        ({"start": "2029-06-05"}, DayOutOfRange),
        ({"title": " "}, SourceMissing),
        ({"value": "MIDDLE"}, FactRefused),
        ({"fact": "teir"}, FactRefused),
        ({"fact": "cases_14d", "value": "-1", "place": "溪美街道"}, FactRefused),
        ({"fact": "cases_14d", "value": "3"}, NotATownship),
        ({"fact": "response_active", "value": "true"}, StepDoesNotFit),
        ({"fact": "response_active", "value": "true", "step": "STOPPED"}, StepDoesNotFit),
        ({"step": "STARTED"}, StepDoesNotFit),
    ],
)
def test_what_cannot_stand_is_refused_and_nothing_is_stored(say, more, refusal):
    given = {"place": "南安市", "fact": "tier", "value": "LOW", "start": "2020-06-01"} | more
    with pytest.raises(refusal):
        say(
            given.pop("place"),
            given.pop("fact"),
            given.pop("value"),
            given.pop("start"),
            given.pop("end", None),
            **given,
        )
    assert not Declaration.objects.exists()


def test_a_misspelt_value_is_answered_with_the_nearest(say):
    with pytest.raises(FactRefused, match="MEDIUM"):
        say("南安市", "tier", "MEDUIM", "2020-06-01")


def test_a_source_of_tomorrow_is_refused(places, command, at):
    with pytest.raises(PublishedInFuture):
        declare(
            Statement(fact="tier", value="LOW", from_day=date(2020, 6, 1)),
            place=Place(division=places["南安市"]),
            source=Source(title="第3号通告", published_at=at + timedelta(days=1)),
            by=command,
            at=at,
        )


@pytest.mark.parametrize(
    ("role", "area", "place"),
    [
        (Role.COUNTY_COMMAND, COUNTY, "青阳街道"),
        (Role.COUNTY_COMMAND, COUNTY, "泉州市"),
        (Role.TOWNSHIP, XIMEI, "溪美街道"),
        (Role.ADMINISTRATOR, COUNTY, "南安市"),
        ("", "", "南安市"),
    ],
)
def test_nobody_but_the_county_command_declares_and_only_inside_its_county(say, role, area, place):
    with pytest.raises(OutsideAuthority):
        say(place, "tier", "LOW", "2020-06-01", by=Actor(id="account:7", role=role, division_code=area))


# ---- the database keeps it ------------------------------------------------------------------------------------------
def test_the_database_refuses_to_change_or_erase_a_declaration(say):
    row = say("南安市", "tier", "LOW", "2020-06-01")
    for touch in (
        lambda: Declaration.objects.filter(pk=row.pk).update(value="HIGH"),
        lambda: Declaration.objects.filter(pk=row.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            touch()
    assert values(COUNTY, "2020-06-10") == {"tier": "LOW"}


@pytest.mark.parametrize(
    "broken",
    [
        {"to_day": date(2020, 6, 1)},
        {"source_title": ""},
        {"kind": "WITHDRAWN"},
        {"kind": "GUESSED"},
        {"step": "STARTED"},
        {"fact": "response_active", "value": "false", "step": "STARTED"},
    ],
)
def test_the_database_refuses_what_the_operations_would(places, at, broken):
    given = {
        "kind": "DECLARED",
        "fact": "tier",
        "value": "LOW",
        "division": places["南安市"],
        "from_day": date(2020, 6, 1),
        "source_title": "第3号通告",
        "declared_by": "account:1",
        "declared_at": at,
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        Declaration.objects.create(**(given | broken))


# ---- the response ---------------------------------------------------------------------------------------------------
@pytest.mark.row("A4")
def test_a_response_is_started_changed_and_stopped_each_step_dated_and_attributed(say, command):
    plan = "溪美社区应急预案"
    for fact_value, start, step, level in (
        ("true", "2020-06-01", "STARTED", "二级响应"),
        ("true", "2020-06-05", "CHANGED", "三级响应"),
        ("false", "2020-06-09", "STOPPED", ""),
    ):
        say(
            "溪美社区居委会", "response_active", fact_value, start,
            step=step, level=level, plan=plan, ends_earlier=True,
        )  # fmt: skip

    states = [facts_of(XIMEI_COMMUNITY, day=date(2020, 6, day)).sources.get("response_active") for day in (1, 5, 9)]

    assert [(one.value, one.step, one.level, one.from_day.day) for one in states] == [
        (True, "STARTED", "二级响应", 1),
        (True, "CHANGED", "三级响应", 5),
        (False, "STOPPED", "", 9),
    ]
    assert all(one.plan == plan for one in states)
    assert {row.declared_by for chain in history_of(XIMEI_COMMUNITY) for row in chain.rows} == {command.id}
    assert "response_active" not in values(XIMEI_COMMUNITY, "2020-05-31")


# ---- history --------------------------------------------------------------------------------------------------------
def test_the_history_of_a_place_has_its_own_what_lies_around_and_what_lies_inside(say, places, command, at):
    say("南安市", "tier", "LOW", "2020-06-01")
    say("溪美街道", "tier", "MEDIUM", "2020-06-02")
    building = area_called("幸福新村", division=places["溪美街道"], by=command, at=at)
    say("溪美街道", "tier", "HIGH", "2020-06-03", area=building)
    say("溪美社区居委会", "community_class", "OUTBREAK", "2020-06-04")
    say("省新镇", "tier", "LOW", "2020-06-05")

    touches = [(chain.last.division.name, chain.touch) for chain in history_of(XIMEI)]

    assert touches == [
        ("南安市", Touch.AROUND),
        ("溪美街道", Touch.OWN),
        ("溪美街道", Touch.INSIDE),
        ("溪美社区居委会", Touch.INSIDE),
    ]
