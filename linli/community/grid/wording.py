"""The sentences of the grid's pages that are not in a template: why a change was refused and what to do."""

from django.utils.translation import gettext as _

from linli.community.refusals import GridRefused


def refusal(refused: GridRefused) -> str:
    """What happened and what to do next, in the language of the page."""
    sentences = {
        "unit_not_in_community": _("网格建在村（社区）里，%(place)s不是。请先选一个村（社区）。"),
        "unit_not_in_there": _("“%(kind)s”不能放在这一级。请按三级主网的顺序建。"),
        "unit_parent_closed": _("“%(name)s”那一天不在用，或不属于这个村（社区）。请换一个日期或上级。"),
        "unit_has_root": _("%(place)s已经有工作站。请在它下面建。"),
        "unit_name_taken": _("这里已经有“%(name)s”。请换一个分得清的名称。"),
        "unit_has_units": _("“%(name)s”里还有下级网格。请先撤销它们。"),
        "unit_has_households": _("“%(name)s”里还有住户。请先把住户注销。"),
        "household_in_auxiliary": _("“%(name)s”属于辅网，不住人。请选主网的楼栋或小组。"),
        "household_label_taken": _("这里已经有“%(label)s”。请在“查找”里打开它。"),
        "household_has_members": _("“%(label)s”还住着人。请先办理迁出。"),
        "household_has_no_head": _("住户没有负责人一职。请选“包片责任人”。"),
        "target_closed": _("那一天它不在用。请换一个日期。"),
        "worker_gone": _("%(name)s那一天不在岗。请换一个人或日期。"),
        "ends_before_it_begins": _("结束的日期早于开始。请核对年月日。"),
        "ended_already": _("已经结束了，不必再办。"),
        "assigned_already": _("%(name)s那几天已经是这里的同一任务。请看已有的安排。"),
        "reassign_to_same": _("%(name)s就是现在的人。请选另一个人。"),
        "phone": _("这不是电话号码。请只写数字，可带区号。"),
        "birth_day": _("出生日期不在可用的范围内。请核对年月日。"),
        "home_missing": _("没有这一户。请核对楼栋和室号，或先登记住户。"),
        "move_needs_home": _("迁到别处请用“迁移”，写明新的住处。"),
        "lives_nowhere": _("%(name)s那一天没有住处可以结束。"),
        "lives_there_already": _("%(name)s已经住在这一户。"),
        "later_residence": _("%(day)s起已经登记了以后的住处。请从那一天以后办理。"),
        "document_number_missing": _("请写证件号码；没有证件的，请选“无证件”。"),
        "document_known": _("这个证件号已经登记过。请在“查找”里找到本人办理迁入；不在本辖区的，请与乡镇（街道）联系。"),
        "card_form": _("居民身份证号码是十八位：十七位数字，末位是数字或X。请核对。"),
        "card_check": _("居民身份证号码的末位校验不对，多半有一位写错。请逐位核对。"),
        "card_birth": _("居民身份证号码里的出生日期不存在。请逐位核对。"),
        "card_demo": _("这是演示用的虚构号码，正式使用的系统不收。"),
        "card_area": _("居民身份证号码的前两位不是任何省份。请逐位核对。"),
        "card_other_birth": _("身份证上的出生日期是%(day)s，与填写的不同。请核对。"),
        "card_other_sex": _("身份证上的性别与填写的不同。请核对。"),
        "merge_itself": _("这是同一条登记，不必合并。"),
        "merge_reason_missing": _("请写明凭什么认定，或为什么撤销。"),
        "merge_gone_already": _("%(name)s已经并入另一条登记。请打开保留的那一条办理。"),
        "merge_kept_lives_nowhere": _("%(name)s这一条没有现住处，另一条有。请保留有住处的那一条，免得没有人管。"),
        "merge_undone_already": _("这次合并已经撤销。"),
    }
    return sentences[refused.code] % refused.data
