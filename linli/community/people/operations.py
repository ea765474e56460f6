"""Changes to what is known of residents: who they are, where they live. A move ends one row and begins another."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from linli.community.codes import VILLAGE
from linli.community.identity import IdentityRefused, normalised_number, normalised_phone, read_card
from linli.community.models import (
    Deployment,
    Division,
    Household,
    PersonMerge,
    Residence,
    Resident,
    ResidentDocument,
    new_id,
)
from linli.community.pinyin import spellings
from linli.community.queries import deployment
from linli.community.refusals import GridRefused
from linli.trail.actor import Actor
from linli.trail.operations import act_of, record_act, record_acts

EARLIEST_BIRTH = date(1890, 1, 1)


@dataclass(frozen=True, kw_only=True)
class Document:
    """A paper as somebody shows it."""

    kind: str
    number: str = ""


@dataclass(frozen=True, kw_only=True)
class Home:
    """Where somebody lives, exactly one: a household, or a community while no household is known."""

    household: Household | None = None
    division: Division | None = None

    @property
    def division_code(self) -> str:
        """The community it is in."""
        if self.household is not None:
            return self.household.unit.division_id
        return self.division.pk if self.division is not None else ""


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who somebody is. Birth and sex may be left to the identity card."""

    name: str
    birth_day: date | None = None
    sex: str = ""
    phone: str = ""
    documents: Sequence[Document] = ()


@dataclass(frozen=True, kw_only=True)
class Newcomer:
    """Somebody to be registered: who, where they live, as what, and since when. ``id`` may come from a client."""

    person: Person
    home: Home
    kind: str
    from_day: date
    id: UUID = field(default_factory=new_id)


@transaction.atomic
def register_resident(
    person: Person, *, home: Home, kind: str, from_day: date, id: UUID | None = None, by: Actor, at: datetime
) -> Resident:
    """Register somebody who lives at ``home`` from ``from_day`` on. ``id`` is given by a client that made one.

    Raises: GridRefused.
    """
    newcomer = Newcomer(person=person, home=home, kind=kind, from_day=from_day, id=id or new_id())
    [outcome] = register_residents([newcomer], by=by, at=at)
    if isinstance(outcome, GridRefused):
        raise outcome
    return outcome


@transaction.atomic
def register_residents(newcomers: Sequence[Newcomer], *, by: Actor, at: datetime) -> list[Resident | GridRefused]:
    """Register many at once, in a handful of queries: each, or why not. Who is refused is in nobody's way."""
    papers = _Papers(document for newcomer in newcomers for document in newcomer.person.documents)
    outcomes: list[Resident | GridRefused] = []
    accepted: list[tuple[Newcomer, Resident, list[Document]]] = []
    for newcomer in newcomers:
        try:
            checked = papers.checked(newcomer.person)
            resident = _resident(newcomer, papers, checked, at=at)
            _check_home(newcomer.home, from_day=newcomer.from_day)
        except GridRefused as refused:
            outcomes.append(refused)
            continue
        papers.take(checked)
        accepted.append((newcomer, resident, checked))
        outcomes.append(resident)
    Resident.objects.bulk_create(resident for _, resident, _ in accepted)
    ResidentDocument.objects.bulk_create(
        ResidentDocument(resident=resident, kind=paper.kind, number=paper.number)
        for _, resident, checked in accepted
        for paper in checked
    )
    Residence.objects.bulk_create(
        _residence(resident, home=newcomer.home, kind=newcomer.kind, from_day=newcomer.from_day)
        for newcomer, resident, _ in accepted
    )
    record_acts(
        act_of(
            "resident.registered",
            by=by,
            at=at,
            object_type="resident",
            object_id=resident.pk,
            division_code=newcomer.home.division_code,
            detail={"from_day": newcomer.from_day.isoformat()},
        )
        for newcomer, resident, _ in accepted
    )
    return outcomes


@transaction.atomic
def update_contact(resident: Resident, *, phone: str, by: Actor, at: datetime) -> Resident:
    """From now on a resident is reached under ``phone``; empty where there is none. The same one changes nothing.

    Raises: GridRefused.
    """
    number = _phone(phone)
    if number == resident.phone:
        return resident
    resident.phone, resident.phone_tail = number, number[-4:]
    resident.save(update_fields=["phone", "phone_tail"])
    _record("resident.contact_updated", resident, by=by, at=at, place=_place_of(resident))
    return resident


@transaction.atomic
def move_resident(resident: Resident, *, home: Home, kind: str, from_day: date, by: Actor, at: datetime) -> Residence:
    """Somebody lives at ``home`` from ``from_day`` on; where they lived before ends that day and stays on record.

    Raises: GridRefused.
    """
    _refuse_merged(resident)
    _end_current(resident, to_day=from_day, reason=Residence.EndReason.MOVED, home=home)
    row = _settle(resident, home=home, kind=kind, from_day=from_day)
    _record("resident.moved", resident, by=by, at=at, place=home.division_code, from_day=from_day)
    return row


@transaction.atomic
def end_residence(resident: Resident, *, reason: str, to_day: date, by: Actor, at: datetime) -> Residence:
    """Somebody left the county or died: the last day they live here is the one before ``to_day``.

    Raises: GridRefused.
    """
    if reason not in (Residence.EndReason.LEFT, Residence.EndReason.DIED):
        raise GridRefused("move_needs_home", field="reason")
    _refuse_merged(resident)
    row = _end_current(resident, to_day=to_day, reason=reason)
    if row is None:
        raise GridRefused("lives_nowhere", name=resident.name)
    place = Home(household=row.household, division=row.division).division_code
    _record("resident.ended", resident, by=by, at=at, place=place, to_day=to_day, reason=reason)
    return row


def _refuse_merged(resident: Resident) -> None:
    if PersonMerge.objects.filter(gone=resident, undone_at__isnull=True).exists():
        raise GridRefused("merge_gone_already", name=resident.name)


def _settle(resident: Resident, *, home: Home, kind: str, from_day: date) -> Residence:
    _check_home(home, from_day=from_day)
    row = _residence(resident, home=home, kind=kind, from_day=from_day)
    row.save(force_insert=True)
    return row


def _residence(resident: Resident, *, home: Home, kind: str, from_day: date) -> Residence:
    return Residence(
        resident=resident,
        household=home.household,
        division=home.division,
        kind=Residence.Kind(kind),
        from_day=from_day,
    )


def _check_home(home: Home, *, from_day: date) -> None:
    household, division = home.household, home.division
    if (household is None) == (division is None):
        raise GridRefused("home_missing", field="label")
    if division is not None and division.level != VILLAGE:
        raise GridRefused("unit_not_in_community", place=division.name)
    if household is not None and not (
        household.from_day <= from_day and (household.to_day is None or household.to_day > from_day)
    ):
        raise GridRefused("target_closed", field="from_day")


def _end_current(resident: Resident, *, to_day: date, reason: str, home: Home | None = None) -> Residence | None:
    rows = resident.residences.exclude(to_day=F("from_day")).filter(Q(to_day__isnull=True) | Q(to_day__gt=to_day))
    rows = rows.select_for_update(of=("self",)).select_related("household__unit", "division")
    current = rows.order_by("from_day").first()
    if current is None:
        return None
    if current.from_day > to_day or rows.count() > 1:
        raise GridRefused("later_residence", field="from_day", day=current.from_day.isoformat())
    if home is not None and home.household is not None and current.household_id == home.household.pk:
        raise GridRefused("lives_there_already", name=resident.name)
    current.to_day, current.end_reason = to_day, reason
    current.save(update_fields=["to_day", "end_reason"])
    return current


class _Papers:
    """The papers that some people show, against those that are known; grows with those who are accepted."""

    def __init__(self, shown: Iterable[Document]) -> None:
        numbers = {normalised_number(document.number) for document in shown} - {""}
        kinds = [kind for kind in ResidentDocument.Kind if kind != ResidentDocument.Kind.NONE]
        known = ResidentDocument.objects.filter(kind__in=kinds, number__in=numbers)
        self._taken: set[tuple[str, str]] = set(known.values_list("kind", "number"))
        self._is_demo: bool | None = None

    def checked(self, person: Person) -> list[Document]:
        """The papers of one person as they are stored."""
        found = [self._checked(document) for document in person.documents]
        pairs = [(paper.kind, paper.number) for paper in found]
        if len(set(pairs)) < len(pairs):
            raise GridRefused("document_known", field="number")
        return found

    def take(self, papers: Iterable[Document]) -> None:
        """From now on these belong to somebody."""
        self._taken |= {(paper.kind, paper.number) for paper in papers if paper.number}

    def card(self, number: str) -> tuple[date, str]:
        """Birth and sex as an identity card says them."""
        if self._is_demo is None:
            deployed = deployment()
            self._is_demo = deployed is not None and deployed.kind == Deployment.Kind.DEMO
        try:
            facts = read_card(number, is_demo=self._is_demo)
        except IdentityRefused as refused:
            raise GridRefused(refused.code, field="number") from refused
        return facts.birth_day, Resident.Sex.MALE if facts.is_male else Resident.Sex.FEMALE

    def _checked(self, document: Document) -> Document:
        kind = ResidentDocument.Kind(document.kind)
        number = normalised_number(document.number)
        if kind == ResidentDocument.Kind.NONE:
            return Document(kind=kind)
        if not number:
            raise GridRefused("document_number_missing", field="number")
        if kind == ResidentDocument.Kind.ID_CARD:
            self.card(number)
        if (kind, number) in self._taken:
            raise GridRefused("document_known", field="number")
        return Document(kind=kind, number=number)


def _resident(newcomer: Newcomer, papers: _Papers, checked: Sequence[Document], *, at: datetime) -> Resident:
    person = newcomer.person
    birth_day, sex = _born(person, papers, checked)
    if birth_day is not None and not EARLIEST_BIRTH <= birth_day <= at.date():
        raise GridRefused("birth_day", field="birth_day")
    phone = _phone(person.phone)
    return Resident(
        id=newcomer.id,
        name=person.name,
        initials=spellings(person.name)[1][:200],
        birth_day=birth_day,
        sex=sex,
        phone=phone,
        phone_tail=phone[-4:],
    )


def _phone(text: str) -> str:
    try:
        return normalised_phone(text)
    except IdentityRefused as refused:
        raise GridRefused(refused.code, field="phone") from refused


def _born(person: Person, papers: _Papers, checked: Sequence[Document]) -> tuple[date | None, str]:
    """Birth and sex as said, else as on the card; what is said and contradicts the card is refused."""
    card = next((paper for paper in checked if paper.kind == ResidentDocument.Kind.ID_CARD), None)
    if card is None:
        return person.birth_day, person.sex
    birth_day, sex = papers.card(card.number)
    if person.birth_day not in (None, birth_day):
        raise GridRefused("card_other_birth", field="birth_day", day=birth_day.isoformat())
    if person.sex not in ("", sex):
        raise GridRefused("card_other_sex", field="sex")
    return birth_day, sex


def _place_of(resident: Resident) -> str:
    """The community of the last residence; empty for one who never had a place."""
    last = resident.residences.select_related("household__unit").order_by("-from_day", "-id").first()
    return Home(household=last.household, division=last.division).division_code if last is not None else ""


def _record(action: str, resident: Resident, *, by: Actor, at: datetime, place: str, **detail: date | str) -> None:
    record_act(
        action,
        by=by,
        at=at,
        object_type="resident",
        object_id=resident.pk,
        division_code=place,
        detail={key: value.isoformat() if isinstance(value, date) else str(value) for key, value in detail.items()},
    )
