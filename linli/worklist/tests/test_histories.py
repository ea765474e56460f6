"""Whatever happens, in whatever order it comes in: the same registers and lists, nobody lost, no day unsaid."""

import random
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from uuid import uuid5

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.community.civil_days import start_of
from linli.community.dated_rows import in_force
from linli.community.grid.operations import open_unit, register_household
from linli.community.models import Residence
from linli.community.people.operations import Home, Person, move_resident, register_resident
from linli.community.refusals import GridRefused
from linli.policy.pack import load_packs
from linli.programs.keypeople.handovers import handovers_of
from linli.programs.keypeople.operations import (
    Lodging,
    acknowledge_outside,
    hand_over,
    receive,
    register_arrival,
    send_back,
    take_back,
)
from linli.programs.observation.course import HOSPITAL, steps_possible
from linli.programs.observation.grounds import ACTION_AT, ground_of
from linli.programs.observation.operations import check_health, release, start_observation, take_step
from linli.programs.observation.queries import homes_of, status_of, statuses_of
from linli.programs.observation.strip import DayState, strip_of
from linli.records.models import Enrolment, Entry
from linli.records.operations import Draft, correct_entry, record_entry, withdraw_entry
from linli.records.payloads import PayloadRefused
from linli.records.program import EntryRefused, item_id
from linli.records.queries import counting, enrolled, home_of
from linli.response.models import PackAdoption
from linli.response.operations import DeclarationRefused, Place, Source, Statement, declare
from linli.response.queries import NoPacksAdopted, facts_of, norms_asking, rulebook
from linli.trail.actor import SYSTEM, Actor
from linli.worklist.items import State
from linli.worklist.operations import excuse_item
from linli.worklist.proof import proof_of
from linli.worklist.queries import work_of, work_of_worker

STAFF = Actor(id="account:1", role="COMMUNITY_STAFF", division_code="350583001001")
COMMAND = Actor(id="account:2", role="COUNTY_COMMAND", division_code="350583000000")
REFUSED = (EntryRefused, PayloadRefused, GridRefused, DeclarationRefused, NoPacksAdopted)
CHECK = "health_check"
OBSERVED = ("home_observed", "centrally_observed")
TIERS = ("HIGH", "MEDIUM", "LOW", "INBOUND")
# Where a place stands: its tier and its class.
STANDINGS = (("LOW", "NO_CASE"), ("MEDIUM", "OUTBREAK"), ("HIGH", "TRANSMISSION"))
# Two hands pass somebody on, one after the other: no device keeps these back to send them later.
HAND_IN_HAND = ("handover", "handover_received")
ACTS = (
    "arrive", "start", "start", "step", "step", "step", "release", "check", "check", "check", "late_check",
    "late_check", "fever", "excuse", "excuse", "correct", "withdraw", "move", "hand_over", "hand_over", "hand_over",
    "tier", "adopt",
)  # fmt: skip
# Two of the three have more of it.
WHO = (0, 0, 1, 1, 2)

usual = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
acts = st.lists(
    st.tuples(st.sampled_from(ACTS), st.sampled_from(WHO), st.integers(0, 11), st.integers(0, 40)),
    min_size=6,
    max_size=22,
)
# Most begin with two who came and are observed; some with nothing, and before any packs are adopted.
begun = st.tuples(*(st.tuples(st.integers(0, 3), st.integers(0, 11)) for _ in range(2))).map(
    lambda rows: [
        (act, who, how, 1)
        for who, (tier, place) in enumerate(rows)
        for act, how in (("arrive", tier), ("start", place))
    ]
)
histories = st.one_of(
    st.tuples(st.just(True), st.builds(lambda first, rows: first + rows, begun, acts)),
    st.tuples(st.booleans(), acts),
)


@pytest.fixture
def world(grid, places, day, at):
    """Two communities of one street office, three people in them, and nothing adopted yet."""
    done = {"from_day": day, "by": SYSTEM, "at": at}
    root = open_unit("中山社区网格工作站", kind="COMMUNITY_STATION", division=places["中山社区居委会"], **done)
    block = open_unit("5号楼", kind="BUILDING_STATION", division=places["中山社区居委会"], parent=root, **done)
    there = register_household("5-302", unit=block, **done)
    homes = (Home(division=grid.community), Home(household=there))
    others = [
        register_resident(Person(name=name), home=home, kind="RESIDENT", **done)
        for name, home in zip(("陈小明", "王建国"), homes, strict=True)
    ]
    packs = [(pack.instrument.id, pack.instrument.version, pack.sha256) for pack in load_packs()[0]]
    return SimpleNamespace(
        communities=(grid.community, places["中山社区居委会"]),
        households=(grid.flat, grid.other, there),
        workers=(grid.worker, grid.idle),
        county=places["南安市"],
        street=places["溪美街道"],
        people=(grid.lin, *others),
        packs=packs,
        at=at,
    )


@contextmanager
def undone():
    """What is done inside leaves nothing behind: entries are never deleted otherwise."""
    point = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)


class History:
    """What happens to the people of a world, act by act; what is refused changes nothing. Time goes on."""

    def __init__(self, world, acts, *, is_adopted):
        self.world, self.at = world, world.at
        self.around = []
        self.declare(world.county, *STANDINGS[0], from_day=date(2020, 3, 1))
        if is_adopted:
            self.adopt(0, 0)
        for number, (act, who, how, hours) in enumerate(acts):
            self.at += timedelta(hours=hours, seconds=1)
            self.number = number
            try:
                with transaction.atomic():
                    getattr(self, act)(who, how)
            except REFUSED:
                pass

    @property
    def day(self):
        return self.at.date()

    def id(self):
        return uuid5(self.world.people[0].pk, str(self.number))

    # ---- what is around the people: kept apart from what happens to them
    def declare(self, place, tier, kind, *, from_day):
        def again():
            for fact, value in (("tier", tier), ("community_class", kind)):
                declare(
                    Statement(fact=fact, value=value, from_day=from_day),
                    place=Place(division=place),
                    source=Source(title="风险等级通告"),
                    ends_earlier=True,
                    by=COMMAND,
                    at=at,
                )

        at = self.at
        again()
        self.around.append(again)

    def tier(self, who, how):
        place = (self.world.county, self.world.street, *self.world.communities)[how % 4]
        self.declare(place, *STANDINGS[how % 3], from_day=self.day)

    def adopt(self, who, how):
        def again():
            PackAdoption.objects.bulk_create(
                PackAdoption(number=1, instrument=id, version=version, sha256=sha, adopted_by="system", adopted_at=at)
                for id, version, sha in self.world.packs
            )

        at = self.at
        if not PackAdoption.objects.exists():
            again()
            self.around.append(again)

    # ---- what happens to them
    def arrive(self, who, how):
        came = self.day - timedelta(days=how // 4)
        said = {"arrived_on": came.isoformat(), "origin": "外地", "origin_tier": TIERS[how % 4]}
        if how % 3 == 0:
            said |= {"has_proof": True, "point_to_point": True}
        register_arrival(self.world.people[who], payload=said, id=self.id(), by=STAFF, at=self.at)

    def start(self, who, how):
        place = "CENTRAL" if how % 3 == 2 else "HOME"
        start_observation(
            self.world.people[who], place=place, reason="外地返回", id=self.id(), consent=how > 5, by=STAFF, at=self.at
        )

    def step(self, who, how):
        course = status_of(self.world.people[who].pk, day=self.day).course
        possible = steps_possible(course, day=self.day)
        step = possible[how % len(possible)]
        exposed = self.day if step == "RESTART" else None
        take_step(
            self.world.people[who], step=step, exposed_on=exposed, consent=how > 5, id=self.id(), by=STAFF, at=self.at
        )

    def release(self, who, how):
        early = ("", "MEDICAL", "BASIS_ENDED")[how % 3]
        release(self.world.people[who], early_reason=early, id=self.id(), by=STAFF, at=self.at)

    def check(self, who, how):
        check_health(self.world.people[who], temperature=36.5, id=self.id(), by=STAFF, at=self.at)

    def late_check(self, who, how):
        """On paper, and typed in days later."""
        happened = self.at - timedelta(hours=7 * how + 1)
        check_health(self.world.people[who], temperature=36.6, happened_at=happened, id=self.id(), by=STAFF, at=self.at)

    def fever(self, who, how):
        check_health(self.world.people[who], temperature=38.4, id=self.id(), by=STAFF, at=self.at)

    def excuse(self, who, how):
        """Of today, or of a day before: what the list of that day has."""
        day, id = self.day - timedelta(days=how % 3), self.world.people[who].pk
        items = (item for one in self.world.communities for item in work_of(one.pk, day=day, at=self.at))
        item = next((item for item in items if item.subject == id and item.kind == CHECK and not item.done_by), None)
        if item is not None:
            excuse_item(item, reason="出差", id=self.id(), by=STAFF, at=self.at)

    def correct(self, who, how):
        rows = counting(Entry.objects.filter(resident=self.world.people[who], kind__in=("arrival", CHECK)))
        wrong = rows.order_by("-happened_at", "-id").first()
        if wrong is None:
            return
        said = {"origin_tier": TIERS[how % 4]} if wrong.kind == "arrival" else {"temperature": (36.4, 38.1)[how % 2]}
        payload = {**wrong.payload, **said}
        correct_entry(wrong, payload=payload, reason="听错了", id=self.id(), by=STAFF, at=self.at)

    def withdraw(self, who, how):
        rows = counting(Entry.objects.filter(resident=self.world.people[who])).exclude(kind__in=HAND_IN_HAND)
        rows = rows.order_by("-happened_at", "-id")
        if rows:
            withdraw_entry(rows[how % min(3, len(rows))], reason="登记错了人", id=self.id(), by=STAFF, at=self.at)

    def move(self, who, how):
        """Inside the community; to another one people are handed over."""
        person, home = self.world.people[who], self.world.households[how % 2]
        if home.unit.division_id == home_of(person.pk, day=self.day):
            move_resident(person, home=Home(household=home), kind="RENTER", from_day=self.day, by=STAFF, at=self.at)

    def hand_over(self, who, how):
        """Ask another community, or somebody outside the county; where that was done, it is answered or taken back."""
        person, given = self.world.people[who], {"by": STAFF, "at": self.at}
        one = next((one for one in handovers_of([person.pk]) if one.is_open), None)
        if one is None and how:
            here = home_of(person.pk, day=self.day)
            to = next(each for each in self.world.communities if each.pk != here)
            hand_over(person, to=to, reason="MOVED", **given)
        elif one is None:
            hand_over(person, to_place="上海市浦东新区", reason="WORK", **given)
        elif how % 4 == 3:
            take_back(one, reason="选错了人", **given)
        elif one.leaves_county:
            acknowledge_outside(one, acknowledged_by="花木街道", **given)
        elif how % 4 == 2:
            send_back(one, why="没有来", **given)
        else:
            homes = [home for home in self.world.households if home.unit.division_id == one.to_division]
            receive(one, lodging=Lodging(home=Home(household=homes[how % len(homes)])), **given)

    # ---- the same once more
    def kept(self):
        """What is needed to send all of it again: entries as they came in, and who lives where."""
        return (
            list(Entry.objects.order_by("received_at", "id")),
            list(Residence.objects.filter(resident__in=self.world.people).order_by("id")),
        )


def sent_again(history, entries, residences, *, order):
    """All of it anew in another order, as devices send it that were offline: what is refused is tried again later."""
    for residence in residences:
        residence.save()
    place = {entry.pk: number for number, entry in enumerate(entries)}
    around, known = iter(history.around), set()
    # None is the next thing around the people: a tier declared, packs adopted.
    waiting = [*entries, *(None for _ in history.around)]
    order.shuffle(waiting)
    while waiting:
        refused = []
        for entry in waiting:
            if entry is None:
                next(around)()
            elif all(one.pk in known for one in entries if _rests_on(entry, one, place)) and _sent(
                entry, at=history.at
            ):
                known.add(entry.pk)
            else:
                refused.append(entry)
        assert len(refused) < len(waiting), [(one.kind, one.payload, one.corrects_id) for one in refused]
        waiting = refused


def _rests_on(entry, one, place):
    """Must the other be there first? What is put right or passed on rests on what was said before of the person."""
    if place[one.pk] >= place[entry.pk] or one.resident_id != entry.resident_id:
        return False
    return entry.corrects_id is not None or (entry.kind in HAND_IN_HAND and one.kind in HAND_IN_HAND)


def _sent(entry, *, at):
    by = Actor(id=entry.by, role=entry.role, division_code=entry.division_id)
    told = {"id": entry.pk, "by": by, "at": at}
    try:
        if entry.corrects_id is None:
            draft = Draft(
                kind=entry.kind,
                subject=entry.resident,
                happened_at=entry.happened_at,
                payload=entry.payload,
                channel=entry.channel,
                id=entry.pk,
                recorded_at=entry.recorded_at,
                division_code=entry.division_id,
            )
            record_entry(draft, by=by, at=at)
        else:
            wrong = Entry.objects.get(pk=entry.corrects_id)
            if entry.is_withdrawn:
                withdraw_entry(wrong, reason=entry.reason, **told)
            else:
                correct_entry(wrong, payload=entry.payload, reason=entry.reason, happened_at=entry.happened_at, **told)
    except EntryRefused:
        return False
    return True


def registers():
    names = (
        "resident_id", "group", "from_day", "to_day", "source", "reason", "clause", "begun_by_id", "ended_by_id",
        "end_reason",
    )  # fmt: skip
    return sorted(Enrolment.objects.values_list(*names), key=str)


def lists(world, at):
    """The lists of all communities for the day, and for two others, without when an entry came in."""
    found = {}
    for back in (0, 3, -2):
        moment = at - timedelta(days=back)
        day = moment.date()
        for division in world.communities:
            items = work_of(division.pk, day=day, at=moment)
            found[day, division.pk] = [replace(one, done_by=one.done_by and one.done_by.id) for one in items]
    return found


@settings(usual, max_examples=15)
@given(history=histories, seed=st.integers(0, 10**6))
def test_in_whatever_order_it_comes_in_the_registers_and_the_lists_are_the_same(world, history, seed):
    is_adopted, rows = history
    with undone():
        lived = History(world, rows, is_adopted=is_adopted)
        entries, residences = lived.kept()
        expected = registers(), lists(world, lived.at)
    with undone():
        sent_again(lived, entries, residences, order=random.Random(seed))
        assert registers() == expected[0]
        assert lists(world, lived.at) == expected[1]


@usual
@given(history=histories)
def test_who_is_to_be_checked_daily_is_on_exactly_one_list_and_nothing_is_without_owner_or_clause(world, history):
    is_adopted, rows = history
    with undone():
        lived = History(world, rows, is_adopted=is_adopted)
        day, at = lived.day, lived.at
        items = [item for one in world.communities for item in work_of(one.pk, day=day, at=at)]
        for item in items:
            assert item.owner.name and item.clauses
            assert all(clause.instrument and clause.cite for clause in item.clauses)
        times = Counter((item.kind, item.subject, item.about) for item in items)
        assert set(times.values()) <= {1}
        listed = {item.subject: item.owner for item in items if item.kind == CHECK}
        assert set(listed) == asked_daily(world, day)
        # What is asked can be done: no list asks for a check that would be refused.
        for person in world.people:
            if any(item.is_open for item in items if (item.kind, item.subject) == (CHECK, person.pk)):
                with undone():
                    check_health(person, temperature=36.5, by=STAFF, at=at)
        # The workers' own lists, and what is left to the staff as a body, are together the lists of the communities.
        by_worker = [item.id for worker in world.workers for item in work_of_worker(worker, day=day, at=at)]
        left = [item.id for item in items if item.owner.worker is None]
        assert sorted(by_worker + left) == sorted(item.id for item in items)
        for one in world.communities:
            assert proof_of(one, day=day, at=at).failures == []


def test_who_is_in_hospital_is_not_to_be_checked_at_home_whatever_else_they_are(world):
    lived = History(world, [("arrive", 0, 0, 1), ("start", 0, 0, 1)], is_adopted=True)
    lin, at = world.people[0], lived.at
    take_step(lin, step="TO_HOSPITAL", reason="咳嗽", by=STAFF, at=at + timedelta(hours=1))
    for later in (0, 1):
        moment = at + timedelta(days=later, hours=2)
        items = work_of(world.communities[0].pk, day=moment.date(), at=moment)
        (item,) = (item for item in items if (item.kind, item.subject) == (CHECK, lin.pk))
        assert item.state is State.EXCUSED and "医院" in item.done_by.reason
    take_step(lin, step="RETURN_HOME", by=STAFF, at=moment)
    items = work_of(world.communities[0].pk, day=moment.date(), at=moment)
    assert [item.state for item in items if (item.kind, item.subject) == (CHECK, lin.pk)] == [State.DUE]


def test_who_is_observed_for_an_arrival_that_was_a_mistake_is_not_missed_by_the_proof(world):
    lived = History(world, [("arrive", 0, 0, 1), ("start", 0, 0, 1)], is_adopted=True)
    at = lived.at + timedelta(days=1)
    withdraw_entry(Entry.objects.get(kind="arrival"), reason="登记错了人", by=STAFF, at=at)
    division = world.communities[0]
    assert enrolled(OBSERVED, day=at.date()).exists()
    assert CHECK not in {item.kind for item in work_of(division.pk, day=at.date(), at=at)}
    assert proof_of(division, day=at.date(), at=at).failures == []


def asked_daily(world, day):
    """Who is to be checked on a day: from the registers and the packs, not by way of the list."""
    codes = [one.pk for one in world.communities]
    try:
        book, asking = rulebook(), norms_asking(codes, entries={CHECK}, day=day)
    except NoPacksAdopted:
        return set()
    homes = {}
    for row in Residence.objects.filter(in_force(day)).select_related("household__unit"):
        homes[row.resident_id] = row.household.unit.division_id if row.household else row.division_id
    found = set()
    for id, group in enrolled(day=day).values_list("resident_id", "group"):
        # Somebody stands on the register of an observation that the norms have ended until it is written down.
        if id not in homes or (group in OBSERVED and not status_of(id, day=day).is_under):
            continue
        groups = book.words.with_wider(group)
        if any(set(norm.who) & groups and norm.cadence in ("", "daily") for norm in asking[homes[id]] if not norm.soft):
            found.add(id)
    return found


@usual
@given(history=histories)
def test_every_day_of_an_observation_is_said_and_its_end_is_never_later_than_the_norms_allow(world, history):
    is_adopted, rows = history
    with undone():
        lived = History(world, rows, is_adopted=is_adopted)
        ids = [one.pk for one in world.people]
        many = statuses_of(ids, day=lived.day, with_checks=True)
        for id in ids:
            status = status_of(id, day=lived.day)
            assert (many[id].course, many[id].end, many[id].place) == (status.course, status.end, status.place)
            if status.course is not None:
                assert_every_day_is_said(status, lived)
                assert_no_longer_than_allowed(status)


def assert_every_day_is_said(status, lived):
    course, day = status.course, lived.day
    strip = strip_of(course, status.facts, resident=status.resident, end=status.end, day=day)
    assert [square.day for square in strip] == [
        course.start + timedelta(days=number) for number in range((status.end - course.start).days)
    ]
    entries = counting(Entry.objects.filter(resident=status.resident, kind=CHECK))
    checks = {one.day: one.is_abnormal for one in entries.order_by("is_abnormal")}
    said = {one.payload["item"] for one in counting(Entry.objects.filter(resident=status.resident, kind="excuse"))}
    for square in strip:
        if square.day in checks:
            expected = DayState.ABNORMAL if checks[square.day] else DayState.DONE
        elif item_id(CHECK, status.resident, start_of(square.day)) in said or (
            square.place == HOSPITAL and square.day <= day
        ):
            expected = DayState.EXCUSED
        elif square.day == day:
            expected = DayState.TODAY
        else:
            expected = DayState.MISSED if square.day < day else DayState.TO_COME
        assert square.state is expected
    # One day of each state is enough of the lists.
    for square in {one.state: one for one in strip}.values():
        assert_list_agrees(square, status, at=lived.at)


STATES = {
    DayState.DONE: {State.DONE},
    DayState.ABNORMAL: {State.DONE},
    DayState.EXCUSED: {State.EXCUSED},
    DayState.TODAY: {State.DUE},
    DayState.MISSED: {State.MISSED},
}


def assert_list_agrees(square, status, *, at):
    """The list of the day says of the check what the strip says; nobody is asked to check who is in hospital."""
    if square.state is DayState.TO_COME:
        return
    home = next(
        (
            code
            for begun, ended, code in homes_of([status.resident])[status.resident][::-1]
            if begun <= square.day and (ended is None or square.day < ended)
        ),
        None,
    )
    items = work_of(home, day=square.day, at=at) if home else []
    item = next((one for one in items if (one.kind, one.subject) == (CHECK, status.resident)), None)
    if item is not None:
        assert item.state in STATES[square.state], (square, item)


def assert_no_longer_than_allowed(status):
    """Day by day, and not only where something changed: what the packs say of this person where they are."""
    course = status.course
    assert course.start <= status.end <= course.stated_end
    if course.release is not None:
        return
    lived = homes_of([status.resident])[status.resident]
    for number in range((min(status.end, status.day) - course.counted_by.day).days):
        on = course.counted_by.day + timedelta(days=number)
        home = [code for begun, _ended, code in lived if begun <= on][-1]
        place = course.place_on(on)
        if place == HOSPITAL:
            continue
        moved = any(step.payload["step"] == "TO_CENTRAL" and step.day <= on for step in course.steps)
        agreed = any(step.payload.get("consent") for step in course.steps if step.day <= on)
        groups = (*status.why_groups, "home_observed") if moved else status.why_groups
        facts = facts_of(home, day=on).facts
        here, at_home = (
            ground_of(rulebook(), facts, held, on, action, consent=consent, is_moved=is_moved)
            for held, action, consent, is_moved in (
                (groups, ACTION_AT[place], agreed, moved),
                (status.why_groups, ACTION_AT["HOME"], False, False),
            )
        )
        ground = here if here.is_lawful else at_home
        assert ground.is_lawful
        if ground.most_days is not None:
            assert status.end <= max(course.counts_from + timedelta(days=ground.most_days), on)
