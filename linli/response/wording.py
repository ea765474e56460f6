"""The sentences of this app that are not in a template: why something was refused or asked, and what to do."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from linli.community.models import Division
from linli.policy.vocabulary import Vocabulary
from linli.response import queries
from linli.response.fact_values import FactRefused
from linli.response.models import Area, Declaration
from linli.response.operations import DeclarationRefused


def fact_label(fact: str, *, words: Vocabulary) -> str:
    """What a fact is called, in the language of the page."""
    found = words.facts.get(fact)
    return fact if found is None else found.say.as_dict()[_language()]


def value_label(fact: str, value: object, *, words: Vocabulary) -> str:
    """What a value of a fact is called, in the language of the page."""
    found = words.facts.get(fact)
    text = str(value)
    if found is None:
        return text
    if found.type == "bool":
        return _("是") if text.lower() == "true" else _("否")
    label = found.labels.get(text)
    return label.as_dict()[_language()] if label else text


def headline(row: Declaration, *, words: Vocabulary) -> str:
    """What a declaration says, as the head of its entry; of a response its step."""
    if row.step:
        return _("应急响应：%(step)s") % {"step": row.get_step_display()}
    return _("%(fact)s：%(value)s") % {
        "fact": fact_label(row.fact, words=words),
        "value": value_label(row.fact, row.value, words=words),
    }


def place_label(division: Division, *, area: Area | None = None, is_rest: bool = False) -> str:
    """A place in full: the division, the area inside it, and whether only the rest of it is meant."""
    full_name, inside = division.full_name, area.name if area else ""
    if is_rest:
        return _("%(place)s%(area)s（其余区域）") % {"place": full_name, "area": inside}
    return _("%(place)s%(area)s") % {"place": full_name, "area": inside}


def day_label(day: date | None) -> str:
    """A day as it is written in a sentence; an open end in words."""
    return day.isoformat() if day else _("未定")


def declaration_label(row: Declaration) -> str:
    """One declaration in a line: where, what, from when to when, from which source."""
    words = queries.vocabulary()
    return _("%(place)s：%(fact)s %(value)s，%(from)s 起至 %(to)s 前，依据《%(source)s》") % {
        "place": place_label(row.division, area=row.area, is_rest=row.is_rest),
        "fact": fact_label(row.fact, words=words),
        "value": value_label(row.fact, row.value, words=words),
        "from": day_label(row.from_day),
        "to": day_label(row.to_day),
        "source": row.source_title,
    }


def refusal(refused: DeclarationRefused | FactRefused) -> str:
    """Why a declaration cannot stand, and what to do."""
    if isinstance(refused, FactRefused):
        return _("没有“%(word)s”这个说法，可用的是：%(known)s。") % {
            "word": refused.word,
            "known": "、".join(refused.known),
        }
    return _REFUSALS[refused.code](refused.data)


_REFUSALS: Mapping[str, Callable[[Mapping[str, object]], str]] = {
    "OUTSIDE_AUTHORITY": lambda data: _("只有本县（市、区）指挥部可以登记本县范围内的事项。"),
    "ENDS_BEFORE_IT_BEGINS": lambda data: (
        _("截止日要在起始日之后：起始 %(from_day)s，截止 %(to_day)s。截止日当天不算在内，只一天的，写次日。")
        % {"from_day": data["from_day"], "to_day": data["to_day"]}
    ),
    "DAY_OUT_OF_RANGE": lambda data: (
        _("%(day)s 不在可用的日期之内（%(earliest)s 至 %(latest)s）。请核对年月日。")
        % {"day": data["day"], "earliest": data["earliest"], "latest": data["latest"]}
    ),
    "PUBLISHED_IN_FUTURE": lambda data: (
        _("发布时间 %(published)s 晚于现在。请核对。") % {"published": _moment_label(data["published_at"])}
    ),
    "NOT_A_TOWNSHIP": lambda data: (
        _("“%(fact)s”说的是一个乡镇（街道），不能登记到%(place)s。请选择所在的乡镇（街道）。")
        % {"fact": fact_label(str(data["fact"]), words=queries.vocabulary()), "place": data["division"]}
    ),
    "STANDS_IN_THE_WAY": lambda data: (
        _("同一地方、同一事项在这些日子里已有登记：%(earlier)s。请先结束或更正那一项，或改用其他日期。")
        % {"earlier": declaration_label(data["earlier"])}
        if isinstance(data["earlier"], Declaration)
        else ""
    ),
    "AREA_DOUBTFUL": lambda data: (
        _("和已有的区域名称相近：%(alike)s。是同一处，请写那个名称；不是，请勾选“这是另一处”。")
        % {"alike": "、".join(str(area.name) for area in _areas(data["alike"]))}
    ),
    "SOURCE_MISSING": lambda data: _("请写明依据的文件或公告。"),
    "REASON_MISSING": lambda data: _("请写明原因。"),
    "NOT_THE_LAST": lambda data: _("这一项已经更正、结束或撤回过，请打开最新的一行再改。"),
    "NOTHING_CHANGED": lambda data: _("内容和原来一样，没有可更正的。"),
    "STEP_DOES_NOT_FIT": lambda data: _("启动和调整对应“已启动”，终止对应“未启动”；其他事项不写响应步骤。"),
}


def _areas(value: object) -> list[Area]:
    return [one for one in value if isinstance(one, Area)] if isinstance(value, tuple) else []


def _moment_label(moment: object) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if isinstance(moment, datetime) else str(moment)


def remark(code: str, data: Mapping[str, str]) -> str:
    """Why a row of an import was asked about or rejected, and what to do."""
    return {
        "TIER_UNKNOWN": _("“%(word)s”不是风险等级。请写低、中、高，或 LOW、MEDIUM、HIGH。"),
        "FROM_MISSING": _("没有起始日期。"),
        "TWO_ENDS": _("失效日期和截止日期只能写一个：失效日期当天不算在内，截止日期当天算在内。"),
        "ENDS_BEFORE_IT_BEGINS": _("失效日期 %(to_day)s 不在起始日期 %(from_day)s 之后；失效日期当天不算在内。"),
        "DAY_UNREADABLE": _("“%(text)s”（%(column)s）不是日期，或没有这一天。请写成 2022-07-01。"),
        "PLACE_MISSING": _("没有写明地方：请填区划代码、全称，或省、市、县三栏。"),
        "CODE_WRONG": _(
            "“%(found)s”不是区划代码：十二位数字，首位不为零。表格把它变成了小数的，请把该列设为文本再粘贴。"
        ),
        "DECLARATION_REFUSED": "%(why)s",
        "DIVISION_UNKNOWN": _("区划表里没有“%(name)s”。请在“答复”栏填它的十二位区划代码。"),
        "DIVISION_AMBIGUOUS": _("“%(name)s”不止一处。请在“答复”栏填其中一个的十二位区划代码。"),
        "OTHER_COUNTY": _("这一行属于%(county)s，区域却写着%(other)s。请在“答复”栏填正确的县（市、区）代码。"),
        "CUT_OFF": _("区域名称像是被截断了（括号没有闭合）。请补全名称，或在“答复”栏填“新”照此收入。"),
        "SEVERAL_PLACES": _("一行里写了不止一处地方。请分成几行，或在“答复”栏填“不导入”。"),
        "ALIKE": _("和已有的区域名称相近。是同一处，请在“答复”栏填它的名称；不是，请填“新”。"),
        "WITHIN_ONE_DAY": _("这一段在同一天内开始又结束，不满一日。请改日期，或在“答复”栏填“不导入”。"),
        "STANDS_IN_THE_WAY": _("同一地方在这些日子里已有：%(earlier)s。请核对日期或等级，或在“答复”栏填“不导入”。"),
        "ANSWER_UNKNOWN": _(
            "“答复”栏的“%(answer)s”既不是区划代码，也不是本县已有的区域名称。请填代码、名称、“新”或“不导入”。"
        ),
    }[code] % data


def _language() -> str:
    return "en" if get_language() == "en" else "zh"
