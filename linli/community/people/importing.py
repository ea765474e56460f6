"""Takes in tables of residents and workers: the known are matched, the new registered, the doubtful asked about.

Without ``commit`` everything is done and undone again, so that a dry run says exactly what would happen. The same
table a second time changes nothing.
"""

import csv
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction

from linli.community.dated_rows import in_force
from linli.community.grid.operations import register_worker
from linli.community.identity import masked_number
from linli.community.matching.match import Answer, Candidate, Verdict, match_rows
from linli.community.matching.person import Person as Incoming
from linli.community.models import Division, Resident, Worker, WorkerKind
from linli.community.people.known import known_people
from linli.community.people.operations import register_resident
from linli.community.people.rows import (
    Communities,
    Unplaced,
    home_of,
    incoming,
    person_of,
    phone_of,
    registered_as,
    residence_kind,
)
from linli.community.refusals import GridRefused
from linli.community.sheets.cells import CellKind
from linli.community.sheets.headings import PEOPLE, Column
from linli.community.sheets.sheet import Sheet, SheetRow
from linli.community.tables import ImportReport
from linli.trail.actor import Actor

DECISION = Column(field="decision", kind=CellKind.TEXT, headings=("decision", "认定"))
CANDIDATES = Column(field="candidates", kind=CellKind.TEXT, headings=("candidates", "可能是"))
COLUMNS = (*PEOPLE, DECISION, CANDIDATES)
"""What a table of people may have, the columns of answered questions among them."""

ASKED: tuple[str, ...] = (
    *("name", "document_kind", "document_number", "phone", "birth_day", "sex", "division", "township", "building"),
    *("unit", "room", "address", "residence_kind", "job", "from_day", "candidates", "decision"),
)
"""The columns of a table of questions."""

NEW_WORDS = frozenset({"NEW", "新", "新增", "新人", "都不是"})
_MOST_SHOWN = 1000
_JOBS = {
    "网格员": WorkerKind.GRID_WORKER, "专职网格员": WorkerKind.GRID_WORKER, "网格长": WorkerKind.GRID_WORKER,
    "楼长": WorkerKind.BUILDING_HEAD, "小组长": WorkerKind.GROUP_LEADER, "村民小组长": WorkerKind.GROUP_LEADER,
    "居民小组长": WorkerKind.GROUP_LEADER, "医生": WorkerKind.DOCTOR, "家庭医生": WorkerKind.DOCTOR,
    "村医": WorkerKind.VILLAGE_DOCTOR, "民警": WorkerKind.POLICE, "物业": WorkerKind.PROPERTY_STAFF,
    "社工": WorkerKind.SOCIAL_WORKER, "村干部": WorkerKind.STAFF, "社区干部": WorkerKind.STAFF,
}  # fmt: skip
_REASONS = {
    "card_form": "The ID number has the wrong form.",
    "card_check": "The check digit of the ID number is wrong: a digit is mistyped.",
    "card_birth": "The birth date inside the ID number does not exist.",
    "card_demo": "The ID number belongs to nobody; made-up numbers are taken in a demo only.",
    "card_area": "The ID number begins with no province.",
    "card_other_birth": "The birth date is not that of the ID number.",
    "card_other_sex": "The sex is not that of the ID number.",
    "birth_day": "The birth date lies in the future or too far back.",
    "document_known": "Somebody else has this document.",
    "document_number_missing": "The number of the document is missing.",
    "phone": "The telephone number has the wrong form.",
}


@dataclass(frozen=True, kw_only=True)
class Question:
    """A row that a human must decide: its number, why, and who it may be."""

    row: SheetRow
    why: str
    candidates: tuple[str, ...]


@dataclass(kw_only=True)
class PeopleReport(ImportReport):
    """Beside accepted, matched and rejected rows: questions, cells not understood, lines left out, and the matches."""

    questions: list[Question] = field(default_factory=list)
    notes: list[tuple[int, str]] = field(default_factory=list)
    left_out: list[tuple[int, str]] = field(default_factory=list)
    matches: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The report as plain JSON; of long lists the first thousand."""
        return super().as_json() | {
            "asked": len(self.questions),
            "questions": [
                {"row": one.row.number, "why": one.why, "candidates": list(one.candidates)}
                for one in self.questions[:_MOST_SHOWN]
            ],
            "notes": [{"row": row, "note": note} for row, note in self.notes[:_MOST_SHOWN]],
            "left_out": [{"row": row, "why": why} for row, why in self.left_out[:_MOST_SHOWN]],
            "matches": self.matches[:_MOST_SHOWN],
        }


def import_residents(
    sheet: Sheet,
    *,
    division: Division | None = None,
    from_day: date,
    by: Actor,
    at: datetime,
    commit: bool,
    progress: Callable[[int], None] | None = None,
) -> PeopleReport:
    """Register the residents of ``sheet`` who are not known yet, living there from ``from_day`` on.

    ``division`` is the community of rows that name none. Somebody known is left as they are. A household is found by
    its label or address, else the person is registered for the community alone.
    """
    with transaction.atomic():
        report, rows = begun(sheet, commit=commit)
        communities = Communities(division)
        answers = answers_for(rows, known_people(day=from_day), progress=progress)
        for row in rows:
            place = communities.of(row)
            if isinstance(place, Unplaced):
                report.reject(row.number, reason=str(place))
                continue
            if _settled(row, answers[row.number], report, already=partial(_is_registered, row, place)):
                continue
            try:
                register_resident(
                    person_of(row), home=home_of(row, place, day=from_day), kind=residence_kind(row), from_day=from_day,
                    by=by, at=at,
                )  # fmt: skip
                report.accepted += 1
            except GridRefused as refused:
                report.reject(row.number, reason=_REASONS.get(refused.code, refused.code))
        return ended(report)


def import_workers(
    sheet: Sheet, *, division: Division | None = None, from_day: date, by: Actor, at: datetime, commit: bool
) -> PeopleReport:
    """Take on the workers of ``sheet`` who are not known yet; their work is in the column 职务."""
    with transaction.atomic():
        report, rows = begun(sheet, commit=commit)
        communities = Communities(division)
        answers = answers_for(rows, _known_workers(day=from_day))
        for row in rows:
            place, kind = communities.of(row), _worker_kind(row)
            if isinstance(place, Unplaced) or kind is None:
                job = row.cells.get("job", "")
                reason = str(place) if isinstance(place, Unplaced) else f"“{job}” is not a kind of work known here."
                report.reject(row.number, reason=reason)
                continue
            already = partial(_is_worker, row, place, kind, day=from_day)
            if _settled(row, answers[row.number], report, already=already):
                continue
            first_day = date.fromisoformat(row.cells.get("from_day") or from_day.isoformat())
            register_worker(
                row.cells["name"], kind=kind, division=place, phone=phone_of(row), from_day=first_day, by=by, at=at
            )
            report.accepted += 1
        return ended(report)


def write_questions(
    file: Path, questions: Sequence[Question], *, columns: Sequence[Column] = COLUMNS, fields: Sequence[str] = ASKED
) -> None:
    """The questions as a CSV that is a table of people itself; its last column is for the answer.

    The answer is NEW 新, or the number of the one it is as it stands under 可能是. ``fields`` are the columns written.
    """
    headings = {column.field: column.headings[1] for column in columns if len(column.headings) > 1}
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([headings[name] for name in fields])
        for question in questions:
            cells = dict(question.row.cells) | {"candidates": " | ".join(question.candidates), "decision": ""}
            writer.writerow([_harmless(cells.get(name, "")) for name in fields])


def _harmless(text: str) -> str:
    return f"'{text}" if text[:1] in "=+-@" and text else text


def begun(sheet: Sheet, *, commit: bool) -> tuple[PeopleReport, list[SheetRow]]:
    """The report, with the rows that cannot be taken; and the others."""
    report = PeopleReport(committed=commit)
    report.left_out = [(one.number, one.reason) for one in sheet.left_out]
    rows = []
    for row in sheet.rows:
        lost = [problem for problem in row.problems if problem.field in ("name", "document_number")]
        for problem in row.problems:
            if problem not in lost:
                report.notes.append((row.number, f"{problem.heading}: {problem.reason} {problem.remedy}"))
        if lost:
            report.reject(row.number, reason=f"{lost[0].heading}: {lost[0].reason} {lost[0].remedy}")
        elif not row.cells["name"]:
            report.reject(row.number, reason="The name is empty.")
        else:
            rows.append(row)
    return report, rows


def ended(report: PeopleReport) -> PeopleReport:
    """The report in order; a dry run is undone with it."""
    report.rejections.sort(key=lambda rejection: rejection.row)
    if not report.committed:
        transaction.set_rollback(True)
    return report


def answers_for(
    rows: Sequence[SheetRow], known: Iterator[Incoming], *, progress: Callable[[int], None] | None = None
) -> Mapping[int, Answer]:
    """What the matcher says of each row, by its number."""
    people = [incoming(row) for row in rows]
    return {row.number: answer for row, answer in zip(rows, match_rows(people, known, progress=progress), strict=True)}


def _settled(row: SheetRow, answer: Answer, report: PeopleReport, *, already: Callable[[], bool]) -> bool:
    """Is nothing to be registered: known, asked about, or the same as another row? Notes it in the report."""
    decision = row.cells.get("decision", "")
    if decision and decision.upper() not in NEW_WORDS:
        if decision not in row.cells.get("candidates", ""):
            report.reject(
                row.number, reason=f"“{decision}” is none of the candidates. Write NEW or one of their numbers."
            )
        else:
            report.matched += 1
        return True
    if answer.verdict is Verdict.MATCH:
        report.matched += 1
        report.matches.append(as_match(row.number, answer.candidates[0]))
        return True
    if answer.same_as is not None:
        report.matched += 1
        report.left_out.append((row.number, f"The same person as row {answer.same_as}."))
        return True
    if already():
        report.matched += 1
        return True
    if answer.verdict is Verdict.NEW or decision:
        return False
    shown = tuple(described(candidate) for candidate in answer.candidates)
    report.questions.append(Question(row=row, why=str(answer.reason), candidates=shown))
    return True


def as_match(row: int, candidate: Candidate) -> dict[str, Any]:
    """A row that is somebody known, with what agrees, as plain JSON."""
    agreed = [{"what": one.what, "level": one.level, "bits": one.bits} for one in candidate.evidence]
    return {"row": row, "id": str(candidate.key), "certainty": candidate.certainty, "because": agreed}


def described(candidate: Candidate) -> str:
    """A candidate in one line: number, certainty, and enough to recognise them by."""
    if candidate.in_table:
        return f"row {candidate.key} ({candidate.certainty:.0%})"
    said = ", ".join(f"{one.what} {one.level}" for one in candidate.evidence)
    who = ""
    if isinstance(candidate.key, str):
        resident = Resident.objects.filter(pk=UUID(candidate.key)).prefetch_related("documents").first()
        if resident is not None:
            papers = " ".join(masked_number(paper.number) for paper in resident.documents.all() if paper.number)
            who = f" {resident.name} {resident.birth_day or ''} {papers}".rstrip()
    return f"{candidate.key}{who} ({candidate.certainty:.0%}: {said})"


def _known_workers(*, day: date) -> Iterator[Incoming]:
    for worker in Worker.objects.filter(in_force(day)).order_by("id"):
        yield Incoming(worker.pk, worker.name, phones=(worker.phone,) if worker.phone else ())


def _worker_kind(row: SheetRow) -> WorkerKind | None:
    said = row.cells.get("job", "")
    labels = {str(kind.label): kind for kind in WorkerKind} | {kind.value: kind for kind in WorkerKind} | _JOBS
    return labels.get(said) or labels.get(said.upper())


def _is_registered(row: SheetRow, place: Division) -> bool:
    return bool(registered_as([(row, place)]))


def _is_worker(row: SheetRow, place: Division, kind: WorkerKind, *, day: date) -> bool:
    among = Worker.objects.filter(in_force(day), name=row.cells["name"], division=place, kind=kind)
    return among.filter(phone=phone_of(row)).exists()
