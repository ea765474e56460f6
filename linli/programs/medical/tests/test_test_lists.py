"""Who is to be tested, by class, and why; what no clause names is marked as our reading."""

from datetime import date, timedelta

import pytest

from linli.community.access import GridReach
from linli.programs.medical.grounds import ground_of
from linli.programs.medical.program import PROGRAM
from linli.programs.medical.queries import test_list as homes_listed
from linli.programs.medical.queries import test_rows as rows_of
from linli.records.program import EntryRefused, Scope

HERE = "350583001001"


def listed(id, day):
    found = ground_of(HERE, day=day).test_class(id)
    reach = GridReach(day=day, areas=(HERE,))
    return rows_of(homes_listed(found, reach=reach), found, day=day)


@pytest.fixture
def contact(village, write):
    payload = {"of": str(village.lin.pk), "degree": "CLOSE", "last_exposure_on": "2020-06-10", "how": "同住"}
    write("contact_tracing", village.son, direction="FORWARD", **payload)
    return village.son


@pytest.mark.row("D6")
def test_the_clause_names_nobody_so_the_list_is_a_reading_and_says_so(packs, day):
    found = ground_of(HERE, day=day).test_class("MUST")
    assert [norm.id for norm in found.norms] == ["n40.early.test-must"]
    assert found.is_reading
    assert "close_contact" in found.groups


def test_where_the_circular_does_not_hold_nobody_has_to_be_tested(packs, day):
    assert ground_of("350582001001", day=day).test_class("MUST").groups == ()
    assert ground_of(HERE, day=date(2023, 2, 1)).test_class("MUST").groups == ()
    later = ground_of(HERE, day=date(2023, 2, 1)).test_class("ON_REQUEST")
    assert ([norm.id for norm in later.norms], later.is_reading) == (["m5.health.antigen"], False)
    assert set(later.groups) == {"elderly", "severe_risk"}


@pytest.mark.row("D6")
def test_a_contact_must_be_tested_and_the_list_shows_why_and_the_last_sample(contact, write, day):
    [row] = listed("MUST", day)
    assert (row.home.resident, [one.group for one in row.reasons], row.last) == (contact, ["close_contact"], None)
    sampled = {"class": "MUST", "sampled_on": "2020-06-10", "method": "PCR"}
    sample = write("test", contact, minutes=5, result="PENDING", **sampled)
    write("test", contact, minutes=50, result="NEGATIVE", sample=str(sample.pk), **sampled)
    [row] = listed("MUST", day)
    assert row.last.payload["result"] == "NEGATIVE"


@pytest.mark.row("D6")
def test_who_asked_for_a_test_is_on_the_list_of_those_on_request(village, write, day):
    sampled = {"sampled_on": "2020-06-10", "method": "PCR", "result": "PENDING"}
    write("test", village.chen, **{"class": "ON_REQUEST"}, **sampled)
    [row] = listed("ON_REQUEST", day)
    assert row.home.resident == village.chen
    assert listed("SPOT", day) == []


def test_whoever_must_be_tested_is_a_duty_with_its_clause(contact, day, at):
    found = [duty for duty in PROGRAM.duties(Scope(divisions=(HERE,), day=day, at=at)) if duty.kind == "test"]
    assert [(duty.resident, duty.norms, duty.actor) for duty in found] == [
        (contact.pk, ("n40.early.test-must",), "community")
    ]
    assert found[0].due_to - found[0].due_from == timedelta(days=2)


def test_a_sample_is_not_taken_tomorrow(village, write):
    with pytest.raises(EntryRefused, match="sampled_later"):
        write("test", village.chen, sampled_on="2020-06-11", method="PCR", result="PENDING", **{"class": "MUST"})
