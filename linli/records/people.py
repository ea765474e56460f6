"""Merging two people and telling them apart again, with the registers that follow from it."""

from datetime import datetime

from django.db import transaction

from linli.community.models import PersonMerge, Resident
from linli.community.people.merging import merge_people, undo_merge
from linli.records.operations import project_together
from linli.trail.actor import Actor


@transaction.atomic
def merge(*, kept: Resident, gone: Resident, reason: str, by: Actor, at: datetime) -> PersonMerge:
    """Two rows are one person: their entries are read together, and make one set of registers, those of ``kept``.

    Raises: GridRefused, and then nothing was changed.
    """
    row = merge_people(kept=kept, gone=gone, reason=reason, by=by, at=at)
    project_together([kept.pk])
    return row


@transaction.atomic
def undo(row: PersonMerge, *, reason: str, by: Actor, at: datetime) -> PersonMerge:
    """They are two after all: each has again the entries written about them, and the registers these make.

    Raises: GridRefused, and then nothing was changed.
    """
    done = undo_merge(row, reason=reason, by=by, at=at)
    project_together([row.kept_id, row.gone_id])
    return done
