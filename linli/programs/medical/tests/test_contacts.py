"""Contacts are named, traced forward and back, handed on across communities, and let go in time."""

from datetime import date, timedelta

import pytest

from linli.community.access import GridReach
from linli.programs.medical.operations import Exposure, hand_lead_on, name_contact, note_lead
from linli.programs.medical.queries import cases_in, contacts_in, tracing_of
from linli.programs.medical.tests.conftest import DOCTOR
from linli.records.models import Enrolment
from linli.records.program import EntryRefused
from linli.trail.actor import Actor

HERE, TOWNSHIP, COUNTY = "350583001001", "350583001000", "350583000000"
OFFICE = Actor(id="account:2", role="COUNTY_COMMAND", division_code=COUNTY)


def reach(day, area=HERE):
    return GridReach(day=day, areas=(area,))


@pytest.fixture
def case(village, write):
    return write("diagnosis", village.lin, state="CONFIRMED", diagnosed_on="2020-06-10", where="泉州市第一医院")


@pytest.fixture
def name(case, at):
    """``name(person, of, "SECONDARY")``."""

    def name(person, of, degree="CLOSE", *, last="2020-06-09", minutes=5, direction="FORWARD", **more):
        exposure = Exposure(
            of=of, degree=degree, last_exposure_on=date.fromisoformat(last), how="同桌吃饭", direction=direction
        )
        moment = at + timedelta(minutes=minutes)
        return name_contact(person, exposure, case=case, by=DOCTOR, at=moment, **more).entry

    return name


@pytest.mark.row("D5")
def test_a_contact_is_on_the_register_for_the_days_that_a_clause_prints(village, name):
    entry = name(village.chen, village.lin)
    row = Enrolment.objects.get(resident=village.chen)
    assert (row.group, row.from_day, row.to_day) == ("close_contact", date(2020, 6, 9), date(2020, 6, 23))
    assert (entry.payload["period_days"], row.clause) == (14, entry.payload["clause"])
    assert row.clause.split(" ")[0] in ("minfa-2020-9", "minfa-2020-38")


@pytest.mark.row("D5")
def test_contacts_are_traced_forward_in_both_degrees_and_back(village, name, day):
    name(village.chen, village.lin)
    name(village.son, village.lin, handed_to="溪美社区")
    name(village.newcomer, village.chen, "SECONDARY")
    name(village.lin, village.huang, last="2020-06-05", direction="BACK")

    tracing = tracing_of(village.lin.pk, reach=reach(day))
    assert {link.contact.resident for link in tracing.close} == {village.chen, village.son}
    [second] = tracing.secondary
    assert (second.contact.resident, second.of) == (village.newcomer, village.chen.pk)
    [source] = tracing.back
    # The source lives in another community: that there is one is known, who it is is not.
    assert (source.of, source.of_home) == (village.huang.pk, None)
    assert tracing.number == 3
    county = tracing_of(village.lin.pk, reach=reach(day, COUNTY))
    assert county.back[0].of_home.resident == village.huang


def test_two_cases_that_name_each_other_do_not_become_their_own_second_degree(village, name, day):
    name(village.chen, village.lin)
    name(village.lin, village.chen, "SECONDARY")
    tracing = tracing_of(village.lin.pk, reach=reach(day))
    assert [link.contact.resident for link in tracing.close] == [village.chen]
    assert tracing.secondary == ()


def test_the_chain_takes_as_many_queries_for_many_as_for_few(village, name, day, django_assert_max_num_queries):
    for person in (village.chen, village.son, village.newcomer):
        name(person, village.lin)
    name(village.wu, village.chen, "SECONDARY")
    with django_assert_max_num_queries(11):
        tracing_of(village.lin.pk, reach=reach(day, COUNTY))


@pytest.mark.parametrize(
    ("of", "last", "code"), [("lin", "2020-06-09", "own_contact"), ("chen", "2020-06-11", "exposed_later")]
)
def test_nobody_is_their_own_contact_nor_one_of_a_day_to_come(village, name, of, last, code):
    with pytest.raises(EntryRefused, match=code):
        name(village.lin, getattr(village, of), last=last)


def test_a_contact_is_let_go_once_and_after_the_exposure(village, name, write):
    name(village.chen, village.lin)
    with pytest.raises(EntryRefused, match="ends_before_exposure"):
        write("contact_end", village.chen, minutes=8, to_day="2020-06-09", why="NOT_A_CONTACT")
    write("contact_end", village.chen, minutes=10, to_day="2020-06-11", why="CASE_EXCLUDED")
    row = Enrolment.objects.get(resident=village.chen)
    assert (row.to_day, row.end_reason) == (date(2020, 6, 11), "病例已排除")
    with pytest.raises(EntryRefused, match="no_contact"):
        write("contact_end", village.chen, minutes=20, to_day="2020-06-11", why="CASE_EXCLUDED")
    name(village.chen, village.lin, last="2020-06-10", minutes=30)
    assert Enrolment.objects.get(resident=village.chen).to_day == date(2020, 6, 24)


@pytest.mark.row("D5")
def test_a_contact_elsewhere_is_a_lead_that_the_county_hands_to_that_community(village, case, at, day):
    exposure = Exposure(of=village.lin, degree="CLOSE", last_exposure_on=date(2020, 6, 9), how="同车")
    lead = note_lead(village.lin, exposure, name="吴师傅", phone="15400009999", place="省新镇", by=DOCTOR, at=at).entry
    [row] = cases_in(reach(day, COUNTY))
    assert [fact.id for fact in row.open_leads] == [lead.pk]
    assert contacts_in(reach(day, "350583100201")) == []

    later = at + timedelta(hours=1)
    hand_lead_on(lead, contact=village.wu, handed_to="省身村委会", by=OFFICE, at=later)
    [link] = contacts_in(reach(day, "350583100201"))
    assert (link.contact.resident, link.of_home) == (village.wu, None)
    assert link.fact.division == "350583100201"
    [row] = cases_in(reach(day, COUNTY))
    assert row.open_leads == ()
    with pytest.raises(EntryRefused, match="lead_ended"):
        hand_lead_on(lead, handed_to="晋江市", by=OFFICE, at=later)


def test_a_lead_out_of_the_county_is_handed_on_without_a_person(village, case, at, day):
    exposure = Exposure(of=village.lin, degree="CLOSE", last_exposure_on=date(2020, 6, 9), how="同车")
    lead = note_lead(village.lin, exposure, name="王先生", place="晋江市", by=DOCTOR, at=at).entry
    hand_lead_on(lead, handed_to="晋江市疾控", by=OFFICE, at=at)
    tracing = tracing_of(village.lin.pk, reach=reach(day))
    [(_, ended)] = tracing.leads
    assert ended.payload["handed_to"] == "晋江市疾控"


def test_a_community_lists_its_own_people_and_the_township_all(village, name, day):
    name(village.chen, village.lin)
    name(village.huang, village.lin)
    name(village.wu, village.lin)
    names = {
        area: {link.contact.resident.name for link in contacts_in(reach(day, area))}
        for area in (HERE, TOWNSHIP, COUNTY)
    }
    assert names == {HERE: {"陈大山"}, TOWNSHIP: {"陈大山", "黄秀英"}, COUNTY: {"陈大山", "黄秀英", "吴建国"}}
