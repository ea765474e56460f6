"""What became of a row of a table, in words for whoever sent it: what is wrong, and what to do."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from linli.community.grid.wording import refusal
from linli.community.refusals import GridRefused
from linli.community.sheets.cells import CellProblem
from linli.programs.keypeople.arrival_rows import RowRefused
from linli.records.payloads import PayloadRefused
from linli.records.program import EntryRefused
from linli.records.wording import why_refused

Refusal = RowRefused | GridRefused | EntryRefused | PayloadRefused


def why_not(refused: Refusal) -> str:
    """The sentence for a row that was not taken, in the language of the reader."""
    if isinstance(refused, GridRefused):
        return refusal(refused)
    if isinstance(refused, EntryRefused):
        return why_refused(refused)
    if isinstance(refused, PayloadRefused):
        return " ".join(sentence for sentences in refused.errors.values() for sentence in sentences)
    if refused.code == "cell":
        return said_of_cell(refused.data["problem"])
    return _sentences()[refused.code] % refused.data


def said_of_cell(problem: CellProblem) -> str:
    """What is wrong with one cell."""
    sentence = _cells().get(problem.code)
    if sentence is None:
        return f"{problem.heading}: {problem.reason} {problem.remedy}".strip()
    return _("%(heading)s：%(what)s") % {"heading": problem.heading, "what": sentence % {"said": problem.said}}


def why_asked(reason: str) -> str:
    """Why a row is a question."""
    return {
        "UNSURE": _("像是下面的人，又不能确定。"),
        "SEVERAL": _("库里有几个人都对得上。"),
        "CLAIMED_TWICE": _("表里有两行对上了同一个人，又不像一个人。"),
        "IN_TABLE": _("可能与表里另一行是同一个人。"),
    }[reason]


def why_left_out(code: str) -> str:
    """Why a line is no data."""
    return {
        "FOOTER": _("表尾的合计或签名。"),
        "HEADING": _("重复的表头。"),
        "EXAMPLE": _("填表示例，不是人。"),
        "REPEATED": _("与前面一行完全相同。"),
    }[code]


def _notes() -> Mapping[str, str]:
    return {
        "received": _("这次到达已经登记过，只收一次。"),
        "same_row": _("与第%(row)s行是同一个人、同一次到达。"),
        "taken_back": _("这次到达登记过，后来撤回了，没有重新登记。"),
        "known": _("库里已有此人，登记了这次到达。"),
        "new": _("库里没有此人，新建了居民并登记这次到达，等待落户。"),
        "returned": _("此人曾离开，重新登记了住处和这次到达，等待落户。"),
        "lives_elsewhere": _("系统里住在%(place)s，表里写的是%(said)s：长住的请办移交。"),
        "phone_updated": _("电话换成了表里的新号码。"),
        "phone_kept": _("表里的电话与系统里的不同，系统里的更新，没有改。"),
    }


def _sentences() -> dict[str, str]:
    return {
        "name_missing": _("没有姓名。请补上。"),
        "community_not_said": _("没有写到哪个村（社区）。请加一列“社区”，或在上传时选一个。"),
        "community_unknown": _("没有“%(said)s”这个村（社区）。请核对名称，或写十二位代码。"),
        "community_several": _("有%(number)s个村（社区）叫“%(said)s”。请加上镇（街道），或写十二位代码。"),
        "day_missing": _("没有到达日期。请补上年月日。"),
        "day_to_come": _("%(day)s还没有到：到达以后再报。"),
        "day_too_early": _("%(day)s太早，请核对年份（不早于%(earliest)s）。"),
        "origin_missing": _("没有写从哪里来。请补上。"),
        "tier_missing": _("没有写来源地风险，系统里也没有“%(origin)s”当天的风险等级。请加一列“来源地风险”。"),
        "tier_unknown": _("“%(said)s”不是风险等级。请写低风险、中风险、高风险或境外。"),
        "not_your_area": _("%(place)s不在您的辖区。请交给那里，或交给上一级导入。"),
        "elsewhere": _("此人由本辖区以外的村（社区）管理。请与上一级联系，办理移交。"),
        "died": _("系统里此人已登记去世。请核对证件。"),
        "other_tier": _("同一天的到达已经登记，来源地风险不同（%(known)s）。请核对后更正那一条登记。"),
        "decision_unknown": _("“%(said)s”不在可能的人里。请写“新”，或其中一个人的编号。"),
        "same_not_taken": _("与第%(row)s行是同一个人，那一行没有收下。"),
    }


def _cells() -> Mapping[str, str]:
    return {
        "FORMULA_ERROR": _("这一格是公式错误。请改正。"),
        "TOO_LONG": _("这一格太长。请缩短。"),
        "NAME_FORM": _("“%(said)s”不是姓名。请只写姓名。"),
        "NUMBER_ROUNDED": _("“%(said)s”的末几位已被电子表格改掉。请把这一列设为文本，重新填写。"),
        "NUMBER_MASKED": _("“%(said)s”带星号。请要完整的号码。"),
        "NUMBER_FORM": _("“%(said)s”不是证件号码。请看证件核对。"),
        "NUMBER_LENGTH": _("“%(said)s”位数不对：身份证十八位，旧证十五位。请看证件核对。"),
        "DAY_IMPOSSIBLE": _("没有“%(said)s”这一天。请核对。"),
        "DAY_AMBIGUOUS": _("“%(said)s”可以是两个日子。请写成2020-02-03。"),
        "DAY_INCOMPLETE": _("“%(said)s”没有写到日。请写成2020-02-03。"),
        "DAY_FORM": _("“%(said)s”不是日期。请写成2020-02-03。"),
        "DAY_NO_YEAR": _("“%(said)s”没有年份。请补上。"),
        "PHONE_FORM": _("“%(said)s”不是电话号码，这一格没有用。"),
        "SEX_FORM": _("“%(said)s”不是性别，这一格没有用。"),
    }


def note(code: str, **data: Any) -> str:
    """One sentence about a row that was taken or matched."""
    return _notes()[code] % data
