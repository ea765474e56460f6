"""Which row names the columns, and which field each heading means."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from linli.community.sheets.cells import CellKind

SEARCHED_ROWS = 15
"""Titles, units and notes stand above the heading; not more rows than these."""

_NOTE = re.compile(r"[((【\[].*?[))】\]]")
_NOISE = re.compile(r"[\s**::、/\\_\-\"'“”?.。,,]+")


@dataclass(frozen=True, kw_only=True)
class Column:
    """A field of the table: its name in code, what its cells hold, the headings people give it."""

    field: str
    kind: CellKind
    headings: tuple[str, ...]


def _column(field: str, headings: str, kind: CellKind = CellKind.TEXT) -> Column:
    return Column(field=field, kind=kind, headings=(field, *headings.split()))


SERIAL = "serial"

PEOPLE = (
    _column(SERIAL, "序号 编号 序列 No 顺序号 行号"),
    _column(
        "name",
        "姓名 名字 人员姓名 居民姓名 村民姓名 住户姓名 来返人员姓名 返乡人员姓名 外来人员姓名 本人姓名 "
        "被摸排人姓名 成员姓名 工作人员姓名"
        "网格员姓名 网格员",
        CellKind.NAME,
    ),
    _column("other_names", "曾用名 别名 曾用名别名 小名 乳名 又名 其他姓名", CellKind.NAME),
    _column("document_kind", "证件类型 证件种类 证件类别 证件名称"),
    _column(
        "document_number",
        "身份证号 身份证号码 身份证 证件号码 证件号 公民身份号码 公民身份证号码 居民身份证号码 身份证件号码 "
        "身份证编号 有效证件号码 身份号码"
        "身份证号护照号 护照号码 护照号 ID 身份证号证件号码",
        CellKind.DOCUMENT,
    ),
    _column(
        "phone",
        "联系电话 手机号 手机号码 电话 电话号码 手机 联系方式 联系手机 移动电话 本人电话 联系号码 "
        "本人联系电话 本人手机号 手机电话 联系电话手机"
        "常用电话",
        CellKind.PHONE,
    ),
    _column("birth_day", "出生日期 出生年月日 生日 出生时间 出生年月", CellKind.DAY),
    _column("sex", "性别", CellKind.SEX),
    _column("age", "年龄 周岁 实足年龄"),
    _column("ethnicity", "民族"),
    _column(
        "address",
        "住址 现住址 现居住地 现住地址 居住地址 居住地 家庭住址 家庭地址 详细地址 地址 现居住地址 常住地址 "
        "实际居住地址 目前住址 住所 现居地"
        "居住详细地址 返乡后居住地址 来返后住址 现居住详细地址",
    ),
    _column("registered_address", "户籍地址 户籍地 户籍所在地 户口所在地 户籍 户口地址 籍贯"),
    _column(
        "division", "社区 村居 村社区 所属社区 所在社区 行政村 村 社区名称 所属村居 村居名称 所属村社区 社区村 管辖社区"
    ),
    _column("township", "镇街 乡镇 街道 乡镇街道 所属乡镇 镇 所在乡镇 所属镇街"),
    _column("grid", "网格 所属网格 网格名称 网格编号 网格号 所在网格"),
    _column("compound", "小区 小区名称 所在小区 自然村 小组 村民小组 居民小组 组别"),
    _column("building", "楼栋 楼号 栋号 幢号 栋 幢 楼 楼栋号 座 号楼 楼幢"),
    _column("unit", "单元 单元号"),
    _column("room", "房号 房间号 室 门牌号 户号 室号 房间 门牌 门牌号码"),
    _column("relation", "与户主关系 关系 户主关系 家庭关系"),
    _column("household_head", "户主 户主姓名", CellKind.NAME),
    _column(
        "origin",
        "来源地 来自何地 来自 出发地 何地来返 来自地区 来源地区 返乡前所在地 从何地来 从何地返回 来返地 "
        "始发地 自何地返回 旅居地 来返前居住地"
        "返回前居住地 从哪里来",
    ),
    _column(
        "arrival_day",
        "到达日期 返乡日期 返回日期 抵达日期 到达时间 返乡时间 返回时间 抵达时间 来返时间 来返日期 抵南时间 "
        "抵南日期 返南日期 返南时间"
        "入村时间 入住日期 来返乡日期 到村日期 来访时间 到泉时间",
        CellKind.DAY,
    ),
    _column("departure_day", "离开日期 离开时间 出发日期 离开来源地日期 计划离开日期", CellKind.DAY),
    _column("transport", "交通方式 交通工具 乘坐交通工具 返乡方式 返回方式 出行方式 乘坐交通工具及班次 交通工具及班次"),
    _column("transport_number", "车次 航班号 班次 车次航班 车牌号 车牌 航班 车次航班号 车牌号码 航班车次"),
    _column("employer", "工作单位 单位 工作单位及职务 就业单位 所在单位"),
    _column("job", "职务 岗位 职责 工作职务 角色 岗位职责 网格职务"),
    _column("from_day", "上岗日期 任职日期 起始日期 开始日期 生效日期", CellKind.DAY),
    _column("residence_kind", "居住类型 人口类型 居住类别 人员类别 人员类型 人口性质 居住性质"),
    _column("remark", "备注 说明 其他 备注说明 其他情况"),
)
"""The columns of tables of people. A heading that is not here is kept under its own words."""


@dataclass(frozen=True, kw_only=True)
class Heading:
    """Where the heading is and what it says: per place of a column its field and its words.

    ``rows``: the numbers of its rows, one or two. ``fields``: place → column. ``others``: place → words nobody knows.
    """

    rows: tuple[int, ...]
    fields: Mapping[int, Column]
    words: Mapping[int, str]
    others: Mapping[int, str]


def plain_heading(text: str) -> str:
    """The heading without blanks, stars, colons and notes in brackets, letters small."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return _NOISE.sub("", _NOTE.sub("", plain)) or _NOISE.sub("", plain)


def find_heading(
    lines: Sequence[tuple[int, Sequence[str]]], *, columns: Sequence[Column], required: Sequence[str]
) -> Heading | None:
    """The heading among the first rows: the row that names most fields, and all that are required; None without one.

    A second row below it that names parts of it (楼栋, 单元 and 房号 under 住址) belongs to it.
    """
    known = {plain_heading(words): column for column in columns for words in column.headings}
    head = lines[:SEARCHED_ROWS]
    found = [_of_rows([line], known) for line in head]
    found += [_of_rows([line, below], known) for line, below in zip(head, lines[1 : SEARCHED_ROWS + 1], strict=False)]
    best: Heading | None = None
    for heading in found:
        fields = {column.field for column in heading.fields.values()}
        if set(required) <= fields and (best is None or len(heading.fields) > len(best.fields)):
            best = heading
    return best


def is_heading_again(cells: Sequence[str], heading: Heading) -> bool:
    """Is this row the heading once more, as on the next printed page?"""
    same = sum(place < len(cells) and cells[place] == words for place, words in heading.words.items())
    return same >= 2 and same * 2 > len(heading.words)


def _of_rows(rows: Sequence[tuple[int, Sequence[str]]], known: Mapping[str, Column]) -> Heading:
    width = max(len(cells) for _, cells in rows)
    fields: dict[int, Column] = {}
    words: dict[int, str] = {}
    for place in range(width):
        said = [cells[place] for _, cells in reversed(rows) if place < len(cells) and cells[place]]
        if not said:
            continue
        meant = next((text for text in said if plain_heading(text) in known), said[0])
        column = known.get(plain_heading(meant))
        words[place] = meant
        if column is not None and column.field not in {taken.field for taken in fields.values()}:
            fields[place] = column
    others = {place: text for place, text in words.items() if place not in fields}
    return Heading(rows=tuple(number for number, _ in rows), fields=fields, words=words, others=others)
