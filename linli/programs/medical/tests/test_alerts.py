"""An alert goes from step to step to its end, once each, and the person is among those with fever as long."""

from datetime import date, timedelta

import pytest

from linli.community.access import GridReach
from linli.programs.medical.operations import Step, take_step
from linli.programs.medical.program import PROGRAM
from linli.programs.medical.queries import alerts_in
from linli.programs.medical.tests.conftest import DOCTOR
from linli.records.models import Enrolment
from linli.records.operations import correct_entry, withdraw_entry
from linli.records.program import EntryRefused, Scope

HERE = "350583001001"


@pytest.fixture
def take(at):
    """``take(alert, "SEEN", minutes=3)``."""

    def take(alert, step, *, minutes, **more):
        moment = at + timedelta(minutes=minutes)
        return take_step(alert, Step(step=step, **more), by=DOCTOR, at=moment).entry

    return take


def reach(day, *areas):
    return GridReach(day=day, areas=areas or (HERE,))


def duties(kind, day, at):
    return [duty for duty in PROGRAM.duties(Scope(divisions=(HERE,), day=day, at=at)) if duty.kind == kind]


@pytest.mark.row("D4")
def test_an_abnormal_entry_is_in_the_inbox_at_once_and_leaves_it_when_closed(village, positive, take, day, at):
    alert = positive(village.lin)
    [row], [] = alerts_in(reach(day), at=at)
    assert (row.home.resident, row.chain.next_step, row.chain.since) == (village.lin, "SEEN", at)

    for number, step in enumerate(("SEEN", "ADVISED", "VEHICLE_CALLED", "DEPARTED", "ARRIVED"), start=1):
        take(alert, step, minutes=10 * number)
        [row], [] = alerts_in(reach(day), at=at)
        assert row.chain.step == step
    take(alert, "CLOSED", minutes=90, outcome="TREATED", hospital="南安市医院")

    [], [row] = alerts_in(reach(day), at=at)
    assert row.chain.at_step("ARRIVED") - row.chain.since == timedelta(minutes=50)
    assert row.chain.last_at - row.chain.since == timedelta(minutes=90)


def test_steps_may_be_left_out_but_not_turned_round_or_taken_twice(village, positive, take):
    alert = positive(village.lin)
    take(alert, "DEPARTED", minutes=10)
    for step, code in (("DEPARTED", "step_taken"), ("SEEN", "out_of_order")):
        with pytest.raises(EntryRefused, match=code):
            take(alert, step, minutes=20)
    # What was written down late is put in its place by the hour at which it happened.
    take_step(
        alert,
        Step(step="SEEN"),
        happened_at=alert.happened_at + timedelta(minutes=2),
        by=DOCTOR,
        at=alert.happened_at + timedelta(minutes=30),
    )


def test_an_alert_is_closed_once_with_its_outcome_and_nothing_follows(village, positive, take):
    alert = positive(village.lin)
    with pytest.raises(EntryRefused, match="outcome_missing"):
        take(alert, "CLOSED", minutes=5)
    with pytest.raises(EntryRefused, match="outcome_too_early"):
        take(alert, "SEEN", minutes=5, outcome="WELL")
    take(alert, "CLOSED", minutes=5, outcome="WELL")
    for step, outcome in (("CLOSED", "WELL"), ("ARRIVED", "")):
        with pytest.raises(EntryRefused, match="closed_already"):
            take(alert, step, minutes=10, outcome=outcome)


def test_a_step_needs_an_alert_of_that_person_and_a_time_after_it(village, positive, write, at):
    alert = positive(village.lin)
    with pytest.raises(EntryRefused, match="no_alert"):
        write("referral", village.son, minutes=5, alert=str(alert.pk), step="SEEN")
    with pytest.raises(EntryRefused, match="before_alert"):
        take_step(alert, Step(step="SEEN"), happened_at=at - timedelta(hours=1), by=DOCTOR, at=at)
    normal = positive(village.chen, result="NEGATIVE")
    with pytest.raises(EntryRefused, match="no_alert"):
        write("referral", village.chen, minutes=5, alert=str(normal.pk), step="SEEN")


def test_a_digit_put_right_leaves_the_steps_with_the_alert(village, positive, take, day, at):
    alert = positive(village.lin)
    take(alert, "SEEN", minutes=3)
    correct_entry(
        alert, payload={**alert.payload, "method": "ANTIGEN"}, reason="方法填错", by=DOCTOR, at=at + timedelta(hours=1)
    )
    [row], [] = alerts_in(reach(day), at=at)
    assert row.chain.step == "SEEN"
    with pytest.raises(EntryRefused, match="step_taken"):
        take(alert, "SEEN", minutes=70)


def test_an_alert_that_was_none_leaves_the_inbox(village, positive, day, at):
    alert = positive(village.lin)
    assert Enrolment.objects.filter(group="fever").exists()
    withdraw_entry(alert, reason="登记错了人", by=DOCTOR, at=at)
    assert alerts_in(reach(day), at=at) == ([], [])
    assert not Enrolment.objects.filter(group="fever").exists()


def test_two_alerts_of_one_person_go_their_own_ways(village, positive, take, day, at):
    first, second = positive(village.lin), positive(village.lin, minutes=30, method="ANTIGEN")
    take(first, "CLOSED", minutes=40, outcome="MISTAKEN")
    [row], [closed] = alerts_in(reach(day), at=at)
    assert (row.chain.alert.id, closed.chain.alert.id) == (second.pk, first.pk)
    assert Enrolment.objects.get(group="fever").to_day is None


@pytest.mark.row("D4")
def test_fever_holds_from_the_alert_until_the_day_it_is_closed(village, positive, take, day):
    alert = positive(village.lin)
    assert Enrolment.objects.get(group="fever").to_day is None
    take(alert, "CLOSED", minutes=24 * 60, outcome="WELL")
    row = Enrolment.objects.get(group="fever")
    assert (row.from_day, row.to_day) == (day, day + timedelta(days=2))


def test_alerts_are_seen_where_the_person_lives(village, positive, day, at):
    positive(village.lin)
    positive(village.wu)
    here, _ = alerts_in(reach(day), at=at)
    township, _ = alerts_in(reach(day, "350583001000"), at=at)
    county, _ = alerts_in(reach(day, "350583000000"), at=at)
    assert [[row.home.resident.name for row in rows] for rows in (here, township)] == [["林阿芳"], ["林阿芳"]]
    assert {row.home.resident.name for row in county} == {"林阿芳", "吴建国"}


def test_the_inbox_asks_as_often_for_many_alerts_as_for_one(village, positive, day, at, django_assert_num_queries):
    positive(village.lin)
    with django_assert_num_queries(3):
        alerts_in(reach(day), at=at)
    for one in (village.son, village.chen, village.newcomer):
        positive(one)
    with django_assert_num_queries(3):
        open_, _ = alerts_in(reach(day), at=at)
    assert len(open_) == 4


def test_the_overdue_come_first_and_the_oldest_of_them(village, positive, take, day, at):
    old, new = positive(village.lin, minutes=-60), positive(village.son, minutes=-1)
    taken = positive(village.chen, minutes=-90)
    take(taken, "SEEN", minutes=-2)
    open_, _ = alerts_in(reach(day), at=at)
    assert [row.chain.alert.id for row in open_] == [old.pk, taken.pk, new.pk]


@pytest.mark.row("D4")
def test_each_open_alert_is_an_urgent_duty_of_the_clinic_for_its_next_step(village, positive, take, day, at):
    alert = positive(village.lin)
    [duty] = duties("referral", day, at)
    assert duty.is_urgent
    assert (duty.actor, duty.resident, duty.about) == ("clinic", village.lin.pk, str(alert.pk))
    assert (duty.due_from, duty.due_to) == (at, at + timedelta(minutes=15))
    assert duty.norms == ("m9.observe.abnormal-care", "m38.strategy.early-treatment")

    take(alert, "SEEN", minutes=10)
    [duty] = duties("referral", day, at + timedelta(minutes=20))
    assert duty.due_to == at + timedelta(minutes=25)
    assert duty.due_from > at + timedelta(minutes=10)

    take(alert, "CLOSED", minutes=30, outcome="WELL")
    [duty] = duties("referral", day, at + timedelta(minutes=40))
    assert duty.due_from == at + timedelta(minutes=30)
    assert duties("referral", day + timedelta(days=1), at + timedelta(days=1)) == []


def test_after_the_change_of_regime_no_clause_asks_that_all_with_fever_be_helped(village, positive, day, at):
    positive(village.lin)
    later = date(2023, 2, 1)
    [duty] = duties("referral", later, at + (later - day))
    assert duty.norms == ("m5.health.hospital",)


def test_duties_ask_as_often_for_many_communities_as_for_one(
    village, positive, write, day, at, django_assert_max_num_queries
):
    positive(village.lin)
    for person in (village.chen, village.huang):
        write("diagnosis", person, state="CONFIRMED", diagnosed_on="2020-06-10")
    kinds = []
    for divisions in ((HERE,), (HERE, "350583001002", "350583100201")):
        with django_assert_max_num_queries(8):
            kinds.append(sorted(duty.kind for duty in PROGRAM.duties(Scope(divisions=divisions, day=day, at=at))))
    here = ["case_tracing", "disinfection", "referral"]
    assert kinds == [here, sorted([*here, "case_tracing", "disinfection"])]
