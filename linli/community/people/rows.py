"""What a row of a table of people means: who it is, which community, which household."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from linli.community.codes import VILLAGE
from linli.community.dated_rows import in_force
from linli.community.identity import normalised_number, normalised_phone
from linli.community.matching.identity_number import parse_identity_number
from linli.community.matching.person import Person as Incoming
from linli.community.models import Division, Household, Residence, Resident, ResidentDocument
from linli.community.people.operations import Document, Home, Person
from linli.community.sheets.sheet import SheetRow

_SUFFIXES = ("社区居民委员会", "社区居委会", "居民委员会", "居委会", "村民委员会", "村委会", "社区", "村")
_AT_ONCE = 500


@dataclass(frozen=True, kw_only=True)
class Unplaced:
    """Why a row belongs to no community: ``code`` is NOT_SAID, UNKNOWN or SEVERAL."""

    code: str
    said: str = ""
    township: str = ""
    number: int = 0

    def __str__(self) -> str:
        if self.code == "NOT_SAID":
            return "The row names no community. Add a column 社区, or give --division."
        if self.code == "UNKNOWN":
            return f"There is no community “{self.said}”{' in ' + self.township if self.township else ''}."
        return f"{self.number} communities are called “{self.said}”. Add the township or write the code."


class Communities:
    """Which community a row means, by code or by name; a name that several have is never guessed."""

    def __init__(self, otherwise: Division | None) -> None:
        self._otherwise = otherwise
        self._found: dict[tuple[str, str], Division | Unplaced] = {}

    def of(self, row: SheetRow) -> Division | Unplaced:
        """The community, or the reason why there is none."""
        said, township = row.cells.get("division", ""), row.cells.get("township", "")
        if not said:
            return self._otherwise or Unplaced(code="NOT_SAID")
        if (said, township) not in self._found:
            self._found[said, township] = self._look_up(said, township)
        return self._found[said, township]

    def _look_up(self, said: str, township: str) -> Division | Unplaced:
        among = Division.objects.filter(level=VILLAGE)
        if said.isdigit():
            found = list(among.filter(code=said))
        else:
            if township:
                among = among.filter(parent__name__startswith=township)
            found = list(among.filter(name=said)) or [
                one for one in among.filter(name__startswith=_stem(said)) if _stem(one.name) == _stem(said)
            ]
        if len(found) == 1:
            return found[0]
        code = "SEVERAL" if found else "UNKNOWN"
        return Unplaced(code=code, said=said, township=township, number=len(found))


def _stem(name: str) -> str:
    return next((name.removesuffix(suffix) for suffix in _SUFFIXES if name.endswith(suffix)), name) or name


def person_of(row: SheetRow) -> Person:
    """Who the row is about."""
    cells = row.cells
    return Person(
        name=cells["name"],
        birth_day=day_of(cells.get("birth_day", "")),
        sex=cells.get("sex", ""),
        phone=phone_of(row),
        documents=documents_of(row),
    )


def documents_of(row: SheetRow) -> tuple[Document, ...]:
    """The paper whose number stands in the row, of the kind it says or looks like."""
    number = normalised_number(row.cells.get("document_number", ""))
    if not number:
        return ()
    said = row.cells.get("document_kind", "")
    identity = parse_identity_number(number)
    if identity is not None and "护照" not in said and "通行证" not in said:
        return (Document(kind=ResidentDocument.Kind.ID_CARD, number=identity.digits),)
    is_permit = "证" in said and "护照" not in said and "身份证" not in said
    kind = ResidentDocument.Kind.PERMIT if is_permit else ResidentDocument.Kind.PASSPORT
    return (Document(kind=kind, number=number),)


def phone_of(row: SheetRow) -> str:
    """The first of the row's telephone numbers."""
    return normalised_phone(next(iter(row.cells.get("phone", "").split()), ""))


def day_of(text: str) -> date | None:
    """The day in a clean cell; None for an empty one."""
    return date.fromisoformat(text) if text else None


def label_of(row: SheetRow) -> str:
    """Building, unit and room as a household is labelled."""
    return "-".join(part for name in ("building", "unit", "room") if (part := row.cells.get(name, "")))


def address_of(row: SheetRow) -> str:
    """The address as written, else put together from its parts."""
    return row.cells.get("address", "") or label_of(row)


def home_of(row: SheetRow, place: Division, *, day: date) -> Home:
    """The one household that the row can mean, else the community."""
    for said in (label_of(row), row.cells.get("address", "")):
        if said:
            among = Household.objects.filter(in_force(day), unit__division=place)
            found = list(among.filter(label=said)[:2]) or list(among.filter(address=said)[:2])
            if len(found) == 1:
                return Home(household=found[0])
    return Home(division=place)


def residence_kind(row: SheetRow) -> str:
    """As what they live there: as residents unless the row says otherwise."""
    said = row.cells.get("residence_kind", "")
    if "租" in said:
        return Residence.Kind.RENTER
    return Residence.Kind.TEMPORARY if "暂" in said or "流动" in said else Residence.Kind.RESIDENT


def incoming(row: SheetRow) -> Incoming:
    """The row as the matcher compares it; its key is the number of the row."""
    cells = row.cells
    return Incoming(
        row.number,
        cells["name"],
        (cells["other_names"],) if cells.get("other_names") else (),
        day_of(cells.get("birth_day", "")),
        cells.get("sex", ""),
        (cells["document_number"],) if cells.get("document_number") else (),
        tuple(cells.get("phone", "").split()),
        address_of(row),
    )


def registered_as(rows: Sequence[tuple[SheetRow, Division]]) -> dict[int, UUID]:
    """By row: who is registered in its community exactly as it says, and so came from it once before."""
    found: dict[int, UUID] = {}
    for first in range(0, len(rows), _AT_ONCE):
        some = [(row.number, person_of(row), place.pk) for row, place in rows[first : first + _AT_ONCE]]
        known = _known_by_name({person.name for _, person, _ in some}, {person.phone for _, person, _ in some})
        for number, person, code in some:
            same = [one.pk for one, codes in known.get(person.name, []) if code in codes and _is_as_said(one, person)]
            if same:
                found[number] = same[0]
    return found


def _known_by_name(names: set[str], phones: set[str]) -> dict[str, list[tuple[Resident, set[str]]]]:
    """Residents of these names and phones, with all communities in which they ever lived."""
    alike = list(Resident.objects.filter(name__in=names, phone__in=phones).prefetch_related("documents").order_by("id"))
    codes: dict[UUID, set[str]] = {one.pk: set() for one in alike}
    homes = Residence.objects.filter(resident__name__in=names, resident__phone__in=phones)
    for id, around, alone in homes.values_list("resident_id", "household__unit__division_id", "division_id"):
        codes.setdefault(id, set()).add(around or alone)
    found: dict[str, list[tuple[Resident, set[str]]]] = {}
    for one in alike:
        found.setdefault(one.name, []).append((one, codes[one.pk]))
    return found


def _is_as_said(resident: Resident, person: Person) -> bool:
    if person.phone != resident.phone:
        return False
    said = replace(person, birth_day=person.birth_day or resident.birth_day, sex=person.sex or resident.sex)
    numbers = {paper.number for paper in resident.documents.all() if paper.number}
    return (said.birth_day, said.sex) == (resident.birth_day, resident.sex) and numbers == {
        paper.number for paper in person.documents
    }
