"""Why something could not be done at a central site: what happened, on which clause it rests, what to do instead."""

from typing import Any

from django.utils.translation import gettext as _

from linli.programs.sites.clauses import Ground, Grounds

# What a refusal rests on; the others are slips and no rules.
_TOPICS = {
    "strangers": "no_infection",
    "not_disinfected": "disinfection",
    "second_carer": "carer",
    "not_observed": "rights",
}


class SitesRefused(Exception):
    """Something that cannot be done. ``code`` says why, ``field`` what it is about, ``data`` fills the sentence."""

    def __init__(self, code: str, *, field: str = "", **data: Any) -> None:
        super().__init__(code)
        self.code, self.field, self.data = code, field, data

    def ground(self, grounds: Grounds) -> Ground:
        """What it rests on where these are the grounds; an empty one for a slip."""
        topic = _TOPICS.get(self.code)
        return getattr(grounds, topic) if topic is not None else Ground()

    @property
    def sentence(self) -> str:
        """What happened and what to do next, in the language of the page."""
        sentences = {
            "strangers": _("%(room)s 房已经住了别家的人，不是一户、也不是陪护，不能同住。请选下面空着的房间。"),
            "no_bed": _("%(room)s 房没有空床了。请选下面空着的房间。"),
            "not_disinfected": _("%(room)s 房上一位离开后还没有消毒，不能住人。请先消毒，或选下面空着的房间。"),
            "room_closed": _("%(room)s 房停用（%(reason)s）。请选下面空着的房间。"),
            "room_of_other_site": _("这间房不在这个集中观察点。请重新选。"),
            "site_closed": _("%(site)s 那一天不接收人。请换一个集中观察点。"),
            "serves_others": _("%(site)s 只接收%(area)s的人。请选接收本地的集中观察点，或请上一级协调。"),
            "not_observed": _(
                "这个人没有在集中医学观察，不能安排入住。要观察的，先在“医学观察”里登记；来照顾人的，按陪护登记。"
            ),
            "still_observed": _("集中观察还没有解除。先在“医学观察”里办解除，或选别的离开原因。"),
            "second_carer": _("%(name)s已经有一位陪护，一个人只由一人陪护。请先登记原来的陪护离开。"),
            "cared_for_not_in": _("要陪护的人不在这里。请先登记那个人入住。"),
            "already_in": _("这个人已经住在%(site)s %(room)s 房。要换房间，请用“换房”。"),
            "stay_ended": _("这个人已经离开。请看房间的页面。"),
            "same_room": _("现在就住在 %(room)s 房。请选另一间。"),
            "nothing_to_disinfect": _("%(room)s 房没有要消毒的。"),
            "somebody_inside": _("%(room)s 房还住着人。人离开以后再登记消毒。"),
            "rooms_unreadable": _("看不懂“%(text)s”。请写成 301-320，或 301、302、305。"),
            "rooms_too_many": _("一次最多建 300 间。请分几次。"),
            "room_known": _("%(room)s 房已经有了。请去掉它再建。"),
            "beds_in_use": _("%(room)s 房现在住着 %(people)s 人，床位不能少于人数。"),
            "name_known": _("这里已经有“%(name)s”。请换一个分得清的名称。"),
            "site_elsewhere": _("集中观察点要落在一个村（社区）里。请选一个村（社区）。"),
            "area_not_around": _("接收范围要包括集中观察点所在的村（社区）。"),
            "ends_before_it_begins": _("结束的日期早于开始。请核对年月日。"),
            "drive_open": _("已经给这个人约了一辆车。先送到或取消那一次。"),
            "drive_nowhere": _("还没有写送到哪里。请选集中观察点，或写医院或住址。"),
            "drive_over": _("这次用车已经办完。"),
            "drive_not_there": _("这次用车还没有到这一步。请按上车、送到、消毒的次序登记。"),
            "reason_missing": _("请写明原因。"),
            "note_missing": _("请写明是什么情况。"),
            "count_missing": _("实到比应到少 %(number)s 人。请写明谁不在、去了哪里。"),
            "count_too_many": _("实到多于登记入住的 %(expected)s 人。多出来的人先登记入住。"),
        }
        return sentences[self.code] % self.data
