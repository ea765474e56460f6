"""An observation from its start to its end, through the operations that every door uses."""

from datetime import date
from uuid import uuid4

import pytest

from linli.programs.observation.operations import NoGround, check_health, release, start_observation, take_step
from linli.programs.observation.program import duties, lapses
from linli.programs.observation.queries import starts_due, status_of, statuses_of
from linli.programs.observation.tests.conftest import STAFF, arrive, check, on
from linli.records.models import Enrolment, Entry
from linli.records.operations import Draft, correct_entry, record_entry
from linli.records.payloads import PayloadRefused
from linli.records.program import EntryRefused, Scope
from linli.records.wording import why_refused

HERE = ("350583001001",)


def day(number):
    return date(2020, 6, number)


def scope(number):
    return Scope(divisions=HERE, day=day(number), at=on(number))


def registers_of(resident):
    rows = Enrolment.objects.filter(resident=resident, group__in=["home_observed", "centrally_observed", "released"])
    return [(row.group, row.from_day, row.to_day) for row in rows.order_by("from_day", "group")]


def due(number):
    return {(one.kind, one.resident): one for one in duties(scope(number))}


# ---- start -----------------------------------------------------------------------------------------------------------
@pytest.mark.row("D1")
def test_an_inbound_traveller_is_observed_for_the_days_of_the_norms_and_the_norms_are_pinned(observed):
    status = status_of(observed.pk, day=day(10))
    assert (status.place, status.end, status.judged.why) == ("HOME", day(24), "")
    said = Entry.objects.get(kind="observation_step").payload
    assert said["verdict"] == "REQUIRED"
    assert "n40.observation.home" in said["norms"].split()
    assert said["clause"] == "nanweiban-2020-40 (五)"
    assert "minfa-2020-9@" in said["packs"]
    assert registers_of(observed) == [("home_observed", day(10), day(24))]
    assert Enrolment.objects.get(group="home_observed").clause == "nanweiban-2020-40 (五)"


@pytest.mark.row("D10")
def test_somebody_with_proof_from_a_place_of_no_risk_is_not_isolated_and_the_clause_is_said(newcomer):
    resident = newcomer("李秀英", "LOW", 10, has_proof=True, point_to_point=True, for_holiday=True)
    with pytest.raises(NoGround) as refused:
        start_observation(resident, place="HOME", by=STAFF, at=on(10))
    ground = refused.value.ground
    assert ground.verdict == "EXCEEDS"
    assert "minfa-2020-38 二(一)1" in ground.clauses
    assert "m38.low.proven-exempt" in ground.exempts
    assert not Entry.objects.filter(kind="observation_step").exists()

    take_step(resident, step="EXEMPT", reason="绿码，点对点到达", by=STAFF, at=on(10))
    assert status_of(resident.pk, day=day(10)).exemption is not None
    assert registers_of(resident) == []


def test_an_exemption_does_not_help_somebody_who_came_from_abroad_too(newcomer):
    resident = newcomer("李秀英", "LOW", 10, has_proof=True, point_to_point=True)
    arrive(resident, "INBOUND", 10)
    recorded = start_observation(resident, place="HOME", by=STAFF, at=on(10))
    assert "m9.arrival.home-observation" not in recorded.entry.payload["norms"].split()
    with pytest.raises(EntryRefused, match="already_under"):
        take_step(resident, step="EXEMPT", by=STAFF, at=on(11))


def test_whoever_must_be_observed_is_not_written_down_as_exempt(newcomer):
    with pytest.raises(NoGround):
        take_step(newcomer(), step="EXEMPT", by=STAFF, at=on(10))


def test_nobody_is_observed_without_a_ground(grid, ruled):
    with pytest.raises(NoGround) as refused:
        start_observation(grid.lin, place="HOME", by=STAFF, at=on(10))
    assert not refused.value.ground.is_lawful
    assert "居家医学观察" in why_refused(refused.value)


def test_a_site_needs_consent_where_the_circular_asks_for_it(newcomer):
    resident = newcomer(origin="MEDIUM")
    with pytest.raises(NoGround) as refused:
        start_observation(resident, place="CENTRAL", by=STAFF, at=on(10))
    assert refused.value.ground.needs_consent
    assert refused.value.ground.alternative == "home_observation"
    start_observation(resident, place="CENTRAL", consent=True, by=STAFF, at=on(10))
    assert status_of(resident.pk, day=day(12)).place == "CENTRAL"
    assert status_of(resident.pk, day=day(12)).end == day(24)


def test_an_end_later_than_the_norms_allow_is_refused(newcomer):
    resident = newcomer()
    with pytest.raises(EntryRefused) as refused:
        start_observation(resident, place="HOME", until=day(25), by=STAFF, at=on(10))
    assert refused.value.code == "longer_than_allowed"
    start_observation(resident, place="HOME", until=day(17), by=STAFF, at=on(10))
    take_step(resident, step="EXTEND", until=day(24), by=STAFF, at=on(12))
    with pytest.raises(EntryRefused, match="longer_than_allowed"):
        take_step(resident, step="EXTEND", until=day(30), by=STAFF, at=on(13))
    assert status_of(resident.pk, day=day(13)).end == day(24)


def test_the_days_count_from_the_arrival_where_it_is_said(newcomer):
    resident = newcomer(day=8)
    start_observation(resident, place="HOME", exposed_on=day(8), by=STAFF, at=on(10))
    assert status_of(resident.pk, day=day(10)).end == day(22)


def test_the_same_reason_is_not_counted_twice(observed):
    release(observed, early_reason="MEDICAL", reason="医院另有安排", by=STAFF, at=on(14))
    start_observation(observed, place="HOME", by=STAFF, at=on(16))
    assert status_of(observed.pk, day=day(16)).end == day(24)


def test_the_same_start_sent_twice_is_one_entry(newcomer):
    resident, id = newcomer(), uuid4()
    assert start_observation(resident, place="HOME", id=id, by=STAFF, at=on(10)).is_new
    assert not start_observation(resident, place="HOME", id=id, by=STAFF, at=on(10, 11)).is_new
    assert Entry.objects.filter(kind="observation_step").count() == 1


# ---- steps -----------------------------------------------------------------------------------------------------------
@pytest.mark.row("D8")
def test_to_hospital_and_back_leaves_no_home_days_in_hospital(observed):
    take_step(observed, step="TO_HOSPITAL", reason="发热", by=STAFF, at=on(13))
    assert status_of(observed.pk, day=day(14)).place == "HOSPITAL"
    with pytest.raises(EntryRefused, match="in_hospital"):
        check(observed, 14)
    take_step(observed, step="RETURN_HOME", reason="排除", by=STAFF, at=on(16))
    assert registers_of(observed) == [("home_observed", day(10), day(13)), ("home_observed", day(16), day(24))]
    check(observed, 16)


def diagnosed(resident, state, number, **said):
    payload = {"state": state, "diagnosed_on": f"2020-06-{number}", **said}
    at = on(number, 7)
    record_entry(Draft(kind="diagnosis", subject=resident, happened_at=at, payload=payload), by=STAFF, at=at)


@pytest.mark.row("D8")
def test_a_recovered_person_is_isolated_where_the_norm_says_so_and_somebody_must_say_until_when(grid, ruled, say):
    diagnosed(grid.lin, "CONFIRMED", 10)
    diagnosed(grid.lin, "RECOVERED", 11, followed_to="2020-07-10")
    with pytest.raises(NoGround):
        start_observation(grid.lin, place="HOME", by=STAFF, at=on(11))
    say("tier", "MEDIUM", day(12))
    say("community_class", "OUTBREAK", day(12))
    with pytest.raises(EntryRefused, match="needs_until"):
        start_observation(grid.lin, place="HOME", by=STAFF, at=on(12))
    with pytest.raises(EntryRefused, match="longer_than_allowed"):
        start_observation(grid.lin, place="HOME", until=day(27), by=STAFF, at=on(12))
    start_observation(grid.lin, place="HOME", until=day(26), decided_by="cdc", by=STAFF, at=on(12))
    said = Entry.objects.get(kind="observation_step").payload
    assert (said["norms"], said["until"]) == ("m38.medium.recovered-isolation", "2020-06-26")


def test_what_is_not_legal_is_refused_with_a_sentence(observed):
    for step, code in (("START_HOME", "already_under"), ("TO_HOME", "not_from_home"), ("RETURN_HOME", "not_from_home")):
        with pytest.raises(EntryRefused) as refused:
            take_step(observed, step=step, by=STAFF, at=on(11))
        assert refused.value.code == code
        assert "%" not in why_refused(refused.value)
    with pytest.raises(EntryRefused, match="exposed_missing"):
        arrive(observed, "INBOUND", 11)
        take_step(observed, step="RESTART", by=STAFF, at=on(11))


def test_a_new_exposure_counts_anew_only_with_a_new_reason(observed):
    with pytest.raises(NoGround):
        take_step(observed, step="RESTART", exposed_on=day(14), by=STAFF, at=on(14))
    arrive(observed, "HIGH", 14)
    take_step(observed, step="RESTART", exposed_on=day(14), reason="又去了高风险地区", by=STAFF, at=on(14, 10))
    assert status_of(observed.pk, day=day(14)).end == day(28)


# ---- release ---------------------------------------------------------------------------------------------------------
@pytest.mark.row("D7")
def test_release_is_due_on_the_last_day_and_makes_somebody_released(observed):
    assert ("release", observed.pk) not in due(23)
    duty = due(24)["release", observed.pk]
    assert duty.norms and duty.actor == "community"
    with pytest.raises(EntryRefused) as early:
        release(observed, released_on=day(20), by=STAFF, at=on(20))
    assert early.value.code == "released_early"
    release(observed, by=STAFF, at=on(24))
    assert registers_of(observed) == [
        ("home_observed", day(10), day(24)),
        ("released", day(24), date(2020, 7, 8)),
    ]
    with pytest.raises(EntryRefused, match="already_released"):
        release(observed, by=STAFF, at=on(25))
    assert ("release", observed.pk) not in due(25)


def test_the_notice_for_arrivals_from_high_risk_places_rests_on_its_own_norm(newcomer):
    resident = newcomer(origin="HIGH")
    start_observation(resident, place="HOME", by=STAFF, at=on(10))
    assert "m38.low.high-risk-release-notice" in due(24)["release", resident.pk].norms
    recorded = release(resident, by=STAFF, at=on(24))
    assert "m38.low.high-risk-release-notice" in recorded.entry.payload["norms"].split()


def test_a_forgotten_release_ends_on_the_day_it_ended_by_right(observed):
    assert not status_of(observed.pk, day=day(26)).is_under
    recorded = release(observed, by=STAFF, at=on(26))
    assert recorded.entry.payload["released_on"] == "2020-06-24"


def test_a_ground_that_still_stands_is_no_reason_to_release_early(observed):
    with pytest.raises(EntryRefused, match="basis_stands"):
        release(observed, early_reason="BASIS_ENDED", by=STAFF, at=on(14))


# ---- checks ----------------------------------------------------------------------------------------------------------
def test_a_check_of_somebody_released_is_refused_but_a_fever_never(observed):
    check(observed, 11)
    release(observed, by=STAFF, at=on(24))
    with pytest.raises(EntryRefused) as refused:
        check(observed, 25)
    assert refused.value.code == "was_released"
    assert "2020年6月24日" in why_refused(refused.value)
    assert check(observed, 25, 38.2).entry.is_abnormal


def test_an_arrival_released_early_is_still_followed_as_an_arrival(observed):
    release(observed, early_reason="MEDICAL", by=STAFF, at=on(14))
    assert check(observed, 15).is_new
    with pytest.raises(EntryRefused, match="was_released"):
        check(observed, 24)


def test_a_check_of_somebody_whom_nobody_follows_is_refused(grid, ruled, newcomer):
    with pytest.raises(EntryRefused, match="not_followed"):
        check(grid.lin, 10)
    check(newcomer(origin="LOW"), 10)


def test_checks_of_the_released_go_on_where_a_norm_asks_for_them(grid, ruled):
    arrived = date(2021, 2, 1)
    payload = {"arrived_on": "2021-02-01", "origin": "境外", "origin_tier": "INBOUND"}
    record_entry(
        Draft(kind="arrival", subject=grid.lin, happened_at=on(arrived), payload=payload), by=STAFF, at=on(arrived)
    )
    start_observation(grid.lin, place="HOME", by=STAFF, at=on(arrived))
    release(grid.lin, by=STAFF, at=on(date(2021, 2, 15)))
    later = on(date(2021, 2, 16))
    assert check_health(grid.lin, temperature=36.4, by=STAFF, at=later).is_new


@pytest.mark.parametrize("temperature", [33.9, 43.1, 365])
def test_an_impossible_temperature_is_refused(observed, temperature):
    with pytest.raises(PayloadRefused):
        check_health(observed, temperature=temperature, by=STAFF, at=on(11))


# ---- the home --------------------------------------------------------------------------------------------------------
@pytest.mark.row("D2")
def test_the_home_is_looked_at_on_the_first_day_and_an_unfit_one_needs_a_remedy(observed):
    duty = due(10)["home_fit", observed.pk]
    assert {"n40.observation.one-room", "n40.observation.unfit-help"} <= set(duty.norms)

    def look(**said):
        draft = Draft(kind="home_fit", subject=observed, happened_at=on(10, 10), payload=said)
        return record_entry(draft, by=STAFF, at=on(10, 10))

    with pytest.raises(EntryRefused, match="remedy_missing"):
        look(separate_meals=True)
    with pytest.raises(EntryRefused, match="no_own_room"):
        look(verdict="FIT")
    look(separate_meals=True, remedy="CENTRAL")
    look(own_room=True, separate_meals=True)
    take_step(observed, step="TO_CENTRAL", consent=True, reason="没有单独房间", by=STAFF, at=on(11))
    assert status_of(observed.pk, day=day(12)).place == "CENTRAL"
    assert status_of(observed.pk, day=day(12)).end == day(24)


# ---- judged again ----------------------------------------------------------------------------------------------------
@pytest.fixture
def under_medium_risk(newcomer, say):
    """李秀英 came with proof to a place of medium risk, where that exempts nobody, and is observed from 10 June."""
    say("tier", "MEDIUM", day(9))
    say("community_class", "OUTBREAK", day(9))
    resident = newcomer("李秀英", "LOW", 10, has_proof=True, point_to_point=True)
    start_observation(resident, place="HOME", by=STAFF, at=on(10))
    return resident


def test_a_lower_tier_ends_an_observation_that_had_its_ground_in_the_higher_one(under_medium_risk, say):
    resident = under_medium_risk
    assert status_of(resident.pk, day=day(14)).end == day(24)
    say("tier", "LOW", day(15))
    say("community_class", "NO_CASE", day(15))
    status = status_of(resident.pk, day=day(15))
    assert (status.end, status.judged.why, status.is_under) == (day(15), "LOST", False)
    told = due(15)["follow_up", resident.pk]
    assert told.is_urgent and "2020年6月15日" in told.why
    assert "m38.low.proven-no-home" in told.norms
    assert ("release", resident.pk) in due(15)
    assert {(one.group, one.to_day) for one in lapses(scope(16))} >= {("home_observed", day(15))}
    assert release(resident, by=STAFF, at=on(15, 9)).entry.payload["early_reason"] == "BASIS_ENDED"


def test_a_tier_that_rises_later_changes_nothing_for_somebody_observed_already(observed, say):
    say("tier", "HIGH", day(15))
    say("community_class", "TRANSMISSION", day(15))
    assert status_of(observed.pk, day=day(16)).end == day(24)


def test_an_arrival_corrected_to_one_that_is_exempt_ends_the_observation(newcomer):
    resident = newcomer(origin="HIGH")
    start_observation(resident, place="HOME", by=STAFF, at=on(10))
    wrong = Entry.objects.get(kind="arrival", resident=resident)
    right = {**wrong.payload, "origin_tier": "LOW", "has_proof": True, "point_to_point": True}
    correct_entry(wrong, payload=right, reason="来源地登记错了", by=STAFF, at=on(12))
    status = status_of(resident.pk, day=day(12))
    assert (status.end, status.is_under, status.judged.why) == (day(10), False, "LOST")


def test_the_day_the_last_power_ends_is_known_beforehand(grid, ruled):
    arrived = date(2022, 12, 30)
    payload = {"arrived_on": "2022-12-30", "origin": "境外", "origin_tier": "INBOUND"}
    record_entry(
        Draft(kind="arrival", subject=grid.lin, happened_at=on(arrived), payload=payload), by=STAFF, at=on(arrived)
    )
    start_observation(grid.lin, place="HOME", by=STAFF, at=on(arrived))
    assert status_of(grid.lin.pk, day=arrived).end == date(2023, 1, 6)


def test_many_people_are_read_in_as_many_queries_as_few(newcomer, grid, django_assert_max_num_queries):
    people = [newcomer(f"居民{number}", "INBOUND", 10) for number in range(6)]
    for one in people:
        start_observation(one, place="HOME", by=STAFF, at=on(10, 9))
    with django_assert_max_num_queries(16):
        found = statuses_of([one.pk for one in people], day=day(12), with_checks=True)
    assert {status.end for status in found.values()} == {day(24)}


# ---- nobody is forgotten ---------------------------------------------------------------------------------------------
def test_whoever_must_be_observed_and_is_not_is_on_the_list(newcomer):
    resident = newcomer()
    exempt = newcomer("李秀英", "LOW", 10, has_proof=True, point_to_point=True)
    assert [one.resident for one in starts_due(scope(10))] == [resident.pk]
    assert "n40.observation.home" in due(10)["observation_step", resident.pk].norms
    assert ("observation_step", exempt.pk) not in due(10)
    start_observation(resident, place="HOME", by=STAFF, at=on(10, 9))
    assert starts_due(scope(10)) == []
    release(resident, by=STAFF, at=on(24))
    assert starts_due(scope(24)) == []


# ---- in whatever order ---------------------------------------------------------------------------------------------
def test_entries_make_the_same_registers_in_whatever_order_they_come_in(newcomer, at):
    until = {"until": "2020-06-24", "norms": "n40.observation.home"}
    history = [
        ("observation_step", 10, {"step": "START_HOME", **until}),
        ("observation_step", 12, {"step": "TO_CENTRAL", "consent": True}),
        ("observation_step", 13, {"step": "TO_HOSPITAL"}),
        ("observation_step", 15, {"step": "RETURN_HOME"}),
        ("observation_step", 16, {"step": "RESTART", "exposed_on": "2020-06-16", "until": "2020-06-30"}),
        ("release", 20, {"released_on": "2020-06-20", "early": True, "early_reason": "MEDICAL"}),
    ]
    found = set()
    for number, order in enumerate([(0, 1, 2, 3, 4, 5), (5, 4, 3, 2, 1, 0), (3, 0, 5, 1, 4, 2), (1, 5, 0, 2, 4, 3)]):
        resident = newcomer(f"居民{number}")
        ids = [uuid4() for _ in history]
        waiting = list(order)
        while waiting:
            place = waiting.pop(0)
            kind, on_day, payload = history[place]
            draft = Draft(kind=kind, subject=resident, happened_at=on(on_day), payload=payload, id=ids[place])
            try:
                record_entry(draft, by=STAFF, at=on(25))
            except EntryRefused:
                waiting.append(place)
        found.add(tuple(registers_of(resident)))
    assert found == {
        (
            ("home_observed", day(10), day(12)),
            ("centrally_observed", day(12), day(13)),
            ("home_observed", day(15), day(20)),
            ("released", day(20), date(2020, 7, 4)),
        )
    }
