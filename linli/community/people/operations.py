"""Changes to what is known of residents: who they are, where they live. A move ends one row and begins another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from linli.community.codes import VILLAGE
from linli.community.identity import IdentityRefused, normalised_number, normalised_phone, read_card
from linli.community.models import Deployment, Division, Household, Residence, Resident, ResidentDocument, new_id
from linli.community.pinyin import spellings
from linli.community.queries import deployment
from linli.community.refusals import GridRefused
from linli.trail.actor import Actor
from linli.trail.operations import record_act

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


@transaction.atomic
def register_resident(
    person: Person, *, home: Home, kind: str, from_day: date, id: UUID | None = None, by: Actor, at: datetime
) -> Resident:
    """Register somebody who lives at ``home`` from ``from_day`` on. ``id`` is given by a client that made one.

    Raises: GridRefused.
    """
    papers = [_checked(document) for document in person.documents]
    birth_day, sex = _born(person, papers)
    if birth_day is not None and not EARLIEST_BIRTH <= birth_day <= at.date():
        raise GridRefused("birth_day", field="birth_day")
    try:
        phone = normalised_phone(person.phone)
    except IdentityRefused as refused:
        raise GridRefused(refused.code, field="phone") from refused
    resident = Resident.objects.create(
        id=id or new_id(),
        name=person.name,
        initials=spellings(person.name)[1][:200],
        birth_day=birth_day,
        sex=sex,
        phone=phone,
        phone_tail=phone[-4:],
    )
    ResidentDocument.objects.bulk_create(
        ResidentDocument(resident=resident, kind=paper.kind, number=paper.number) for paper in papers
    )
    _settle(resident, home=home, kind=kind, from_day=from_day)
    _record("resident.registered", resident, by=by, at=at, place=home.division_code, from_day=from_day)
    return resident


@transaction.atomic
def move_resident(resident: Resident, *, home: Home, kind: str, from_day: date, by: Actor, at: datetime) -> Residence:
    """Somebody lives at ``home`` from ``from_day`` on; where they lived before ends that day and stays on record.

    Raises: GridRefused.
    """
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
    row = _end_current(resident, to_day=to_day, reason=reason)
    if row is None:
        raise GridRefused("lives_nowhere", name=resident.name)
    place = Home(household=row.household, division=row.division).division_code
    _record("resident.ended", resident, by=by, at=at, place=place, to_day=to_day, reason=reason)
    return row


def _settle(resident: Resident, *, home: Home, kind: str, from_day: date) -> Residence:
    household, division = home.household, home.division
    if (household is None) == (division is None):
        raise GridRefused("home_missing", field="label")
    if division is not None and division.level != VILLAGE:
        raise GridRefused("unit_not_in_community", place=division.name)
    if household is not None and not (
        household.from_day <= from_day and (household.to_day is None or household.to_day > from_day)
    ):
        raise GridRefused("target_closed", field="from_day")
    return Residence.objects.create(
        resident=resident, household=household, division=division, kind=Residence.Kind(kind), from_day=from_day
    )


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


def _checked(document: Document) -> Document:
    kind = ResidentDocument.Kind(document.kind)
    number = normalised_number(document.number)
    if kind == ResidentDocument.Kind.NONE:
        return Document(kind=kind)
    if not number:
        raise GridRefused("document_number_missing", field="number")
    if kind == ResidentDocument.Kind.ID_CARD:
        _card(number)
    if ResidentDocument.objects.filter(kind=kind, number=number).exists():
        raise GridRefused("document_known", field="number")
    return Document(kind=kind, number=number)


def _card(number: str) -> tuple[date, str]:
    deployed = deployment()
    try:
        facts = read_card(number, is_demo=deployed is not None and deployed.kind == Deployment.Kind.DEMO)
    except IdentityRefused as refused:
        raise GridRefused(refused.code, field="number") from refused
    return facts.birth_day, Resident.Sex.MALE if facts.is_male else Resident.Sex.FEMALE


def _born(person: Person, papers: Sequence[Document]) -> tuple[date | None, str]:
    """Birth and sex as said, else as on the card; what is said and contradicts the card is refused."""
    card = next((paper for paper in papers if paper.kind == ResidentDocument.Kind.ID_CARD), None)
    if card is None:
        return person.birth_day, person.sex
    birth_day, sex = _card(card.number)
    if person.birth_day not in (None, birth_day):
        raise GridRefused("card_other_birth", field="birth_day", day=birth_day.isoformat())
    if person.sex not in ("", sex):
        raise GridRefused("card_other_sex", field="sex")
    return birth_day, sex


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
