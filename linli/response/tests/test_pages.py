"""Anyone reads what is declared; the county command declares, for its own county alone; officials see who did."""

from datetime import date

import pytest

from linli.community.roles import Role
from linli.response.models import Declaration
from linli.response.operations import area_called
from linli.response.queries import facts_of, history_of

pytestmark = pytest.mark.django_db

COUNTY, XIMEI, XIMEI_COMMUNITY = "350583000000", "350583001000", "350583001001"
NEIGHBOUR, NEIGHBOURS_TOWNSHIP = "350582000000", "350582001000"
FORM = {"value": "MEDIUM", "from_day": "2020-06-10", "source_title": "第9号通告", "ends_earlier": "on"}


@pytest.fixture
def enter(client):
    """Sign somebody in."""

    def enter(account):
        client.force_login(account, backend="linli.community.authentication.AccountBackend")
        return client

    return enter


@pytest.fixture
def declared(say, people):
    """A tier and a response of 南安市, declared by its command."""
    by = people.COUNTY_COMMAND.as_actor(role=Role.COUNTY_COMMAND, division_code=COUNTY)
    say(
        "南安市",
        "response_active",
        "true",
        "2020-06-02",
        step="STARTED",
        level="二级响应",
        plan="应急预案",
        by=by,
    )
    return say("南安市", "tier", "LOW", "2020-06-01", by=by)


# ---- reading --------------------------------------------------------------------------------------------------------
@pytest.mark.row("A2")
def test_anyone_finds_a_place_and_reads_its_tier_and_the_source(client, deployed, declared):
    found = client.get("/declarations/", {"q": "溪美"}).content.decode()
    assert f"/declarations/{XIMEI}/" in found

    page = client.get(f"/declarations/{XIMEI_COMMUNITY}/").content.decode()
    assert "低风险" in page
    assert "第3号通告" in page
    assert "2020-06-01 起" in page


def test_the_front_page_shows_the_county_and_what_came_last(client, deployed, declared):
    page = client.get("/declarations/").content.decode()
    assert "福建省泉州市南安市" in page
    assert "应急响应：启动" in page


def test_the_front_page_has_something_to_say_before_anything_is_declared(client, deployed):
    assert "还没有登记" in client.get("/declarations/").content.decode()
    assert "不作推测" in client.get(f"/declarations/{XIMEI}/").content.decode()


def test_an_unknown_place_is_not_there(client, deployed):
    assert client.get("/declarations/350583999000/").status_code == 404
    assert client.get("/declarations/nowhere/").status_code == 404


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        (None, False),
        ("RESIDENT", False),
        ("GRID_WORKER", False),
        ("TOWNSHIP", True),
        ("COUNTY_COMMAND", True),
        ("AUDITOR", True),
    ],
)
def test_who_declared_is_for_signed_in_officials_only(client, enter, people, declared, who, sees):
    if who:
        enter(getattr(people, who))
    page = client.get(f"/declarations/{COUNTY}/").content.decode()
    assert ("记录人" in page) is sees


def test_a_wrong_entry_is_shown_beside_its_correction(enter, people, declared):
    client = enter(people.COUNTY_COMMAND)
    form = {**FORM, "value": "LOW", "from_day": "2020-06-03", "reason": "起始日抄错"}
    client.post(f"/declarations/entry/{declared.pk}/correct/", form)

    page = client.get(f"/declarations/{COUNTY}/").content.decode()

    assert "起始日抄错" in page
    assert "此前写的（1）" in page
    assert "2020-06-01 起" in page


def test_a_history_is_read_in_pages_with_few_queries(
    client, deployed, say, places, command, at, django_assert_max_num_queries
):
    for number in range(60):
        area = area_called(f"锦绣路{number}号", division=places["溪美街道"], is_new=True, by=command, at=at)
        say("溪美街道", "tier", "HIGH", "2020-06-03", area=area)

    with django_assert_max_num_queries(12):
        page = client.get(f"/declarations/{XIMEI}/?show=inside").content.decode()

    assert "第 1 页，共 2 页" in page


# ---- declaring ------------------------------------------------------------------------------------------------------
@pytest.mark.row("A2")
def test_the_county_command_declares_a_tier_with_its_source(enter, people, declared):
    client = enter(people.COUNTY_COMMAND)

    answer = client.post(f"/declarations/{COUNTY}/declare/?fact=tier", FORM | {"source_number": "南指〔2020〕9号"})

    assert answer.status_code == 302
    source = facts_of(COUNTY, day=date(2020, 6, 10)).sources["tier"]
    assert (source.value, source.source_title, source.source_number) == ("MEDIUM", "第9号通告", "南指〔2020〕9号")
    assert facts_of(COUNTY, day=date(2020, 6, 9)).facts.values["tier"] == "LOW"
    row = Declaration.objects.get(value="MEDIUM")
    assert row.declared_by == f"account:{people.COUNTY_COMMAND.pk}"


@pytest.mark.row("A4")
def test_the_county_command_starts_and_stops_a_response_and_officials_see_it_per_community(enter, people):
    client = enter(people.COUNTY_COMMAND)
    start = {
        "step": "STARTED",
        "level": "二级响应",
        "plan": "溪美社区应急预案",
        "from_day": "2020-06-08",
        "source_title": "第7号通告",
    }
    client.post(f"/declarations/{XIMEI_COMMUNITY}/declare/?fact=response_active", start)

    counted = client.get("/declarations/status/").content.decode()
    assert "溪美街道" in counted
    listed = client.get("/declarations/status/", {"township": XIMEI}).content.decode()
    assert "已启动" in listed and "溪美社区应急预案" in listed and "未知" in listed

    stop = {"step": "STOPPED", "from_day": "2020-06-10", "source_title": "第8号通告", "ends_earlier": "on"}
    client.post(f"/declarations/{XIMEI_COMMUNITY}/declare/?fact=response_active", stop)
    state = facts_of(XIMEI_COMMUNITY, day=date(2020, 6, 10)).sources["response_active"]
    assert (state.value, state.step, state.from_day) == (False, "STOPPED", date(2020, 6, 10))
    assert facts_of(XIMEI_COMMUNITY, day=date(2020, 6, 9)).sources["response_active"].plan == "溪美社区应急预案"
    assert "终止" in client.get("/declarations/status/").content.decode()


def test_a_township_sees_its_own_communities_only(enter, people, declared):
    client = enter(people.TOWNSHIP)
    page = client.get("/declarations/status/").content.decode()
    assert "溪美社区居委会" in page and "省身村委会" not in page
    assert client.get("/declarations/status/", {"township": "350583100000"}).status_code == 404


@pytest.mark.parametrize(
    "address", [f"/declarations/{NEIGHBOUR}/declare/", f"/declarations/{NEIGHBOURS_TOWNSHIP}/declare/"]
)
def test_another_county_is_not_there_to_declare_for(enter, people, address):
    client = enter(people.COUNTY_COMMAND)
    assert client.get(address).status_code == 404
    assert client.post(address, FORM).status_code == 404
    assert not Declaration.objects.exists()


@pytest.mark.parametrize("verb", ["correct", "end", "withdraw"])
def test_a_declaration_of_another_county_is_not_there_to_change(enter, people, say, command, verb):
    from linli.trail.actor import SYSTEM

    foreign = say("晋江市", "tier", "LOW", "2020-06-01", by=SYSTEM)
    client = enter(people.COUNTY_COMMAND)
    assert client.get(f"/declarations/entry/{foreign.pk}/{verb}/").status_code == 404
    assert client.post(f"/declarations/entry/{foreign.pk}/{verb}/", {"reason": "x"}).status_code == 404
    assert Declaration.objects.count() == 1


@pytest.mark.parametrize("who", ["RESIDENT", "GRID_WORKER", "COMMUNITY_STAFF", "TOWNSHIP", "AUDITOR", "ADMINISTRATOR"])
def test_nobody_else_may_declare(enter, people, who):
    client = enter(getattr(people, who))
    assert client.post(f"/declarations/{COUNTY}/declare/?fact=tier", FORM).status_code == 403
    assert "/declare/" not in client.get(f"/declarations/{COUNTY}/").content.decode()


def test_a_refusal_stands_beside_its_field_and_keeps_what_was_typed(enter, people, declared):
    client = enter(people.COUNTY_COMMAND)
    form = {key: value for key, value in FORM.items() if key != "ends_earlier"}

    answer = client.post(f"/declarations/{COUNTY}/declare/?fact=tier", form)

    page = answer.content.decode()
    assert answer.status_code == 400
    assert "已有登记" in page and "第3号通告" in page
    assert 'value="第9号通告"' in page
    assert Declaration.objects.filter(fact="tier").count() == 1


def test_an_incomplete_or_impossible_form_is_400_and_says_where(enter, people):
    client = enter(people.COUNTY_COMMAND)
    answer = client.post(f"/declarations/{COUNTY}/declare/?fact=tier", FORM | {"from_day": "2020-02-30"})
    assert answer.status_code == 400
    assert 'id="id_from_day_error"' in answer.content.decode()
    assert client.get(f"/declarations/{COUNTY}/declare/?fact=colour").status_code == 404


def test_an_area_with_a_similar_name_must_be_confirmed_and_nothing_is_left_behind(enter, people, places, command, at):
    area_called("锦绣花园二期", division=places["溪美街道"], by=command, at=at)
    client = enter(people.COUNTY_COMMAND)
    address = f"/declarations/{XIMEI}/declare/?fact=tier"

    doubtful = client.post(address, FORM | {"area": "锦绣大花园二期"})
    assert doubtful.status_code == 400 and "锦绣花园二期" in doubtful.content.decode()

    client.post(address, FORM | {"area": "锦绣大花园二期", "is_new_area": "on"})
    assert Declaration.objects.get().area.name == "锦绣大花园二期"


def test_the_county_command_ends_and_withdraws(enter, people, declared):
    client = enter(people.COUNTY_COMMAND)
    assert client.post(f"/declarations/entry/{declared.pk}/end/", {"to_day": "2020-06-20"}).status_code == 400
    client.post(f"/declarations/entry/{declared.pk}/end/", {"to_day": "2020-06-20", "reason": "疫情结束"})
    ended = Declaration.objects.get(kind="ENDED")
    assert facts_of(COUNTY, day=date(2020, 6, 20)).facts.values.get("tier") is None

    client.post(f"/declarations/entry/{ended.pk}/withdraw/", {"reason": "发错"})
    assert facts_of(COUNTY, day=date(2020, 6, 10)).facts.values.get("tier") is None
    chains = [chain for chain in history_of(COUNTY) if chain.last.fact == "tier"]
    assert [row.kind for row in chains[0].rows] == ["DECLARED", "ENDED", "WITHDRAWN"]


def test_the_pages_speak_english(client, deployed, declared):
    client.cookies["django_language"] = "en"
    page = client.get(f"/declarations/{COUNTY}/", headers={"accept-language": "en"}).content.decode()
    assert "Emergency response: Started" in page


@pytest.mark.parametrize(
    "address",
    [
        "/declarations/",
        f"/declarations/{COUNTY}/",
        f"/declarations/{COUNTY}/declare/",
        f"/declarations/{COUNTY}/declare/?fact=response_active",
        "/declarations/status/",
    ],
)
def test_templates_hold_no_inline_script_style_or_handler(enter, people, declared, address):
    page = enter(people.COUNTY_COMMAND).get(address).content.decode()
    assert "<style" not in page and " style=" not in page and " onclick=" not in page and "<script>" not in page
