"""The one way to write to the trail."""

from collections.abc import Mapping
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
    return Act.objects.create(
        at=at,
        actor=by.id,
        role=by.role,
        action=action,
        object_type=object_type,
        object_id=str(object_id),
        division_code=division_code or by.division_code,
        detail=dict(detail or {}),
    )
