"""Takes in tables of arrivals as police, transport, border and housing push them: each arrival is received once.

Whoever is known is matched, whoever is new is registered in the community that the row names, and the arrival is
written down under an id that follows from who came, when and from where: so the same arrival from two offices is one
entry, and the same table a second time changes nothing. Rows are taken in batches, each whole or not at all; a run
that was broken off is finished by running it again.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from linli.community.codes import is_within
from linli.community.matching.match import Answer, Candidate, Verdict
from linli.community.models import Division, Residence, Resident, new_id
from linli.community.people.importing import NEW_WORDS, PeopleReport, Question, answers_for, as_match, described
from linli.community.people.known import known_people
from linli.community.people.merging import clusters_of
from linli.community.people.operations import (
    Home,
    Newcomer,
    move_resident,
    register_residents,
    update_contact,
)
from linli.community.people.rows import person_of, registered_as, residence_kind
from linli.community.refusals import GridRefused
from linli.community.sheets.sheet import Sheet, SheetRow
from linli.programs.keypeople.arrival_rows import ARRIVAL, Arrival, ArrivalRows, RowRefused
from linli.programs.keypeople.import_wording import Refusal, note, said_of_cell, why_left_out, why_not
from linli.records.models import Channel, Entry
from linli.records.operations import Draft, Recorded, record_entries
from linli.records.payloads import PayloadRefused
from linli.records.queries import counting
from linli.trail.actor import Actor
from linli.trail.models import Act

ACCEPTED, MATCHED, ASKED, REJECTED = "ACCEPTED", "MATCHED", "ASKED", "REJECTED"
_AT_ONCE = 500
_CONTACT_ACTS = ("resident.registered", "resident.contact_updated")

Tell = Callable[[str, int], None]


@dataclass(frozen=True, kw_only=True)
class RowOutcome:
    """What became of one row, and why, in sentences. ``name`` is for those who may read the table anyway."""

    row: int
    name: str
    what: str
    why: tuple[str, ...] = ()
    resident: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """A row that a human must decide, with those it may be."""

    arrival: Arrival
    reason: str
    candidates: tuple[Candidate, ...]


@dataclass(kw_only=True)
class ArrivalsReport(PeopleReport):
    """Beside accepted arrivals, those received before, questions and rejections: each row by itself.

    ``registered`` of the accepted were not known before; ``contacts`` is how many phones were updated.
    """

    registered: int = 0
    contacts: int = 0
    outcomes: list[RowOutcome] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The report as plain JSON; of long lists the first thousand."""
        return super().as_json() | {
            "registered": self.registered,
            "contacts_updated": self.contacts,
            "rows": [{"row": one.row, "outcome": one.what, "why": list(one.why)} for one in self.outcomes[:1000]],
        }


def import_arrivals(
    sheet: Sheet,
    *,
    division: Division | None = None,
    areas: Iterable[str] | None = None,
    decisions: Mapping[int, str] | None = None,
    by: Actor,
    at: datetime,
    commit: bool,
    tell: Tell | None = None,
) -> ArrivalsReport:
    """Register the arrivals of ``sheet`` as of ``at``; without ``commit`` only say what would become of each row.

    ``division`` is the community of rows that name none. ``areas`` are the divisions one may write to; None is all.
    ``decisions`` answer the questions of rows: NEW, or the id of a candidate. ``tell`` hears of the progress:
    ``("compared", known people)``, ``("taken", rows)``.
    """
    work = _Import(
        areas=None if areas is None else tuple(areas),
        decisions=decisions or {},
        by=by,
        at=at,
        tell=tell or (lambda what, number: None),
        report=ArrivalsReport(committed=commit),
    )
    if commit:
        work.run(sheet, division=division)
        return work.report
    with transaction.atomic():
        work.run(sheet, division=division)
        transaction.set_rollback(True)
    return work.report


@dataclass(frozen=True, kw_only=True)
class _Plan:
    """An arrival, and who came: somebody known, or None for somebody new."""

    arrival: Arrival
    resident: UUID | None

    @property
    def number(self) -> int:
        return self.arrival.row.number


@dataclass(frozen=True, kw_only=True)
class _Done:
    """What became of a plan."""

    plan: _Plan
    what: str
    resident: UUID
    why: tuple[str, ...]
    is_new_person: bool = False
    phone: str = ""


class _Again(Exception):
    """Some rows of a batch cannot be taken: undo it, and do it again without them."""

    def __init__(self, refused: Mapping[int, Refusal]) -> None:
        super().__init__(refused)
        self.refused = refused


@dataclass(kw_only=True)
class _Import:
    """One run through one table."""

    areas: tuple[str, ...] | None
    decisions: Mapping[int, str]
    by: Actor
    at: datetime
    tell: Tell
    report: ArrivalsReport
    who: dict[int, UUID] = field(default_factory=dict)  # by row: the person it was taken for

    def run(self, sheet: Sheet, *, division: Division | None) -> None:
        """Read, match, take; then those that are the same person as another row."""
        self.report.left_out = [(one.number, why_left_out(one.code)) for one in sheet.left_out]
        arrivals = self._read(sheet.rows, division=division)
        answers = answers_for(
            [one.row for one in arrivals],
            known_people(day=timezone.localdate(self.at)),
            progress=lambda number: self.tell("compared", number),
        )
        plans, repeats = self._planned(arrivals, answers)
        for first in range(0, len(plans), _AT_ONCE):
            self._take(plans[first : first + _AT_ONCE])
            self.tell("taken", min(first + _AT_ONCE, len(plans)))
        self._take_repeats(repeats)
        self.report.rejections.sort(key=lambda one: one.row)
        self.report.outcomes.sort(key=lambda one: one.row)

    # ---- which rows are there, and who they are --------------------------------------------------------------------
    def _read(self, rows: Sequence[SheetRow], *, division: Division | None) -> list[Arrival]:
        reader = ArrivalRows(otherwise=division, today=timezone.localdate(self.at))
        found = []
        for row in rows:
            self.report.notes += [(row.number, said_of_cell(one)) for one in row.problems if not _is_fatal(one.field)]
            try:
                arrival = reader.read(row)
                if not self._covers(arrival.place.pk):
                    raise RowRefused("not_your_area", place=arrival.place.name)
            except (RowRefused, PayloadRefused) as refused:
                self._reject(row, refused)
            else:
                found.append(arrival)
        return found

    def _planned(
        self, arrivals: Sequence[Arrival], answers: Mapping[int, Answer]
    ) -> tuple[list[_Plan], list[tuple[Arrival, int]]]:
        """The rows to take, and those that are the same person as another row, with its number."""
        open_ = [(one.row, one.place) for one in arrivals if answers[one.row.number].verdict is not Verdict.MATCH]
        before = registered_as(open_)
        plans, repeats = [], []
        for arrival in arrivals:
            number, answer = arrival.row.number, answers[arrival.row.number]
            decision = self.decisions.get(number) or arrival.row.cells.get("decision", "")
            is_new = decision.upper() in NEW_WORDS
            try:
                resident = _chosen(decision, arrival, answer) if decision and not is_new else None
            except RowRefused as refused:
                self._reject(arrival.row, refused)
                continue
            if resident is None and answer.verdict is Verdict.MATCH:
                resident = UUID(str(answer.candidates[0].key))
                self.report.matches.append(as_match(number, answer.candidates[0]))
            resident = resident or before.get(number)
            if resident is None and answer.same_as is not None:
                repeats.append((arrival, int(answer.same_as)))
            elif resident is None and answer.verdict is Verdict.ASK and not is_new:
                self._ask(arrival, answer)
            else:
                plans.append(_Plan(arrival=arrival, resident=resident))
        return plans, repeats

    def _ask(self, arrival: Arrival, answer: Answer) -> None:
        reason = str(answer.reason)
        shown = tuple(described(candidate) for candidate in answer.candidates)
        self.report.questions.append(Question(row=arrival.row, why=reason, candidates=shown))
        self.report.doubts.append(Doubt(arrival=arrival, reason=reason, candidates=answer.candidates))
        self._say(arrival.row, ASKED)

    # ---- taking them ----------------------------------------------------------------------------------------------
    def _take(self, plans: list[_Plan]) -> None:
        """Take a batch whole. Rows that turn out impossible are left out of it, and nothing of them stays."""
        while plans:
            try:
                with transaction.atomic():
                    done, refused = self._attempt(plans)
            except _Again as again:
                self._reject_all(plans, again.refused)
                plans = [plan for plan in plans if plan.number not in again.refused]
                continue
            self._reject_all(plans, refused)
            for one in done:
                self._note(one)
            return

    def _take_repeats(self, repeats: Sequence[tuple[Arrival, int]]) -> None:
        plans = []
        for arrival, same in repeats:
            if same in self.who:
                plans.append(_Plan(arrival=arrival, resident=self.who[same]))
            else:
                self._reject(arrival.row, RowRefused("same_not_taken", row=same))
        for first in range(0, len(plans), _AT_ONCE):
            self._take(plans[first : first + _AT_ONCE])

    def _attempt(self, plans: Sequence[_Plan]) -> tuple[list[_Done], dict[int, Refusal]]:
        """Everything that a batch changes, and the rows that were refused before anything of them was written.

        Raises: _Again, with the rows that were refused when something of them had been.
        """
        today = timezone.localdate(self.at)
        known = _Known((plan.resident for plan in plans if plan.resident is not None), today=today)
        refused: dict[int, Refusal] = {}
        done: list[_Done] = []
        seen: dict[tuple[UUID, date], int] = {}
        newcomers: list[tuple[_Plan, Newcomer]] = []
        for plan in plans:
            if plan.resident is None:
                newcomers.append((plan, _newcomer(plan.arrival)))
                continue
            try:
                one = self._of_known(plan, known.kept(plan.resident), known)
            except (RowRefused, GridRefused) as why:
                refused[plan.number] = why
                continue
            first = seen.setdefault((one.resident, plan.arrival.arrived_on), plan.number)
            done.append(one if first == plan.number else _repeated(one, first=first))
        registered = register_residents([newcomer for _, newcomer in newcomers], by=self.by, at=self.at)
        for (plan, _), outcome in zip(newcomers, registered, strict=True):
            if isinstance(outcome, GridRefused):
                refused[plan.number] = outcome
                continue
            known.add(outcome)
            done.append(_Done(plan=plan, what=ACCEPTED, resident=outcome.pk, why=(note("new"),), is_new_person=True))
        done = self._recorded(done, known)
        for one in done:
            if one.phone:
                update_contact(known.residents[one.resident], phone=one.phone, by=self.by, at=self.at)
        return done, refused

    def _of_known(self, plan: _Plan, resident: UUID, known: "_Known") -> _Done:
        """What is to be done for somebody who is known; who had left moves in again."""
        arrival, standing = plan.arrival, known.standing[resident]
        if not self._covers(standing.place):
            raise RowRefused("elsewhere")
        if standing.has_died:
            raise RowRefused("died")
        phone, about_phone = known.phone_from(arrival, resident)
        before = known.arrivals.get((resident, arrival.arrived_on))
        if before is not None:
            if before != arrival.payload["origin_tier"]:
                raise RowRefused("other_tier", known=before)
            return _Done(plan=plan, what=MATCHED, resident=resident, why=(note("received"), *about_phone), phone=phone)
        if standing.lives_here:
            why = [note("known"), *about_phone]
            if standing.place != arrival.place.pk:
                why.append(note("lives_elsewhere", place=known.name_of(standing.place), said=arrival.place.name))
        else:
            why = [note("returned"), *about_phone]
            move_resident(
                known.residents[resident],
                home=Home(division=arrival.place),
                kind=_kind_of(arrival),
                from_day=max(arrival.arrived_on, standing.left_on or arrival.arrived_on),
                by=self.by,
                at=self.at,
            )
            known.standing[resident] = _Standing(place=arrival.place.pk, lives_here=True)
        return _Done(plan=plan, what=ACCEPTED, resident=resident, why=tuple(why), phone=phone)

    def _recorded(self, done: list[_Done], known: "_Known") -> list[_Done]:
        """Write down the arrivals of those accepted.

        Raises: _Again.
        """
        wanted = [one for one in done if one.what == ACCEPTED]
        outcomes = record_entries(
            [self._draft(one, known.residents[one.resident]) for one in wanted], by=self.by, at=self.at
        )
        received: dict[int, _Done] = {}
        refused: dict[int, Refusal] = {}
        for one, outcome in zip(wanted, outcomes, strict=True):
            if not isinstance(outcome, Recorded):
                refused[one.plan.number] = outcome
            elif not outcome.is_new:
                received[one.plan.number] = _Done(
                    plan=one.plan, what=MATCHED, resident=one.resident, why=(note("taken_back"),)
                )
        if refused:
            raise _Again(refused)
        return [received.get(one.plan.number, one) for one in done]

    def _draft(self, one: _Done, resident: Resident) -> Draft:
        arrival = one.plan.arrival
        return Draft(
            kind=ARRIVAL,
            subject=resident,
            happened_at=arrival.happened_at,
            payload=arrival.payload,
            channel=Channel.IMPORT,
            id=arrival.entry_id(resident.pk),
        )

    # ---- saying what became of them ---------------------------------------------------------------------------------
    def _note(self, one: _Done) -> None:
        self.who[one.plan.number] = one.resident
        self.report.accepted += one.what == ACCEPTED
        self.report.matched += one.what == MATCHED
        self.report.registered += one.is_new_person
        self.report.contacts += bool(one.phone)
        self._say(one.plan.arrival.row, one.what, *one.why, resident=one.resident)

    def _reject_all(self, plans: Sequence[_Plan], refused: Mapping[int, Refusal]) -> None:
        for plan in plans:
            if plan.number in refused:
                self._reject(plan.arrival.row, refused[plan.number])

    def _reject(self, row: SheetRow, refused: Refusal) -> None:
        why = why_not(refused)
        self.report.reject(row.number, reason=why)
        self._say(row, REJECTED, why)

    def _say(self, row: SheetRow, what: str, *why: str, resident: UUID | None = None) -> None:
        name = row.cells.get("name", "")
        self.report.outcomes.append(RowOutcome(row=row.number, name=name, what=what, why=why, resident=resident))

    def _covers(self, code: str) -> bool:
        return self.areas is None or any(is_within(code, area) for area in self.areas)


@dataclass(frozen=True, kw_only=True)
class _Standing:
    """Where somebody known stands: in whose care, whether they live there today, or since when no more."""

    place: str = ""
    lives_here: bool = False
    has_died: bool = False
    left_on: date | None = None


class _Known:
    """What is stored of the people of one batch, in a handful of queries."""

    def __init__(self, residents: Iterable[UUID], *, today: date) -> None:
        clusters = clusters_of(residents)
        self._kept = {id: ids[0] for id, ids in clusters.items()}
        self.residents = Resident.objects.in_bulk(set(self._kept.values()))
        self.standing = _standings(self.residents, today=today)
        everybody = {id: ids[0] for ids in clusters.values() for id in ids}
        entries = counting(Entry.objects.filter(kind=ARRIVAL, resident__in=everybody)).values_list(
            "resident_id", "payload"
        )
        self.arrivals = {
            (everybody[id], date.fromisoformat(payload["arrived_on"])): payload["origin_tier"]
            for id, payload in entries
            if id is not None
        }
        acts = Act.objects.filter(
            object_type="resident", object_id__in=[str(id) for id in self.residents], action__in=_CONTACT_ACTS
        )
        self._told_on = {
            UUID(id): timezone.localdate(last)
            for id, last in acts.order_by().values_list("object_id").annotate(Max("at"))
        }
        self._names: dict[str, str] = {}

    def kept(self, id: UUID) -> UUID:
        """The id under which somebody is read, who may have been merged since."""
        return self._kept[id]

    def add(self, resident: Resident) -> None:
        """Somebody was just registered."""
        self.residents[resident.pk] = resident

    def phone_from(self, arrival: Arrival, id: UUID) -> tuple[str, tuple[str, ...]]:
        """The phone of a row if it is another than ours and newer, and what to say of it."""
        given, ours = arrival.row.cells.get("phone", "").split(), self.residents[id].phone
        if not given or ours in given:
            return "", ()
        told_on = self._told_on.get(id)
        # Only what was learnt before the arrival is older than it: two tables of one day never take turns.
        if not ours or told_on is None or told_on < arrival.arrived_on:
            return given[0], (note("phone_updated"),)
        return "", (note("phone_kept"),)

    def name_of(self, code: str) -> str:
        """What a community is called."""
        if code not in self._names:
            self._names[code] = Division.objects.get(pk=code).name
        return self._names[code]


def _standings(ids: Iterable[UUID], *, today: date) -> dict[UUID, _Standing]:
    """By resident: what the last of their residences says; those taken back do not count."""
    wanted = list(ids)
    found = dict.fromkeys(wanted, _Standing())
    rows = Residence.objects.filter(resident__in=wanted).order_by("from_day", "id")
    columns = ("resident_id", "from_day", "to_day", "end_reason", "household__unit__division_id", "division_id")
    for id, from_day, to_day, end_reason, around, alone in rows.values_list(*columns):
        has_died = end_reason == Residence.EndReason.DIED
        if to_day == from_day and not has_died:
            continue
        found[id] = _Standing(
            place=around or alone or "",
            lives_here=to_day is None or to_day > today,
            has_died=has_died,
            left_on=to_day,
        )
    return found


def _is_fatal(field: str) -> bool:
    return field in ("name", "document_number", "arrival_day")


def _chosen(decision: str, arrival: Arrival, answer: Answer) -> UUID:
    """The person that a human chose among the candidates."""
    offered = {str(one.key) for one in answer.candidates if not one.in_table}
    try:
        chosen = UUID(decision.strip())
    except ValueError:
        raise RowRefused("decision_unknown", said=decision) from None
    if str(chosen) not in offered and str(chosen) not in arrival.row.cells.get("candidates", ""):
        raise RowRefused("decision_unknown", said=decision)
    if not Resident.objects.filter(pk=chosen).exists():
        raise RowRefused("decision_unknown", said=decision)
    return chosen


def _newcomer(arrival: Arrival) -> Newcomer:
    return Newcomer(
        person=person_of(arrival.row),
        home=Home(division=arrival.place),
        kind=_kind_of(arrival),
        from_day=arrival.arrived_on,
        id=new_id(),
    )


def _kind_of(arrival: Arrival) -> str:
    """As what they live there; who comes is there for a time unless the row says more."""
    said = arrival.row.cells.get("residence_kind", "")
    return residence_kind(arrival.row) if said else Residence.Kind.TEMPORARY


def _repeated(one: _Done, *, first: int) -> _Done:
    return _Done(plan=one.plan, what=MATCHED, resident=one.resident, why=(note("same_row", row=first),))
