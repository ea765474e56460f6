"""Residents: who they are, where they live from day to day; nothing is overwritten and nobody is lost."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.community.access import GridReach
from linli.community.dated_rows import in_force
from linli.community.grid.gaps import Gap, gap_counts
from linli.community.matching.identity_number import check_digit
from linli.community.models import Residence, Resident, ResidentDocument
from linli.community.people.operations import (
    Document,
    Home,
    Person,
    end_residence,
    move_resident,
    register_resident,
)
from linli.community.people.search import search_people
from linli.community.refusals import GridRefused
from linli.trail.actor import SYSTEM
from linli.trail.models import Act

SAME = "99058319900101001"


def register(name, home, day, at, **more):
    return register_resident(Person(name=name, **more), home=home, kind="RESIDENT", from_day=day, by=SYSTEM, at=at)


def test_a_resident_has_an_id_that_sorts_by_time_and_what_the_card_says(grid):
    assert grid.lin.id.version == 7
    assert (grid.lin.birth_day, grid.lin.sex, grid.lin.phone_tail) == (date(1952, 3, 8), "FEMALE", "1234")


def test_a_client_gives_the_id_it_made(grid, day, at):
    made = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
    one = register_resident(
        Person(name="王小明"), home=Home(household=grid.flat), kind="RENTER", from_day=day, id=made, by=SYSTEM, at=at
    )
    assert one.pk == made


def test_a_move_ends_one_row_and_begins_another(grid, day, at):
    later = day + timedelta(days=4)
    move_resident(grid.lin, home=Home(household=grid.other), kind="RENTER", from_day=later, by=SYSTEM, at=at)

    rows = list(grid.lin.residences.values_list("household", "from_day", "to_day", "end_reason"))
    assert rows == [(grid.flat.pk, day, later, "MOVED"), (grid.other.pk, later, None, "")]


def test_somebody_who_left_or_died_lives_nowhere_and_is_no_gap(grid, day, at):
    end_residence(grid.lin, reason="LEFT", to_day=day + timedelta(days=1), by=SYSTEM, at=at)

    later = day + timedelta(days=2)
    assert not Residence.objects.filter(in_force(later)).exists()
    assert gap_counts(areas=[grid.community.code], day=later)[Gap.RESIDENTS] == 0
    with pytest.raises(GridRefused) as refused:
        end_residence(grid.lin, reason="DIED", to_day=later, by=SYSTEM, at=at)
    assert refused.value.code == "lives_nowhere"


def test_somebody_with_no_household_yet_is_a_gap_until_one_is_found(grid, day, at):
    one = register("王小明", Home(division=grid.community), day, at)
    assert gap_counts(areas=[grid.community.code], day=day)[Gap.RESIDENTS] == 1

    move_resident(one, home=Home(household=grid.other), kind="RESIDENT", from_day=day, by=SYSTEM, at=at)
    assert gap_counts(areas=[grid.community.code], day=day)[Gap.RESIDENTS] == 0
    assert one.residences.count() == 2


def test_a_move_that_led_nowhere_is_a_gap(grid, day):
    Residence.objects.filter(resident=grid.lin).update(to_day=day + timedelta(days=1), end_reason="MOVED")

    assert gap_counts(areas=[grid.community.code], day=day)[Gap.RESIDENTS] == 0
    assert gap_counts(areas=[grid.community.code], day=day + timedelta(days=1))[Gap.RESIDENTS] == 1


@pytest.mark.parametrize(
    ("person", "why"),
    [
        ({"documents": [Document(kind="ID_CARD", number="990583195203080021")]}, "document_known"),
        ({"documents": [Document(kind="PASSPORT", number=" - ")]}, "document_number_missing"),
        ({"documents": [Document(kind="ID_CARD", number=SAME + "0")]}, "card_check"),
        ({"documents": [Document(kind="ID_CARD", number="123")]}, "card_form"),
        ({"phone": "call me"}, "phone"),
        ({"birth_day": date(2031, 1, 1)}, "birth_day"),
        (
            {"birth_day": date(1991, 1, 1), "documents": [Document(kind="ID_CARD", number=SAME + check_digit(SAME))]},
            "card_other_birth",
        ),
        ({"sex": "FEMALE", "documents": [Document(kind="ID_CARD", number=SAME + check_digit(SAME))]}, "card_other_sex"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_stored(grid, day, at, person, why):
    with pytest.raises(GridRefused) as refused:
        register("王小明", Home(household=grid.flat), day, at, **person)

    assert refused.value.code == why
    assert Resident.objects.count() == 1


def test_numbers_of_made_up_people_are_refused_where_people_are_real(grid, day, at, deployed):
    type(deployed).objects.update(kind="LIVE", demo_day=None)
    with pytest.raises(GridRefused) as refused:
        register(
            "王小明", Home(household=grid.flat), day, at,
            documents=[Document(kind="ID_CARD", number=SAME + check_digit(SAME))],
        )  # fmt: skip
    assert refused.value.code == "card_demo"


def test_people_with_a_passport_a_permit_or_no_paper_are_registered(grid, day, at):
    home = Home(household=grid.flat)
    one = register("Anna Lee", home, day, at, documents=[Document(kind="PASSPORT", number="e12 345-678")])
    two = register("黄家明", home, day, at, documents=[Document(kind="PERMIT", number="H1234567")])
    register("无名", home, day, at, documents=[Document(kind="NONE")])
    register("无名氏", home, day, at, documents=[Document(kind="NONE")])

    assert one.documents.get().number == "E12345678"
    assert two.documents.get().kind == "PERMIT"
    assert ResidentDocument.objects.filter(kind="NONE", number="").count() == 2


@pytest.mark.parametrize(
    "kind, number", [("ID_CARD", ""), ("NONE", "1"), ("LIBRARY", "1"), ("ID_CARD", "990583195203080021")]
)
def test_the_database_refuses_a_document_that_cannot_be(grid, kind, number):
    with pytest.raises(IntegrityError), transaction.atomic():
        ResidentDocument.objects.create(resident=grid.lin, kind=kind, number=number)


@pytest.mark.parametrize(
    "wrong",
    [
        {"household": "other"},
        {"household": "other", "from_day": date(2020, 7, 1)},
        {"household": None, "from_day": date(2019, 1, 1), "to_day": date(2019, 2, 1), "end_reason": "MOVED"},
        {"household": "other", "from_day": date(2019, 1, 1), "to_day": date(2019, 2, 1)},
        {"household": "other", "from_day": date(2019, 1, 1), "to_day": date(2018, 2, 1), "end_reason": "MOVED"},
    ],
    ids=["two at once", "later while open", "nowhere", "end without reason", "ends before"],
)
def test_the_database_refuses_a_residence_that_cannot_be(grid, day, wrong):
    row = {"resident": grid.lin, "kind": "RESIDENT", "from_day": day} | wrong
    row["household"] = getattr(grid, row["household"]) if row["household"] else None
    with pytest.raises(IntegrityError), transaction.atomic():
        Residence.objects.create(**row)


def test_the_database_refuses_an_overlap_made_by_a_change(grid, day):
    rows = {"resident": grid.lin, "household": grid.other, "kind": "RENTER"}
    before = Residence.objects.create(**rows, from_day=day - timedelta(days=9), to_day=day, end_reason="MOVED")
    before.to_day = day + timedelta(days=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        before.save()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["flat", "other", "none", "LEFT", "DIED"]), st.integers(0, 20)),
        min_size=1,
        max_size=10,
    )
)
def test_whatever_moves_happen_a_person_lives_in_one_place_a_day_and_no_day_is_rewritten(grid, day, at, steps):
    """Each day before a step reads after it as it read before it."""
    days = [day + timedelta(days=number) for number in range(25)]

    def lived():
        rows = [list(grid.lin.residences.filter(in_force(one)).values_list("household", "division")) for one in days]
        assert all(len(row) <= 1 for row in rows)
        return rows

    with transaction.atomic():
        rows = grid.lin.residences.count()
        for where, number in steps:
            before, on = lived(), days[number]
            home = Home(division=grid.community) if where == "none" else Home(household=getattr(grid, where, None))
            try:
                if where in ("LEFT", "DIED"):
                    end_residence(grid.lin, reason=where, to_day=on, by=SYSTEM, at=at)
                else:
                    move_resident(grid.lin, home=home, kind="RESIDENT", from_day=on, by=SYSTEM, at=at)
            except GridRefused:
                assert lived() == before
                continue
            assert lived()[:number] == before[:number]
            assert grid.lin.residences.count() >= rows
            rows = grid.lin.residences.count()
        transaction.set_rollback(True)


# ---- search --------------------------------------------------------------------------------------------------------
def found(text, day, *areas):
    answer = search_people(text, reach=GridReach(day=day, areas=areas or ("350583001001",)))
    return [one.label for one in answer.households], [one.name for one in answer.residents]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("林阿芳", ([], ["林阿芳"])),
        ("阿芳", ([], ["林阿芳"])),
        ("laf", ([], ["林阿芳"])),
        ("LA", ([], ["林阿芳"])),
        ("1234", ([], ["林阿芳"])),
        ("00001234", ([], ["林阿芳"])),
        ("1-101", (["1-101"], [])),
        ("101", (["1-101"], [])),
        ("2", (["2-201"], [])),
        ("", ([], [])),
        ("没有", ([], [])),
    ],
)
def test_people_and_doors_are_found_as_one_asks_for_them(grid, day, text, expected):
    assert found(text, day) == expected


def test_people_of_others_are_not_found(grid, day):
    assert found("林阿芳", day, "350583001002") == ([], [])
    assert found("林阿芳", day, "350583000000") == ([], ["林阿芳"])
    assert found("1-101", day, "350583100000") == ([], [])


def test_somebody_who_left_is_found_no_more(grid, day, at):
    end_residence(grid.lin, reason="LEFT", to_day=day + timedelta(days=1), by=SYSTEM, at=at)

    assert found("林阿芳", day) == ([], ["林阿芳"])
    assert found("林阿芳", day + timedelta(days=1)) == ([], [])


def test_registration_and_moves_are_on_the_trail_without_a_name(grid, day, at):
    move_resident(
        grid.lin, home=Home(household=grid.other), kind="RENTER", from_day=day + timedelta(days=4), by=SYSTEM, at=at
    )
    acts = Act.objects.filter(object_type="resident", object_id=str(grid.lin.pk))

    assert [act.action for act in acts] == ["resident.registered", "resident.moved"]
    assert {act.division_code for act in acts} == {grid.community.code}
    assert not any("林" in str(act.detail) for act in acts)
