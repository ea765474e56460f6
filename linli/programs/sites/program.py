"""What central sites bring to the records: which step may follow on which, and what is due there."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from linli.programs.sites.duties import duties
from linli.records.program import EntryRefused, Fact, Program

RECORD, COUNT, TRANSPORT = "site_record", "site_count", "transport"
IN, MOVE, OUT, DISINFECTED = "CHECK_IN", "MOVE_ROOM", "CHECK_OUT", "ROOM_DISINFECTED"
_STEPS = (IN, MOVE, OUT)


def check_record(draft: Fact, before: Sequence[Fact]) -> None:
    """In before out, one room at a time, and nothing is noted of somebody who is not there.

    Beds and who is in the room are not in one person's entries: the operation and the database look after them.
    """
    what, room = draft.payload["what"], draft.payload.get("room", "")
    steps = [fact for fact in before if fact.kind == RECORD and fact.payload["what"] in _STEPS]
    earlier = [fact for fact in steps if fact.happened_at <= draft.happened_at]
    if what in _STEPS and len(earlier) < len(steps):
        raise EntryRefused("site_step_later", field="happened_at")
    is_inside = bool(earlier) and earlier[-1].payload["what"] != OUT
    if what == DISINFECTED:
        rooms = [fact.payload.get("room") for fact in earlier]
        if not room or room not in rooms or (is_inside and earlier[-1].payload.get("room") == room):
            raise EntryRefused("site_room_not_left", field="room")
        return
    if what == IN and is_inside:
        raise EntryRefused("site_already_in", field="room")
    if what != IN and not is_inside:
        raise EntryRefused("site_not_in", field="what")
    if what in (IN, MOVE) and not room:
        raise EntryRefused("site_room_missing", field="room")
    if what == OUT and "leaving" not in draft.payload:
        raise EntryRefused("site_leaving_missing", field="leaving")


def check_transport(draft: Fact, before: Sequence[Fact]) -> None:
    """Booked, picked up, delivered, disinfected, in this order; cancelled before the pick-up alone."""
    what = draft.payload["what"]
    drive = draft.payload["booking"]
    steps = [fact.payload["what"] for fact in before if fact.kind == TRANSPORT and fact.payload["booking"] == drive]
    after = {"BOOKED": "", "PICKED_UP": "BOOKED", "DELIVERED": "PICKED_UP", "CANCELLED": "BOOKED"}
    if what == "DISINFECTED":
        if "DELIVERED" not in steps or what in steps:
            raise EntryRefused("drive_not_there", field="what")
    elif (steps[-1] if steps else "") != after[what]:
        raise EntryRefused("drive_not_there", field="what")


PROGRAM = Program(
    id="sites",
    guards={RECORD: check_record, TRANSPORT: check_transport},
    duties=duties,
    refusals={
        "site_step_later": _("这个时间以后已经有入住、换房或离开的登记。请核对时间。"),
        "site_already_in": _("这个人已经住在集中观察点。要换房间，请用“换房”。"),
        "site_not_in": _("这个人那时不在集中观察点。请先登记入住。"),
        "site_room_missing": _("还没有选房间。请选一间。"),
        "site_leaving_missing": _("还没有写为什么离开。请选一项。"),
        "site_room_not_left": _("这个人没有从这间房离开。请在房间的页面登记消毒。"),
        "drive_not_there": _("这次用车还没有到这一步，或已经办完。请看用车的页面。"),
    },
)
