"""The one way to write to the trail."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from linli.trail.actor import Actor
from linli.trail.models import Act


def record_act(
    action: str,
    *,
    by: Actor,
    at: datetime,
    object_type: str = "",
    object_id: object = "",
    division_code: str = "",
    detail: Mapping[str, Any] | None = None,
) -> Act:
    """Write down that ``by`` did ``action`` at ``at``.

    ``action`` is a dotted word (``account.opened``, ``declaration.corrected``). ``division_code`` is the area
    concerned; left empty, the area of the actor stands in. ``detail`` is plain JSON and holds no name, phone or
    diagnosis: the trail is kept longer than such data may be.
    """
    act = act_of(
        action,
        by=by,
        at=at,
        object_type=object_type,
        object_id=object_id,
        division_code=division_code,
        detail=detail,
    )
    act.save(force_insert=True)
    return act


def act_of(
    action: str,
    *,
    by: Actor,
    at: datetime,
    object_type: str = "",
    object_id: object = "",
    division_code: str = "",
    detail: Mapping[str, Any] | None = None,
) -> Act:
    """One of many acts that `record_acts` writes down together; the same words as for `record_act`."""
    return Act(
        at=at,
        actor=by.id,
        role=by.role,
        action=action,
        object_type=object_type,
        object_id=str(object_id),
        division_code=division_code or by.division_code,
        detail=dict(detail or {}),
    )


def record_acts(acts: Iterable[Act]) -> None:
    """Write down many acts in their order, in few queries: for tables with thousands of rows."""
    Act.objects.bulk_create(acts, batch_size=1000)
