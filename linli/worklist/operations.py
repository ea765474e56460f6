"""Writing from the list: what one tap records, an excuse with its reason, taking back a tap that was a mistake."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.community.models import Division, Household, Resident, new_id
from linli.records.kinds import kind_of
from linli.records.models import Channel, Entry
from linli.records.operations import Draft, Recorded, record_entry, withdraw_entry
from linli.records.program import EntryRefused
from linli.records.queries import counting
from linli.trail.actor import Actor
from linli.worklist.cards import usual_payload
from linli.worklist.items import Item

_EXCUSES = {"person": "excuse", "household": "excuse_household"}
_A_MOMENT = timedelta(seconds=1)


class NothingUsual(Exception):
    """The kind does not say what is usual: one tap cannot record it."""


def record_usual(item: Item, *, id: UUID, channel: str = Channel.DOOR, by: Actor, at: datetime) -> Recorded:
    """Record that an item was found as usual. Two taps with one ``id`` store one entry.

    Raises: NothingUsual; EntryRefused.
    """
    kind = kind_of(item.kind)
    payload = usual_payload(item, kind)
    if not payload:
        raise NothingUsual(item.kind)
    draft = Draft(kind=kind.id, subject=_subject(item), happened_at=at, payload=payload, channel=channel, id=id)
    return _once(draft, by=by, at=at)


def excuse_item(item: Item, *, reason: str, id: UUID, by: Actor, at: datetime) -> Recorded:
    """Say why an item is not done. For one of a day that is over, it counts for that day.

    Raises: EntryRefused.
    """
    kind = _EXCUSES.get(item.subject_type)
    if kind is None or item.is_urgent:
        raise EntryRefused("not_excusable")
    draft = Draft(
        kind=kind,
        subject=_subject(item),
        happened_at=min(at, item.due_to - _A_MOMENT) if item.is_bound else at,
        payload={"item": item.id, "reason": reason},
        id=id,
    )
    return _once(draft, by=by, at=at)


def take_back(entry: Entry, *, by: Actor, at: datetime) -> Recorded:
    """Withdraw what was tapped by mistake.

    Raises: EntryRefused.
    """
    return withdraw_entry(entry, reason=_("点错了"), id=new_id(), by=by, at=at)


def own_entry_of_today(id: UUID, *, by: Actor, at: datetime) -> Entry | None:
    """An entry that counts and that the same author wrote today; None otherwise. Only such may be taken back."""
    found = counting().filter(pk=id, by=by.id).first()
    if found is None or timezone.localdate(found.received_at) != timezone.localdate(at):
        return None
    return found if not kind_of(found.kind).is_final else None


def _once(draft: Draft, *, by: Actor, at: datetime) -> Recorded:
    known = _known(draft, by=by)
    if known is not None:
        return Recorded(entry=known, is_new=False)
    try:
        return record_entry(draft, by=by, at=at)
    except IntegrityError:
        # The same tap came in twice at the same moment.
        known = _known(draft, by=by)
        if known is None:
            raise
        return Recorded(entry=known, is_new=False)


def _known(draft: Draft, *, by: Actor) -> Entry | None:
    """The entry that an earlier tap of the same button made."""
    about: dict[str, Any] = {"resident": None, "household": None, "unit": None}
    match draft.subject:
        case Resident():
            about["resident"] = draft.subject
        case Household():
            about["household"] = draft.subject
    return Entry.objects.filter(pk=draft.id, kind=draft.kind, by=by.id, **about).first()


def _subject(item: Item) -> Resident | Household | Division:
    match item.subject_type:
        case "person":
            return Resident.objects.get(pk=item.subject)
        case "household":
            return Household.objects.select_related("unit").get(pk=item.subject)
    return Division.objects.get(pk=item.division)
