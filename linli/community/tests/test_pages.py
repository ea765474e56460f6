"""The grid's pages: who sees what, what is foreign is not there, a gap leads to what closes it."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from linli.community.grid.gaps import Gap, gap_counts
from linli.community.grid.operations import Target, assign, open_unit, register_household, register_worker
from linli.community.models import Assignment, GridUnit, Household, Resident, Worker
from linli.community.people.operations import Home, Person, register_resident
from linli.community.roles import Role
from linli.trail.actor import SYSTEM
from linli.trail.models import Act

BACKEND = "linli.community.authentication.AccountBackend"
SEEING = ["GRID_WORKER", "COMMUNITY_STAFF", "COMMUNITY_DOCTOR", "TOWNSHIP", "COUNTY_COMMAND"]
KEEPING = ["COMMUNITY_STAFF", "TOWNSHIP", "COUNTY_COMMAND"]


@pytest.fixture
def signed_in(client, people, grid):
    """``signed_in("COMMUNITY_STAFF")`` is a client; 陈志明 has the account of the grid worker."""
    grid.worker.account = people.GRID_WORKER
    grid.worker.save()

    def signed_in(role):
        client.force_login(getattr(people, role), backend=BACKEND)
        return client

    return signed_in


@pytest.fixture
def foreign(grid, places, day, at):
    """What belongs to 省身村, which nobody of 溪美 reaches; of the roles only the county does."""
    village, given = places["省身村委会"], {"from_day": day, "by": SYSTEM, "at": at}
    root = open_unit("省身村网格工作站", kind="VILLAGE_STATION", division=village, **given)
    home = register_household("1号", unit=root, **given)
    resident = register_resident(Person(name="外村人"), home=Home(household=home), kind="RESIDENT", **given)
    worker = register_worker("外村员", kind="GRID_WORKER", division=village, **given)
    row = assign(worker, target=Target(unit=root), role="HEAD", **given)
    return {"code": village.code, "unit": root, "household": home, "resident": resident, "worker": worker, "row": row}


def addresses(of):
    """Every page of one object, by the roles that may open it."""
    unit, household, resident, worker, row = (of[key].pk for key in ("unit", "household", "resident", "worker", "row"))
    seeing = {
        "community": [of["code"]],
        "unit": [unit],
        "household": [household],
        "resident": [resident],
    }
    keeping = {
        "worker": [worker],
        "reassign": [worker],
        "end_assignment": [row],
        "close_unit": [unit],
        "register_household": [unit],
        "register_resident": [household],
        "move": [resident],
        "leave": [resident],
        "open_unit": [of["code"]],
        "register_worker": [of["code"]],
    }
    found = [(reverse(f"grid:{name}", args=args), SEEING) for name, args in seeing.items()]
    found += [(reverse(f"grid:{name}", args=args), KEEPING) for name, args in keeping.items()]
    assigning = reverse("grid:assign")
    found += [(f"{assigning}?{key}={of[key].pk}", KEEPING) for key in ("unit", "household", "worker")]
    return found


@pytest.mark.parametrize("role", SEEING)
def test_what_is_foreign_is_not_there(signed_in, foreign, role):
    client = signed_in(role)
    for address, roles in addresses(foreign):
        for method in ("get", "post"):
            answer = getattr(client, method)(address)
            if role == "COUNTY_COMMAND":
                assert answer.status_code in (200, 400, 405), address
            elif role in roles:
                assert answer.status_code in (404, 405), f"{method} {address}"
            else:
                assert answer.status_code in (403, 405), f"{method} {address}"


@pytest.mark.parametrize("role", SEEING)
def test_what_is_ones_own_is_there(signed_in, grid, role):
    own = {
        "code": grid.community.code, "unit": grid.first, "household": grid.flat, "resident": grid.lin,
        "worker": grid.worker, "row": grid.answers,
    }  # fmt: skip
    client = signed_in(role)
    for address, roles in addresses(own):
        answer = client.get(address)
        if role not in roles:
            assert answer.status_code == 403, address
        elif role == "GRID_WORKER" and address == reverse("grid:community", args=[grid.community.code]):
            assert answer.status_code == 404  # a grid worker has units, not the community
        else:
            assert answer.status_code == 200, address


def test_a_grid_worker_does_not_reach_the_next_building(signed_in, grid):
    client = signed_in("GRID_WORKER")

    assert client.get(reverse("grid:unit", args=[grid.second.pk])).status_code == 404
    assert client.get(reverse("grid:household", args=[grid.other.pk])).status_code == 404
    assert "1号楼" in client.get(reverse("grid:grid")).content.decode()
    assert "2号楼" not in client.get(reverse("grid:grid")).content.decode()


def test_what_does_not_exist_is_not_there(signed_in, grid):
    client, nobody = signed_in("COMMUNITY_STAFF"), uuid.uuid4()
    for address in (
        reverse("grid:resident", args=[nobody]),
        reverse("grid:unit", args=[999_999]),
        reverse("grid:community", args=["350583001000"]),
        reverse("grid:gaps") + "?kind=NONE",
        reverse("grid:assign"),
        reverse("grid:assign") + "?household=abc",
        reverse("grid:assign") + "?unit=²",
        reverse("grid:assign") + "?worker=" + "9" * 30,
    ):
        assert client.get(address).status_code == 404, address


def test_nobody_is_assigned_where_one_may_not(signed_in, grid, foreign, day):
    client = signed_in("COMMUNITY_STAFF")
    address = f"{reverse('grid:assign')}?unit={grid.first.pk}"
    sent = {"target": f"u:{foreign['unit'].pk}", "worker": grid.idle.pk, "role": "HEAD", "from_day": day}

    assert client.post(address, sent).status_code == 400
    assert (
        client.post(address, sent | {"target": f"u:{grid.first.pk}", "worker": foreign["worker"].pk}).status_code == 400
    )
    assert Assignment.objects.count() == 2


@pytest.mark.parametrize(
    ("role", "phone", "number"),
    [
        ("GRID_WORKER", "15400001234", "9****************1"),
        ("COMMUNITY_DOCTOR", "15400001234", "9****************1"),
        ("COMMUNITY_STAFF", "15400001234", "990583195203080021"),
        ("TOWNSHIP", "*******1234", "9****************1"),
        ("COUNTY_COMMAND", "*******1234", "9****************1"),
    ],
)
def test_numbers_are_shown_by_role(signed_in, grid, role, phone, number):
    page = signed_in(role).get(reverse("grid:resident", args=[grid.lin.pk])).content.decode()

    assert phone in page
    assert number in page
    assert ("990583195203080021" in page) == (role == "COMMUNITY_STAFF")


def test_reading_a_person_is_written_to_the_trail(signed_in, grid, people):
    signed_in("COMMUNITY_DOCTOR").get(reverse("grid:resident", args=[grid.lin.pk]))
    signed_in("GRID_WORKER").get(reverse("grid:household", args=[grid.flat.pk]))
    signed_in("TOWNSHIP").post(reverse("grid:find"), {"q": "林阿芳"})

    acts = list(Act.objects.filter(action__in=["resident.read", "household.read", "residents.searched"]).order_by("id"))
    assert [(act.action, act.actor, act.role) for act in acts] == [
        ("resident.read", f"account:{people.COMMUNITY_DOCTOR.pk}", "COMMUNITY_DOCTOR"),
        ("household.read", f"account:{people.GRID_WORKER.pk}", "GRID_WORKER"),
        ("residents.searched", f"account:{people.TOWNSHIP.pk}", "TOWNSHIP"),
    ]
    assert acts[0].object_id == str(grid.lin.pk)
    assert not any("林阿芳" in str(act.detail) for act in acts)


def test_a_page_that_was_refused_leaves_no_trace_of_a_read(signed_in, foreign):
    signed_in("COMMUNITY_STAFF").get(reverse("grid:resident", args=[foreign["resident"].pk]))

    assert not Act.objects.filter(action="resident.read").exists()


def test_pages_take_few_queries_whatever_the_number_of_households(
    signed_in, grid, day, at, django_assert_max_num_queries
):
    client = signed_in("COMMUNITY_STAFF")
    for number in range(40):
        register_household(f"2-9{number:02d}", unit=grid.second, from_day=day, by=SYSTEM, at=at)
    for address in (
        reverse("grid:community", args=[grid.community.code]),
        reverse("grid:unit", args=[grid.second.pk]),
        reverse("grid:gaps"),
        reverse("grid:household", args=[grid.flat.pk]),
    ):
        with django_assert_max_num_queries(22):
            assert client.get(address).status_code == 200


@pytest.mark.row("B1")
def test_staff_set_up_a_grid_in_three_levels_with_its_auxiliary_units(client, people, places, day):
    client.force_login(people.COMMUNITY_STAFF, backend=BACKEND)
    code = places["溪美社区居委会"].code

    def open_one(kind, name, parent=None):
        address = reverse("grid:open_unit", args=[code]) + (f"?parent={parent.pk}" if parent else "")
        answer = client.post(address, {"kind": kind, "name": name, "from_day": day})
        assert answer.status_code == 302
        return GridUnit.objects.get(name=name)

    root = open_one("COMMUNITY_STATION", "溪美社区网格工作站")
    compound = open_one("COMPOUND_STATION", "兰溪苑", root)
    open_one("BUILDING_STATION", "1号楼", compound)
    for kind, name in [
        ("PROPERTY_COMPANY", "兰溪物业"), ("RESIDENT_UNIT", "溪美小学"), ("SOCIAL_ORGANISATION", "老人协会"),
        ("VOLUNTEER_TEAM", "志愿服务队"),
    ]:  # fmt: skip
        open_one(kind, name, compound)

    page = client.get(reverse("grid:community", args=[code])).content.decode()
    for said in (
        "溪美社区网格工作站",
        "兰溪苑",
        "1号楼",
        "兰溪物业",
        "溪美小学",
        "老人协会",
        "志愿服务队",
        "辅网：物业管理公司",
    ):
        assert said in page


@pytest.mark.row("B1")
def test_the_township_sets_up_a_rural_grid(client, people, places, day):
    client.force_login(people.COUNTY_COMMAND, backend=BACKEND)
    address, parent = reverse("grid:open_unit", args=[places["省身村委会"].code]), ""
    for kind, name in [
        ("VILLAGE_STATION", "省身村网格工作站"), ("NATURAL_VILLAGE_STATION", "后埔"), ("GROUP_STATION", "第一组"),
    ]:  # fmt: skip
        assert client.post(address + parent, {"kind": kind, "name": name, "from_day": day}).status_code == 302
        parent = f"?parent={GridUnit.objects.get(name=name).pk}"

    assert client.get(address + parent).content.decode().count('value="BUILDING"') == 1


@pytest.mark.row("B2")
def test_every_kind_of_gap_is_listed_with_the_way_to_close_it(signed_in, grid, places, day, at):
    lost = register_resident(
        Person(name="王小明"), home=Home(division=grid.community), kind="RENTER", from_day=day, by=SYSTEM, at=at
    )
    client = signed_in("TOWNSHIP")
    ways = {
        "HOUSEHOLDS": ("2-201", f"{reverse('grid:assign')}?household={grid.other.pk}"),
        "RESIDENTS": ("王小明", reverse("grid:move", args=[lost.pk])),
        "UNITS": ("榕树里", f"{reverse('grid:assign')}?unit={grid.empty.pk}&amp;role=HEAD"),
        "WORKERS": ("苏小梅", f"{reverse('grid:assign')}?worker={grid.idle.pk}"),
        "COMMUNITIES": ("中山社区居委会", reverse("grid:open_unit", args=[places["中山社区居委会"].code])),
    }
    for kind, (said, way) in ways.items():
        page = client.get(f"{reverse('grid:gaps')}?kind={kind}").content.decode()
        assert said in page
        assert way in page
        assert client.get(way.replace("&amp;", "&")).status_code == 200


@pytest.mark.row("B2")
def test_each_gap_is_closed_from_its_page(signed_in, grid, day, at):
    lost = register_resident(
        Person(name="王小明"), home=Home(division=grid.community), kind="RENTER", from_day=day, by=SYSTEM, at=at
    )
    client, assigning = signed_in("COMMUNITY_STAFF"), reverse("grid:assign")
    sent = {"worker": grid.idle.pk, "from_day": day}
    for address, more in [
        (f"{assigning}?household={grid.other.pk}", {"target": f"u:{grid.second.pk}", "role": "RESPONSIBLE"}),
        *(
            (f"{assigning}?unit={unit.pk}", {"target": f"u:{unit.pk}", "role": "HEAD"})
            for unit in GridUnit.objects.all()
        ),
        (
            reverse("grid:move", args=[lost.pk]),
            {"unit": grid.second.pk, "label": "2-201", "kind": "RENTER"},
        ),
    ]:
        assert client.post(address, sent | more).status_code == 302, address

    counts = gap_counts(areas=[grid.community.code], day=day)
    assert counts == dict.fromkeys(Gap, 0)
    assert "一个也没有" in client.get(reverse("grid:gaps")).content.decode()


@pytest.mark.row("B2")
def test_staff_register_a_worker_a_household_and_a_resident(signed_in, grid, day):
    client = signed_in("COMMUNITY_STAFF")
    client.post(
        reverse("grid:register_worker", args=[grid.community.code]),
        {"name": "庄楼长", "kind": "BUILDING_HEAD", "phone": "0595-8638 2000", "from_day": day},
    )
    client.post(reverse("grid:register_household", args=[grid.second.pk]), {"label": "2-301", "from_day": day})
    home, worker = Household.objects.get(label="2-301"), Worker.objects.get(name="庄楼长")
    answer = client.post(
        reverse("grid:register_resident", args=[home.pk]),
        {"name": "叶新来", "document": "NONE", "kind": "RENTER", "from_day": day},
    )
    assert answer.status_code == 302
    client.post(
        f"{reverse('grid:assign')}?household={home.pk}",
        {"target": f"h:{home.pk}", "worker": worker.pk, "role": "RESPONSIBLE", "from_day": day},
    )

    page = client.get(reverse("grid:household", args=[home.pk])).content.decode()
    assert "叶新来" in page
    assert "庄楼长" in page
    assert worker.phone == "059586382000"


def test_what_was_refused_is_said_beside_its_field_and_nothing_is_stored(signed_in, grid, day):
    client = signed_in("COMMUNITY_STAFF")
    person = {"name": "王小明", "document": "ID_CARD", "kind": "RENTER", "from_day": day}
    for number, said in [("990583195203080021", "已经登记过"), ("123", "十八位"), ("", "请写证件号码")]:
        answer = client.post(reverse("grid:register_resident", args=[grid.flat.pk]), person | {"number": number})
        assert answer.status_code == 400
        assert said in answer.content.decode()
    answer = client.post(
        reverse("grid:move", args=[grid.lin.pk]),
        {"unit": grid.second.pk, "label": "9-999", "kind": "RENTER", "from_day": day},
    )
    assert "没有这一户" in answer.content.decode()
    assert Resident.objects.count() == 1


def test_all_of_one_worker_goes_over_to_another(signed_in, grid, day):
    client, later = signed_in("COMMUNITY_STAFF"), day + timedelta(days=2)
    answer = client.post(reverse("grid:reassign", args=[grid.worker.pk]), {"to": grid.idle.pk, "from_day": later})

    assert answer.status_code == 302
    assert list(Assignment.objects.filter(to_day__isnull=True).values_list("worker", flat=True)) == [grid.idle.pk]


def test_one_goes_back_only_to_our_own_pages(signed_in, grid, day):
    client = signed_in("COMMUNITY_STAFF")
    sent = {"target": f"u:{grid.first.pk}", "worker": grid.idle.pk, "role": "SUPPORT", "from_day": day}
    answer = client.post(f"{reverse('grid:assign')}?unit={grid.first.pk}&next=//evil.example/", sent)

    assert answer["Location"] == reverse("grid:unit", args=[grid.first.pk])


def test_the_roles_of_the_pages_are_those_of_the_field_register():
    from linli.community.permissions import SEEING_NUMBERS, SEEING_PHONES
    from linli.trail.field_register import read_register

    entries, _ = read_register()
    fields = {(entry.model, field.field): set(field.roles) for entry in entries for field in entry.fields}
    own = {"SUBJECT"}
    assert fields["community.Resident", "phone"] - own == {role.value for role in SEEING_PHONES}
    assert fields["community.ResidentDocument", "number"] - own == {role.value for role in SEEING_NUMBERS}
    assert fields["community.Resident", "name"] - own == {role.value for role in Role} - {
        "RESIDENT", "AUDITOR", "ADMINISTRATOR",
    }  # fmt: skip
