"""What a printed name of an area says, without what lists vary at will; and whether two names may mean one area.

Lists are reworded from day to day: with and without the county in front, brackets of both widths, blanks, “小区” added
or left out. Only wordings that differ in such things are taken as the same; what is merely alike is left to a person.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

ALIKE = 0.7

_LISTS, _RANGES = "、,;/和及", "-–—−~～至"
_BRACKETS = str.maketrans("（）【】〔〕［］〈〉《》[]{}", "()()()()()()()()")
_DROPPED = re.compile(r"[\s()\"'“”‘’·・•.。:：,，、;；!?#*_\-–—−~～/\\|]+")
_RISK = r"[中高低、,和及与或]*[中高][中高低、,和及与或]*风险(?:等级)?(?:区域|地区|区)?"
_REST = (
    re.compile(
        rf"\(?(?:上述)?除?(?:上述|已公布的|已划定的)?{_RISK}(?:以外|之外|除外|外)(?:的)?"
        r"(?:(?:其他|其它|剩余|其余)(?:的)?)?(?:所有|全部)?(?:区域|地区|范围|片区|部分)?\)?$"
    ),
    re.compile(r"\(?(?:的)?(?:其他|其它|剩余|其余)(?:的)?(?:区域|地区|范围|片区|部分)\)?$"),
)
_WHOLE = re.compile(r"(?:全域|全部区域|全境)$")
_REST_INSIDE = re.compile(rf"{_RISK}(?:以外|之外|除外|外)")
_TOWNSHIP = re.compile(r"[\u4e00-\u9fff]{1,8}?(?:街道|镇|乡|苏木)(?:街道)?(?:办事处)?")
_NUMERALS = {numeral: value for value, numeral in enumerate("零一二三四五六七八九")} | {"两": 2}
_COUNTED = re.compile(r"\d+|[零一二两三四五六七八九十]+(?=[期区村组号幢栋楼座单排社街坊弄巷里队])")
_LETTERED = re.compile(r"[A-Za-z]+\d*")
_PLAIN_WORDS = re.compile(r"(?:居民委员会|村民委员会|社区居委会|居委会|村委会|小区|片区|区域|地区)$")


@dataclass(frozen=True, kw_only=True)
class AreaText:
    """A printed name taken apart.

    ``text`` without the division's own names in front, ``key`` to compare by, ``is_rest`` for “the rest of …”,
    ``is_cut_off`` when a bracket never closes, ``is_several`` when the rest of one place and another place are
    named in one breath. An empty text is the division itself.
    """

    text: str
    key: str
    is_rest: bool = False
    is_cut_off: bool = False
    is_several: bool = False


def normalised(text: str) -> str:
    """One width for every character, one kind of bracket, no blanks.

    >>> normalised("翟山街道 翡翠城（２９号楼）")
    '翟山街道翡翠城(29号楼)'
    """
    return "".join(unicodedata.normalize("NFKC", text).translate(_BRACKETS).split())


def key_of(text: str) -> str:
    """What two wordings of one name share: no punctuation, except between figures, where it makes a difference.

    >>> key_of("锦绣广场（时代公馆）") == key_of("锦绣广场时代公馆")
    True
    >>> key_of("1-8幢") == key_of("18幢")
    False
    """
    plain = normalised(text).lower()
    plain = re.sub(rf"(?<=\d)[{_LISTS}](?=\d)", "＋", plain)
    plain = re.sub(rf"(?<=\d)[{_RANGES}](?=\d)", "～", plain)
    plain = re.sub(r"(?<=\d)[()](?=\d)", "＋", plain)
    kept = "".join("" if _DROPPED.fullmatch(character) and character != "～" else character for character in plain)
    return kept.replace("＋", "+").replace("～", "-")


def taken_apart(printed: str, *, names_in_front: Sequence[str]) -> AreaText:
    """A printed name without the names of the divisions around it, which some lists repeat in front.

    ``names_in_front``: province, prefecture, county, largest first.
    """
    text = normalised(printed)
    is_cut_off = text.count("(") != text.count(")")
    for name in names_in_front:
        text = text.removeprefix(name)
    is_rest = False
    for pattern in _REST:
        shorter = pattern.sub("", text, count=1)
        if shorter != text:
            text, is_rest = shorter, True
            break
    for name in names_in_front:
        text = text.removeprefix(name)
    text = _WHOLE.sub("", text)
    is_several = _REST_INSIDE.search(text) is not None
    return AreaText(text=text, key=key_of(text), is_rest=is_rest, is_cut_off=is_cut_off, is_several=is_several)


def township_in(text: str) -> str:
    """The township that a name begins with, by its form; empty if it begins with none.

    >>> township_in("唐闸镇街道中海碧林湾16幢")
    '唐闸镇街道'
    """
    found = _TOWNSHIP.match(text)
    return found.group() if found else ""


def is_alike(one: str, other: str) -> bool:
    """May these two names, of one county, mean one area? A question for a person, not an answer.

    Names with different numbers never do (3 号楼, 4 号楼); names that differ in the township in front alone may; else
    most of their characters must agree.
    """
    a, b = _seen_in(one), _seen_in(other)
    if a.numbers != b.numbers or not a.core or not b.core:
        return False
    if a.core == b.core:
        return True
    if a.township and b.township and a.township != b.township:
        return False
    shorter, longer = sorted((a.core, b.core), key=len)
    if len(shorter) >= 4 and longer.endswith(shorter):
        return True
    total = a.pair_count + b.pair_count
    # No more pairs can agree than the shorter has, so most names are told apart by their length.
    if 2 * min(a.pair_count, b.pair_count) < ALIKE * total:
        return False
    return 2 * (a.pairs & b.pairs).total() >= ALIKE * total


@dataclass(frozen=True)
class _Seen:
    """What is compared of a name. ``pairs``: its neighbouring characters, counted."""

    numbers: tuple[str, ...]
    township: str
    core: str
    pairs: Counter[str]
    pair_count: int


@lru_cache(maxsize=50_000)
def _seen_in(text: str) -> _Seen:
    township = township_in(text)
    core = _core(text, township)
    pairs = Counter(core[place : place + 2] for place in range(len(core) - 1)) or Counter([core])
    return _Seen(_numbers(text), township, core, pairs, pairs.total())


def _core(text: str, township: str) -> str:
    return _PLAIN_WORDS.sub("", key_of(text.removeprefix(township)))


def _numbers(text: str) -> tuple[str, ...]:
    plain = normalised(text).upper()
    return tuple(sorted([*(_figure(found) for found in _COUNTED.findall(plain)), *_LETTERED.findall(plain)]))


def _figure(text: str) -> str:
    if text.isdigit() and text.isascii():
        return str(int(text))
    tens, found, units = text.rpartition("十")
    if not found:
        return "".join(str(_NUMERALS[character]) for character in text)
    head = _NUMERALS.get(tens[-1:], 1) if tens else 1
    return str(head * 10 + (_NUMERALS.get(units, 0) if units else 0))
