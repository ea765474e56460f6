"""Writes the specification for people to read: one chapter per instrument, one section per clause, in Chinese.

`python -m spec.chapters` writes `docs/spec/`; a test fails while the pages and the packs differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from linli.policy.pack import Case, Norm, Pack
from linli.policy.readings import NumberedReading, numbered_readings
from linli.policy.rulebook import Rulebook
from spec import shipped
from spec.gold import Question, questions

FOLDER = Path(__file__).parent.parent / "docs" / "spec"

MODES = {"must": "应当", "may": "可以", "must_not": "不得"}
SOFT = {"": "", "discretion": "（裁量）", "encouraged": "（倡导）"}
NONE = {
    "preamble": "序言",
    "exhortation": "号召",
    "higher_authority": "只对上级机关",
    "heading": "标题",
    "definition": "定义",
}
BASIS = {"printed": "原文印明", "inferred": "推定", "assumed": "假定"}
RHYTHM = {
    "once": "一次",
    "twice_daily": "每日两次",
    "daily": "每日",
    "weekly": "每周",
    "monthly": "每月",
    "yearly": "每年",
    "continuous": "持续",
    "as_needed": "按需要",
}


def pages(book: Rulebook) -> dict[str, str]:
    """File name → Markdown, for every chapter and the index."""
    found = {f"{pack.instrument.id}.md": "\n".join(chapter(book, pack)) + "\n" for pack in book.packs}
    found["readings.md"] = "\n".join(_readings(book)) + "\n"
    found["README.md"] = "\n".join(_index(book)) + "\n"
    return found


def _index(book: Rulebook) -> Iterator[str]:
    yield "# 规则说明书"
    yield ""
    yield "由规则包和金标准表生成：每份文件一章，每个条款一节。改规则包，不改本页。"
    yield ""
    yield "| 文件 | 层级 | 地域 | 生效 | 条款 | 规范 | 例子 |"
    yield "|---|---|---|---|---|---|---|"
    for pack in book.packs:
        i = pack.instrument
        yield (
            f"| [{i.short.zh}]({i.id}.md) {i.number} | {i.level} | {i.territory or '全国'} | "
            f"{i.start.day}（{BASIS[i.start.basis]}） | {len(pack.clauses)} | {len(pack.norms)} | {len(pack.cases)} |"
        )
    yield ""
    yield "原文没有写明的地方怎么读，按编号列在[读法](readings.md)里。"
    yield ""
    yield "## 判断措施的例子"
    yield ""
    yield from _gold("judging")


def _readings(book: Rulebook) -> Iterator[str]:
    yield "# 读法"
    yield ""
    yield "原文没有写明、互相不一致的地方，规则包是怎么读的；规则包里的说明按编号引用。"
    yield "由 `linli/policy/packs/readings.yaml` 生成。"
    yield "认为读得不对，可以写一份 ADR，或者在 `pack.yaml` 的 `readings:` 里加上另一种读法，用"
    yield "`linli policy decide --reading ID=OPTION` 或网页上的“按这种读法试算”来比较。"
    yield "怎么定，以采用单位的公共卫生法律人员的意见为准。"
    yield ""
    yield from _table(book, "zh", ("编号", "出处", "原文没有写明的", "我们怎么读", "可以试算"), "各份文件")
    yield ""
    yield "## In English"
    yield ""
    yield "How the packs read what the documents leave open. Challenge a reading in an ADR, or with a second option in"
    yield "`readings:` of `pack.yaml`. A public-health lawyer of the county that uses Linli has the last word."
    yield ""
    yield from _table(book, "en", ("no.", "place", "what is open", "how we read it", "to try"), "everywhere")


def _table(book: Rulebook, language: str, heads: tuple[str, ...], everywhere: str) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield "|---" * len(heads) + "|"
    for number, reading in numbered_readings().items():
        open_ = "、".join(f"`{name}`" for name in reading.open)
        said = (getattr(reading.question, language), getattr(reading.answer, language))
        yield f"| {number} | {_places(book, reading, language) or everywhere} | {' | '.join(said)} | {open_} |"


def _places(book: Rulebook, reading: NumberedReading, language: str) -> str:
    shorts = {name: getattr(instrument.short, language) for name, instrument in book.instruments.items()}
    return "；".join(f"{shorts[p.instrument]} {'、'.join(p.cites)}".strip() for p in reading.passages)


def chapter(book: Rulebook, pack: Pack) -> Iterator[str]:
    """One instrument, clause by clause."""
    i = pack.instrument
    yield f"# {i.short.zh}：{i.title.zh}"
    yield ""
    yield f"- 文号：{i.number or '原件未印，留空'}"
    yield f"- 发文：{'、'.join(i.issuers)}"
    yield f"- 适用地域：{i.territory or '全国'}"
    for label, dated in (("印发", i.issued), ("施行", i.start), ("终止", i.end)):
        if dated is not None:
            note = f"：{dated.note.zh}" if dated.note else ""
            yield f"- {label}：{dated.day}（{BASIS[dated.basis]}{note}）"
    for reading in pack.readings:
        yield f"- 读法 `{reading.id}`（{reading.cite}）：{reading.question.zh}"
        for option, say in reading.options:
            yield f"  - {'**采用**' if option == reading.in_force else '另一种'} `{option}`：{say.zh}"
    for gap in pack.gaps:
        yield f"- 空白 `{gap.id}`（{gap.cite}）：{gap.say.zh}"
    by_cite: dict[str, list[Norm]] = {}
    for norm in pack.norms:
        by_cite.setdefault(norm.cite, []).append(norm)
    for clause in pack.clauses:
        yield ""
        yield f"## {clause.cite} {clause.about.zh}"
        yield ""
        if clause.reason is not None:
            yield f"不含规范（{NONE[clause.none]}）：{clause.reason.zh}"
        for norm in by_cite.get(clause.cite, ()):
            yield from _norm(book, norm)
    yield ""
    yield "## 例子"
    yield ""
    for case in pack.cases:
        yield from _case(case)
    yield ""
    yield "## 读原文得出的答案"
    yield ""
    yield from _gold(i.id)


def _norm(book: Rulebook, norm: Norm) -> Iterator[str]:
    actor = book.words.actors[norm.actor].say.zh
    yield f"- **{MODES[norm.mode]}**{SOFT[norm.soft]} {norm.say.zh} — {actor} `{norm.id}`"
    details = [*_conditions(book, norm), *_limits(book, norm)]
    if norm.reading == "inferred" and norm.note is not None:
        details.append(f"推定：{norm.note.zh}")
    if details:
        yield f"  - {'；'.join(details)}"


def _conditions(book: Rulebook, norm: Norm) -> Iterator[str]:
    words = book.words
    names = {f.id: f.say.zh for f in words.facts.values()} | {d.id: d.say.zh for d in words.derived}

    def text(table: Any) -> str:
        parts = []
        for name, test in table:
            if test.is_range:
                low, high = test.at_least, test.at_most
                value = (
                    f"{low}–{high}"
                    if low is not None and high is not None
                    else f"≥{low}"
                    if high is None
                    else f"≤{high}"
                )
            else:
                fact = words.facts.get(name)
                labels = fact.labels if fact else {}
                shown = [labels[v].zh if v in labels else {True: "是", False: "否"}.get(v, str(v)) for v in test.values]
                value = "、".join(shown)
            parts.append(f"{names[name]}={value}")
        return "，".join(parts)

    if norm.when.all_of:
        yield "当 " + text(norm.when.all_of)
    if norm.when.any_of:
        yield "当 " + " 或 ".join(text(table) for table in norm.when.any_of)
    if norm.who:
        yield "对象：" + "、".join(words.groups[g].zh for g in norm.who)
    if norm.place_kind:
        yield "场所：" + "、".join(words.place_kinds[k].zh for k in norm.place_kind)
    if norm.paper:
        yield "文书：" + "、".join(words.papers[p].zh for p in norm.paper)


def _limits(book: Rulebook, norm: Norm) -> Iterator[str]:
    labels = book.words.actions[norm.action].scale.labels
    if norm.floor:
        yield f"不低于“{labels[norm.floor].zh}”"
    if norm.cap:
        yield f"不高于“{labels[norm.cap].zh}”"
    if norm.consent:
        yield "须当事人自愿"
    if norm.cadence:
        yield "节奏：" + RHYTHM.get(norm.cadence, norm.cadence)
    for name, value in norm.params.items():
        say, unit = book.words.params[name]
        yield f"{say.zh} {value:g} {unit}"


def _case(case: Case) -> Iterator[str]:
    facts = "，".join(f"{k}={str(v).lower() if isinstance(v, bool) else v}" for k, v in case.facts.items())
    yield f"- {case.name}"
    yield f"  - {case.day}；{facts}"
    if case.order is not None:
        wanted = " ".join((case.expect.get("verdict", ""), *case.expect.get("cites", ())))
        yield f"  - 拟采取 {case.order['action']} {case.order.get('level', '')} → {wanted}"


def _gold(name: str) -> Iterator[str]:
    yield "| 问 | 日期 | 答 | 依据 |"
    yield "|---|---|---|---|"
    for q in questions():
        if q.chapter == name:
            yield f"| {q.zh} | {q.day} | {_answer(q)} | {'、'.join(f'{i} {c}' for i, c in q.clauses)} |"


def _answer(question: Question) -> str:
    return "；".join(f"{k} {v}" for k, v in question.answer.items())


def write() -> None:
    """Write every page; remove pages of packs that are gone."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = pages(shipped.book())
    for path in FOLDER.glob("*.md"):
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
