"""The fixed words of the policy pages, and how values, rhythms and days are said."""

import re
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from linli.policy.pack import Norm
from linli.policy.vocabulary import Fact, FactValue, Say, Vocabulary

MODES = {"must": gettext_lazy("应当"), "may": gettext_lazy("可以"), "must_not": gettext_lazy("不得")}
KINDS = {
    "restrictive": gettext_lazy("限制措施"),
    "duty": gettext_lazy("工作职责"),
    "service": gettext_lazy("服务"),
}
SOFT = {"discretion": gettext_lazy("裁量"), "encouraged": gettext_lazy("倡导")}
SOFT_NOTES = {
    "discretion": gettext_lazy("原文留有余地（如“有条件的”“根据需要”）：自行决定，并记下理由。"),
    "encouraged": gettext_lazy("原文是提倡、引导：不是任务，更不能作为限制群众的依据。"),
}
BASES = {
    "printed": gettext_lazy("原文印明"),
    "inferred": gettext_lazy("推定"),
    "assumed": gettext_lazy("假定"),
}
READINGS = {"explicit": gettext_lazy("原文明示"), "inferred": gettext_lazy("我们的读法")}
LEVELS = {
    1: gettext_lazy("国家级"),
    2: gettext_lazy("省级"),
    3: gettext_lazy("地市级"),
    4: gettext_lazy("县级"),
    5: gettext_lazy("乡级"),
}
NO_NORMS = {
    "preamble": gettext_lazy("引言"),
    "exhortation": gettext_lazy("号召"),
    "higher_authority": gettext_lazy("写给上级机关"),
    "heading": gettext_lazy("标题"),
    "definition": gettext_lazy("定义"),
}
UNITS = {
    "person": gettext_lazy("个人"),
    "household": gettext_lazy("户"),
    "building": gettext_lazy("楼栋"),
    "compound": gettext_lazy("小区"),
    "natural_village": gettext_lazy("自然村"),
    "factory": gettext_lazy("工厂"),
    "community": gettext_lazy("社区（村）"),
    "township": gettext_lazy("乡镇（街道）"),
    "place_kind": gettext_lazy("某类场所"),
}
VERDICTS = {
    "REQUIRED": gettext_lazy("应当办"),
    "ALLOWED": gettext_lazy("可以办"),
    "NEEDS_AUTHORITY": gettext_lazy("要由上级决定"),
    "FALLS_SHORT": gettext_lazy("做得不够"),
    "NO_BASIS": gettext_lazy("没有依据"),
    "EXCEEDS": gettext_lazy("不能这样办"),
}
_CADENCES = {
    "once": gettext_lazy("一次"),
    "twice_daily": gettext_lazy("每天两次"),
    "daily": gettext_lazy("每天"),
    "weekly": gettext_lazy("每周"),
    "monthly": gettext_lazy("每月"),
    "yearly": gettext_lazy("每年"),
    "continuous": gettext_lazy("持续"),
    "as_needed": gettext_lazy("根据需要"),
}
CADENCE_ORDER = (
    "continuous", "twice_daily", "daily", "weekly", "monthly", "yearly", "on", "once", "as_needed", "",
)  # fmt: skip
_EVENTS = {
    "arrival": gettext_lazy("有人到达时"),
    "abnormality": gettext_lazy("发现异常时"),
    "holiday": gettext_lazy("节假日"),
    "festival": gettext_lazy("春节期间"),
    "case": gettext_lazy("出现病例时"),
    "outbreak": gettext_lazy("发生疫情时"),
    "emergency": gettext_lazy("紧急情况下"),
    "tier_change": gettext_lazy("风险等级变化时"),
}
_PARAM_UNITS = {
    "day": gettext_lazy("天"),
    "hour": gettext_lazy("小时"),
    "year": gettext_lazy("岁"),
    "metre": gettext_lazy("米"),
    "person": gettext_lazy("人"),
    "case": gettext_lazy("例"),
    "level": gettext_lazy("级"),
    "percent": gettext_lazy("％"),
}
_WIDE = str.maketrans({",": "，", ";": "；", ":": "：", "?": "？", "!": "！"})
_HALF_WIDTH = re.compile(r"(?<=[\u3400-\u9fff”』」）〕])[,;:?!]\s?|[,;:?!](?=[\u3400-\u9fff“『「（])")
_BRACKETED = re.compile(r"(?<=[\u3400-\u9fff])\(([^()]*[\u3400-\u9fff][^()]*)\)")


def said(say: Say | None) -> str:
    """The sentence in the language of the page; in Chinese with full-width punctuation."""
    if say is None:
        return ""
    return say.en if is_english() else wide(say.zh)


def short(say: Say) -> str:
    """A name without what is added to it in brackets or after a comma."""
    return re.split("[（,]", said(say), maxsplit=1)[0]


def wide(text: str) -> str:
    """Chinese text with full-width punctuation where a half-width mark slipped in."""
    text = _HALF_WIDTH.sub(lambda mark: mark.group().strip().translate(_WIDE), text)
    return _BRACKETED.sub(r"（\1）", text)


def is_english() -> bool:
    """Is the page in English?"""
    return get_language() == "en"


def value_said(fact: Fact, value: FactValue | None) -> str:
    """A value of a fact in words."""
    if value is None:
        return _("不明")
    if fact.type == "bool":
        return _("是") if value else _("否")
    label = fact.labels.get(value)
    return said(label) if label else str(value)


def rhythm_said(norm: Norm) -> str:
    """How often or when; empty where the text names no rhythm."""
    words = norm.cadence.split()
    if not words:
        return ""
    if words[0] != "on":
        return str(_CADENCES.get(words[0], words[0]))
    event = str(_EVENTS.get(words[1], words[1]))
    if len(words) == 4:
        return _("%(event)s，%(hours)s小时内") % {"event": event, "hours": words[3].rstrip("h")}
    return event


def params_said(norm: Norm, words: Vocabulary) -> list[str]:
    """The figures that the norm prints, each with its name and unit."""
    found = []
    for name, value in norm.params.items():
        say, unit = words.params[name]
        found.append(f"{said(say)} {value:g} {_PARAM_UNITS.get(unit, unit)}")
    return found


def day_said(day: date) -> str:
    """A civil day in words."""
    return date_format(day, "DATE_FORMAT")


def until_said(end: date) -> str:
    """The last moment before the first day on which something no longer holds."""
    return _("至%(day)s24时") % {"day": day_said(end - timedelta(days=1))}


def listed(names: list[str]) -> str:
    """Names one after another, as the language of the page separates them."""
    return (", " if is_english() else "、").join(names)
