"""What the last weeks of a made-up person were like: a plan of things that happened, by chance and by the calendar."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

from linli.community.civil_days import SHANGHAI
from linli.programs.observation.grounds import Ground

WEEKS = 5
# The first day of the lunar year: many more people come home in the weeks before and leave in those after.
_SPRING_FESTIVALS = (date(2020, 1, 25), date(2021, 2, 12), date(2022, 2, 1), date(2023, 1, 22), date(2024, 2, 10))
_USUAL, _HOLIDAY, _FESTIVAL = 0.0005, 0.0015, 0.005
_ORIGINS = {
    "LOW": ("厦门市", "福州市", "广州市", "深圳市", "上海市", "杭州市", "成都市"),
    "MEDIUM": ("北京市丰台区", "大连市金州区", "石家庄市藁城区"),
    "HIGH": ("北京市丰台区花乡", "武汉市", "绥芬河市"),
    "INBOUND": ("菲律宾", "新加坡", "意大利", "美国"),
}
_GROUP = {
    "LOW": "arrival_low_risk", "MEDIUM": "arrival_medium_risk", "HIGH": "arrival_high_risk",
    "INBOUND": "inbound_arrival",
}  # fmt: skip
_MISSED, _FEVER, _CORRECTED, _LATE = 0.04, 0.012, 0.02, 0.03
_VISITED = frozenset(
    {"elderly_alone", "low_income", "disabled", "dependent", "orphan", "unaccompanied_child", "left_behind"}
)
# How many days ago the first people of the demo's own community came; one of them has a fever since yesterday.
_SCRIPT = {0: 0, 1: 0, 2: 1, 3: 4, 4: 6, 5: 9, 6: 13, 7: 14, 8: 15, 9: 14, 10: 7}
_WITH_FEVER = 3
_WAY_TO_CARE = ((6, {"step": "SEEN"}), (14, {"step": "ADVISED"}), (90, {"step": "CLOSED", "outcome": "WELL"}))
_FIRST_DOSES = date(2021, 3, 25)
_SHIFT = date(2023, 1, 8)

GroundOf = Callable[[tuple[str, ...], date], Ground]


@dataclass(frozen=True, kw_only=True)
class Someone:
    """A made-up person, as far as their weeks depend on it."""

    id: UUID
    birth_day: date | None
    is_woman: bool
    has_phone: bool
    household: UUID
    sharing: int
    is_renter: bool

    def age(self, day: date) -> int:
        """In years, roughly; 40 where the birthday is not known."""
        return (day - self.birth_day).days // 365 if self.birth_day else 40


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One thing that happened. ``corrects`` is the id of the one it puts right; ``late`` how long it lay on paper."""

    id: UUID
    kind: str
    at: datetime
    payload: dict[str, Any] = field(hash=False)
    channel: str = "DOOR"
    late: timedelta = timedelta(minutes=2)
    corrects: UUID | None = None
    reason: str = ""


def life_of(
    someone: Someone, *, day: date, choice: Random, ground: GroundOf, script: "Script | None" = None
) -> list[Happening]:
    """The weeks before ``day`` of one person; mostly nothing. A ``script`` says what must be in it."""
    happened: list[Happening] = []
    groups = list(_registers(someone, day=day, choice=choice))
    for group, why in groups:
        from_day = day - timedelta(days=choice.randint(40, 110))
        payload = {"group": group, "from_day": from_day.isoformat(), "why": why}
        happened.append(_thing("enrolment", from_day, choice, payload, channel="DESK"))
    mine = {group for group, _ in groups}
    if "health_worker_family" in mine:
        happened += _visits(day=day, choice=choice, is_daily=True)
    elif _VISITED & mine:
        happened += _visits(day=day, choice=choice)
    if day >= _FIRST_DOSES and someone.age(day) >= 18:
        happened += _doses(day=day, choice=choice)
    came = script.came if script is not None else _arrival_day(someone, day=day, choice=choice)
    if came is not None:
        happened += _arrival(came, day=day, choice=choice, ground=ground, script=script)
    return happened


@dataclass(frozen=True, kw_only=True)
class Script:
    """What must happen to somebody so that every page has something on it."""

    came: date
    tier: str
    fever_on: date | None = None


def script_for(position: int, *, day: date) -> Script | None:
    """The script of the first people of the demo's own community; None for everybody else, and after the shift of 2023.

    On a day without a ground for it nobody is observed, and what follows from that is left out.
    """
    back = _SCRIPT.get(position)
    if back is None or day >= _SHIFT:
        return None
    fever_on = day - timedelta(days=1) if position == _WITH_FEVER else None
    return Script(came=day - timedelta(days=back), tier="INBOUND" if position % 2 else "HIGH", fever_on=fever_on)


def sweeps_of(
    households: Sequence[UUID], *, day: date, choice: Random
) -> tuple[Happening, list[tuple[UUID, Happening]]]:
    """A round from door to door opened three days ago, and the doors knocked at so far."""
    begun = day - timedelta(days=3)
    payload = {
        "kind": "sweep", "from_day": begun.isoformat(), "to_day": (day + timedelta(days=4)).isoformat(),
        "purpose": "全员摸排", "clause": "minfa-2020-9 二(三)",
    }  # fmt: skip
    opened = _thing("round", begun, choice, payload, channel="DESK", hour=8)
    done = []
    for household in households:
        if choice.random() < 0.55:
            outcome = choice.choices(("MET", "PHONED", "NOT_HOME", "EMPTY"), weights=(80, 12, 5, 3))[0]
            said = {"outcome": outcome} | ({"people": choice.randint(1, 6)} if outcome in ("MET", "PHONED") else {})
            on = begun + timedelta(days=choice.randint(0, 2))
            done.append((household, _thing("sweep", on, choice, said)))
    return opened, done


# ---- registers -----------------------------------------------------------------------------------------------------
def _registers(someone: Someone, *, day: date, choice: Random) -> Iterator[tuple[str, str]]:
    age = someone.age(day)
    if age >= 65 and someone.sharing == 1:
        yield "elderly_alone", "子女不在身边，一人居住"
    chances = [
        ("disabled", 0.02, "持残疾人证"),
        ("chronic", 0.3 if age >= 60 else 0.04 if age >= 40 else 0.0, "高血压、糖尿病等，长期服药"),
        ("dependent", 0.05 if age >= 75 else 0.002, "卧床，需要人照料"),
        ("low_income", 0.012, "低保户"),
        ("left_behind", 0.05 if age < 14 else 0.0, "父母在外务工"),
        ("orphan", 0.001 if age < 16 else 0.0, "父母均已去世"),
        ("pregnant", 0.03 if someone.is_woman and 20 <= age <= 38 else 0.0, "孕产期"),
        ("mental_disorder", 0.003 if age >= 16 else 0.0, "在册管理"),
        ("cold_chain_worker", 0.002 if 20 <= age <= 58 else 0.0, "冷库装卸"),
        ("health_worker_family", 0.006, "家人在医院工作"),
        ("renter", 0.9 if someone.is_renter else 0.0, "租房居住"),
        ("no_phone", 0.5 if age >= 70 and not someone.has_phone else 0.0, "不用手机"),
    ]
    for group, chance, why in chances:
        if chance and choice.random() < chance:
            yield group, why


def _visits(*, day: date, choice: Random, is_daily: bool = False) -> Iterator[Happening]:
    """Weekly, or every day of the last fortnight where the texts ask for daily care."""
    weekday = choice.randrange(7)
    for back in range(14 if is_daily else WEEKS * 7, 0, -1):
        on = day - timedelta(days=back)
        if (is_daily or on.toordinal() % 7 == weekday) and choice.random() < (0.995 if is_daily else 0.97):
            found = choice.choices(("WELL", "NEEDS_HELP", "NOT_MET"), weights=(90, 6, 4))[0]
            how = "PHONE" if choice.random() < 0.3 else "DOOR"
            payload = {"how": how, "found": found} | ({"needs": "买药"} if found == "NEEDS_HELP" else {})
            yield _thing("visit", on, choice, payload, channel=how)


def _doses(*, day: date, choice: Random) -> Iterator[Happening]:
    share = min(0.9, (day - _FIRST_DOSES).days / 300)
    if choice.random() < share:
        on = day - timedelta(days=choice.randint(1, max(2, (day - _FIRST_DOSES).days)))
        yield _thing("vaccination", on, choice, {"status": "GIVEN", "dose": 1, "where": "CLINIC"}, channel="DESK")


# ---- arrivals ------------------------------------------------------------------------------------------------------
def _arrival_day(someone: Someone, *, day: date, choice: Random) -> date | None:
    if day >= _SHIFT or not 1 <= someone.age(day) <= 80:
        return None
    for back in range(28, 0, -1):
        on = day - timedelta(days=back)
        if choice.random() < _chance(on):
            return on
    return None


def _chance(on: date) -> float:
    if any(-20 <= (on - festival).days <= 18 for festival in _SPRING_FESTIVALS):
        return _FESTIVAL
    near = [(date(on.year, 10, 1), 7), (date(on.year, 5, 1), 5)]
    return _HOLIDAY if any(-2 <= (on - first).days <= length for first, length in near) else _USUAL


def _arrival(
    came: date,
    *,
    day: date,
    choice: Random,
    ground: GroundOf,
    script: Script | None,
) -> list[Happening]:
    tier = (
        script.tier
        if script is not None
        else choice.choices(("LOW", "MEDIUM", "HIGH", "INBOUND"), weights=(82, 7, 5, 6))[0]
    )
    is_proven = tier == "LOW" and choice.random() < 0.8
    payload: dict[str, Any] = {
        "arrived_on": came.isoformat(), "origin": choice.choice(_ORIGINS[tier]), "origin_tier": tier,
        "told_by": choice.choice(("SELF", "HOST", "EMPLOYER", "SWEEP", "PUSHED")),
    }  # fmt: skip
    payload |= {"has_proof": True, "point_to_point": True} if is_proven else {}
    payload |= {"for_holiday": True} if _chance(came) > _USUAL else {}
    # In the morning of the day the demo stands on there is nothing yet but the arrivals of the night.
    hour = 6 if came == day else choice.randint(8, 18)
    arrival = _thing("arrival", came, choice, payload, channel="DESK", hour=hour)
    happened = [arrival]
    if script is None and choice.random() < _CORRECTED:
        right = payload | {"origin": choice.choice(_ORIGINS[tier])}
        put_right = _thing("arrival", came, choice, right, channel="DESK", hour=hour)
        correction = Happening(
            id=put_right.id, kind="arrival", at=arrival.at, payload=right, channel="DESK",
            late=timedelta(hours=1), corrects=arrival.id, reason="来源地听错了",
        )  # fmt: skip
        happened.append(correction)
    if came == day:
        return happened
    if script is not None or choice.random() < 0.94:
        on = came if choice.random() < 0.9 else came + timedelta(days=1)
        if on < day:
            happened.append(_thing("health_notice", on, choice, {"given_to": "PERSON", "how": "PAPER"}, hour=19))
            said = {"asked": "PERSON", "temperature": _usual(choice)}
            happened.append(_thing("health_inquiry", on, choice, said, hour=19))
    groups = ("arrival", _GROUP[tier], *(["arrival_low_risk_proven"] if is_proven else []))
    found = ground(groups, came)
    if found.is_required and (script is not None or choice.random() < 0.95):
        happened += _observation(came, found, day=day, choice=choice, script=script)
    elif is_proven:
        said = {"step": "EXEMPT", "reason": "持健康证明，点对点到达", "norms": " ".join(found.exempts)}
        happened.append(_thing("observation_step", came, choice, said, channel="DESK", hour=19))
    return happened


def _observation(
    came: date, ground: Ground, *, day: date, choice: Random, script: Script | None
) -> Iterator[Happening]:
    until = ground.latest_end(came)
    if until is None:
        return
    is_central = script is None and choice.random() < 0.06
    pinned = {"norms": " ".join(ground.norms), "packs": " ".join(ground.packs)}
    step = {
        "step": "START_CENTRAL" if is_central else "START_HOME", "exposed_on": came.isoformat(),
        "until": until.isoformat(), "clause": ground.clauses[0] if ground.clauses else "", "decided_by": "community",
        "verdict": ground.verdict,
    } | pinned  # fmt: skip
    yield _thing("observation_step", came, choice, step, channel="DESK", hour=20)
    if not is_central:
        yield _thing(
            "home_fit", came, choice, {"own_room": True, "separate_meals": True, "verdict": "FIT"}, hour=20, minute=40
        )
    last = min(until, day)
    fever_on = script.fever_on if script is not None else None
    # The first check comes with the start, in the evening.
    yield _thing("health_check", came, choice, {"temperature": _usual(choice)}, hour=21)
    yield _thing("follow_up", came, choice, {"how": "WELL"}, channel="PHONE", hour=21)
    if choice.random() < 0.85 and came + timedelta(days=1) < day:
        sampled = came + timedelta(days=1)
        said = {"class": "MUST", "sampled_on": sampled.isoformat(), "method": "PCR", "result": "NEGATIVE"}
        yield _thing("test", sampled, choice, said)
    for number in range(1, (last - came).days):
        on = came + timedelta(days=number)
        if on != fever_on and choice.random() < _MISSED:
            continue
        is_ill = on == fever_on or (script is None and choice.random() < _FEVER)
        yield from _check(on, choice, is_ill=is_ill, is_followed=is_ill and on < day - timedelta(days=1))
    if until < day and choice.random() < 0.97:
        notice = f"{until:%Y%m%d}-{choice.randint(1, 999):03d}"
        said = {"released_on": until.isoformat(), "notice_number": notice} | pinned
        yield _thing("release", until, choice, said, channel="DESK", hour=9)
        if choice.random() < 0.6 and until + timedelta(days=1) < day:
            yield _thing("follow_up", until + timedelta(days=1), choice, {"how": "WELL"}, channel="PHONE")


def _check(on: date, choice: Random, *, is_ill: bool, is_followed: bool) -> Iterator[Happening]:
    payload: dict[str, Any] = {"temperature": round(choice.uniform(37.4, 38.6), 1) if is_ill else _usual(choice)}
    payload |= {"symptoms": [choice.choice(("COUGH", "SORE_THROAT", "FATIGUE"))]} if is_ill else {}
    channel = choice.choices(("DOOR", "PHONE", "SELF", "PAPER"), weights=(45, 25, 20, 10))[0]
    late = timedelta(hours=choice.randint(3, 14)) if choice.random() < _LATE else timedelta(minutes=2)
    check = _thing("health_check", on, choice, payload, channel=channel, hour=choice.randint(7, 10), late=late)
    yield check
    if is_followed:
        for minutes, step in (
            (6, {"step": "SEEN"}),
            (14, {"step": "ADVISED"}),
            (90, {"step": "CLOSED", "outcome": "WELL"}),
        ):
            at = check.at + timedelta(minutes=minutes)
            said = {"alert": str(check.id)} | step
            yield Happening(id=_id(at, choice), kind="referral", at=at, payload=said, channel="PHONE")


def _usual(choice: Random) -> float:
    return round(min(max(choice.gauss(36.5, 0.2), 36.0), 37.1), 1)


def _thing(
    kind: str,
    on: date,
    choice: Random,
    payload: dict[str, Any],
    *,
    channel: str = "DOOR",
    hour: int | None = None,
    minute: int | None = None,
    late: timedelta = timedelta(minutes=2),
) -> Happening:
    at = datetime.combine(
        on,
        time(choice.randint(8, 18) if hour is None else hour, choice.randrange(0, 40) if minute is None else minute),
        SHANGHAI,
    )
    return Happening(id=_id(at, choice), kind=kind, at=at, payload=payload, channel=channel, late=late)


def _id(at: datetime, choice: Random) -> UUID:
    """An identifier of version 7 that follows from the seed."""
    high = (int(at.timestamp() * 1000) << 16) | 0x7000 | choice.getrandbits(12)
    return UUID(int=(high << 64) | (0b10 << 62) | choice.getrandbits(62))
