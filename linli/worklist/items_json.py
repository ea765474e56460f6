"""An item as plain data, as the contract names its parts."""

from typing import Any

from linli.community.civil_days import SHANGHAI
from linli.worklist.items import Item


def item_as_dict(item: Item) -> dict[str, Any]:
    """The item for JSON: ids as text, moments with China's offset, ``clause`` the first of ``clauses``."""
    clauses = [
        {"instrument": one.instrument, "cite": one.cite, **({"norm": one.norm} if one.norm else {})}
        for one in item.clauses
    ]
    return {
        "id": item.id,
        "action": item.actions[0] if item.actions else item.kind,
        "kind": item.kind,
        "subject": {"type": item.subject_type, "id": str(item.subject), "label": item.label},
        "place": item.place,
        "division": item.division,
        "owner": item.owner.name,
        "worker": item.owner.worker,
        "due_from": item.due_from.astimezone(SHANGHAI).isoformat(),
        "due_to": item.due_to.astimezone(SHANGHAI).isoformat(),
        "state": item.state.value,
        "urgent": item.is_urgent,
        "why": str(item.why),
        "clause": {"instrument": clauses[0]["instrument"], "cite": clauses[0]["cite"]} if clauses else None,
        "clauses": clauses,
        "done_by": str(item.done_by.id) if item.done_by else None,
        "reason": item.done_by.reason if item.done_by else "",
    }
