"""The page on which a table of arrivals is taken in: upload, look at what would become of each row, confirm.

Between the two steps the table travels with the page itself, sealed for the account that sent it: nothing of it lies
about on the server.
"""

import base64
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from linli.community.access import GridReach, latest_residences, reachable
from linli.community.codes import VILLAGE
from linli.community.models import Division, Residence, Resident
from linli.community.permissions import KEEPING_GRID
from linli.community.request import LinliRequest
from linli.community.sheets.sheet import Sheet, read_sheet
from linli.community.sheets.unreadable import TableUnreadable
from linli.programs.keypeople.arrival_rows import COLUMNS
from linli.programs.keypeople.import_wording import why_asked
from linli.programs.keypeople.importing import (
    ACCEPTED,
    MATCHED,
    REJECTED,
    ArrivalsReport,
    Doubt,
    import_arrivals,
)
from linli.trail.operations import record_act

MOST_BYTES = 2_000_000
MOST_ROWS = 5_000
_SEALED_FOR_SECONDS = 2 * 3600
_SHOWN = 200
_CLAUSE = "minfa-2020-38 二(一)4"


@dataclass(frozen=True, kw_only=True)
class _Upload:
    """A table as it was sent: what it is called, what is in it, the community of rows that name none."""

    name: str
    content: bytes
    division: Division | None


class _Refused(Exception):
    """A file that cannot be used. ``what`` is said to the reader, ``detail`` is the reader's own word for it."""

    def __init__(self, what: str, *, detail: str = "") -> None:
        super().__init__(what)
        self.what, self.detail = what, detail


def import_table(request: LinliRequest) -> HttpResponse:
    """Upload a table, see what would become of it, and take it in."""
    context: dict[str, Any] = {"communities": _communities(request), "clause": _CLAUSE, "most_rows": MOST_ROWS}
    if request.method != "POST":
        return render(request, "keypeople/import_upload.html", context)
    is_confirmed = "table" in request.POST
    try:
        upload = _unsealed(request) if is_confirmed else _uploaded(request)
        sheet = _sheet(upload, request)
    except _Refused as refused:
        context |= {"wrong": refused.what, "detail": refused.detail}
        return render(request, "keypeople/import_upload.html", context, status=400)
    report = import_arrivals(
        sheet,
        division=upload.division,
        areas=request.reach.divisions(KEEPING_GRID),
        decisions=_decisions(request),
        by=request.reach.actor(roles=KEEPING_GRID),
        at=request.at,
        commit=is_confirmed,
    )
    _note(request, report)
    context |= _told(request, report, sheet) | {"name": upload.name, "table": _sealed(upload, request)}
    return render(request, "keypeople/import_rows.html", context)


# ---- the table on its way ------------------------------------------------------------------------------------------
def _uploaded(request: LinliRequest) -> _Upload:
    file = request.FILES.get("file")
    if file is None or not file.size:
        raise _Refused(_("还没有选文件，或文件是空的。请选一张表。"))
    if file.size > MOST_BYTES:
        raise _Refused(_("文件太大（最多2 MB）。请分成几张表，或交给县里用命令导入。"))
    code = request.POST.get("division", "")
    return _Upload(name=str(file.name)[:80], content=file.read(), division=_community(request, code))


def _community(request: HttpRequest, code: str) -> Division | None:
    return next((one for one in _communities(request) if one.pk == code), None)


def _communities(request: Any) -> list[Division]:
    rows = Division.objects.filter(level=VILLAGE).order_by("code")
    return list(reachable(rows, reach=request.reach, roles=KEEPING_GRID, path="code"))


def _salt(request: LinliRequest) -> str:
    account = request.reach.account
    return f"linli.keypeople.import.{account.pk if account is not None else ''}"


def _sealed(upload: _Upload, request: LinliRequest) -> str:
    content = base64.b64encode(upload.content).decode("ascii")
    said = {"name": upload.name, "content": content, "division": upload.division.pk if upload.division else ""}
    return signing.dumps(said, salt=_salt(request), compress=True)


def _unsealed(request: LinliRequest) -> _Upload:
    try:
        said = signing.loads(request.POST["table"], salt=_salt(request), max_age=_SEALED_FOR_SECONDS)
    except signing.BadSignature:
        raise _Refused(_("这一页放得太久了。请重新上传。")) from None
    division = _community(request, said["division"])
    return _Upload(name=said["name"], content=base64.b64decode(said["content"]), division=division)


def _sheet(upload: _Upload, request: LinliRequest) -> Sheet:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "table"
        file.write_bytes(upload.content)
        try:
            return read_sheet(file, columns=COLUMNS, year=request.day.year, most_rows=MOST_ROWS)
        except TableUnreadable as unreadable:
            what = _("这张表读不出来。请存成XLSX或CSV，在数据上面写一行列名（至少有“姓名”），最多5000行。")
            raise _Refused(what, detail=f"{unreadable.what}. {unreadable.remedy}") from unreadable


def _decisions(request: LinliRequest) -> dict[int, str]:
    """The answers by row: ``decision-12`` is NEW, or the id of somebody; left open is no answer."""
    found = {}
    for name, value in request.POST.items():
        row = name.removeprefix("decision-")
        if row != name and row.isascii() and row.isdigit() and len(row) < 9 and value:
            found[int(row)] = str(value)
    return found


# ---- what is shown ------------------------------------------------------------------------------------------------
def _told(request: LinliRequest, report: ArrivalsReport, sheet: Sheet) -> dict[str, Any]:
    def those(what: str) -> list[Any]:
        return [one for one in report.outcomes if one.what == what][:_SHOWN]

    return {
        "report": report,
        "asked": len(report.questions),
        "may_take": not report.committed and bool(report.accepted or report.contacts),
        "doubts": _doubts(request, report.doubts[:_SHOWN]),
        "rejected": those(REJECTED),
        "accepted": those(ACCEPTED),
        "matched": those(MATCHED),
        "notes": report.notes[:_SHOWN],
        "left_out": report.left_out[:_SHOWN],
        "columns": list(sheet.heading.values()),
        "unknown": list(sheet.unknown),
        "shown": _SHOWN,
    }


def _doubts(request: LinliRequest, doubts: list[Doubt]) -> list[dict[str, Any]]:
    """The questions, with those candidates that one reaches; of others it is only said that there are some."""
    keys = {UUID(str(one.key)) for doubt in doubts for one in doubt.candidates if not one.in_table}
    reach = GridReach(day=request.day, areas=request.reach.divisions(KEEPING_GRID))
    near = {str(one.pk): one for one in reach.residents(Resident.objects.filter(pk__in=keys))} if keys else {}
    homes: dict[UUID, Residence] = {
        row.resident_id: row
        for row in latest_residences(day=request.day)
        .filter(resident__in=list(near.values()))
        .select_related("household__unit__division", "division")
    }
    return [
        {
            "row": doubt.arrival.row,
            "arrival": doubt.arrival,
            "why": why_asked(doubt.reason),
            "people": [
                (near[str(one.key)], homes.get(near[str(one.key)].pk), round(one.certainty * 100))
                for one in doubt.candidates
                if str(one.key) in near and not one.in_table
            ],
            "rows": [one.key for one in doubt.candidates if one.in_table],
            "others": any(str(one.key) not in near and not one.in_table for one in doubt.candidates),
        }
        for doubt in doubts
    ]


def _note(request: LinliRequest, report: ArrivalsReport) -> None:
    """On the trail: that a table was compared with the register, or taken in; how many, and nothing of anybody."""
    record_act(
        "arrivals.imported" if report.committed else "arrivals.previewed",
        by=request.reach.actor(roles=KEEPING_GRID),
        at=request.at,
        detail={
            "accepted": report.accepted,
            "matched": report.matched,
            "asked": len(report.questions),
            "rejected": report.rejected,
        },
    )
