"""Instruments as data: what a pack folder holds, read and cross-checked. Nothing here decides anything."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from linli.policy.problems import PackRefused, Problem, nearest
from linli.policy.readings import Cited, citations_in
from linli.policy.vocabulary import FactValue, Say, Vocabulary
from linli.policy.yamlfile import YamlFile, check_shape, read_yaml

Mode = Literal["must", "may", "must_not"]
Facet = Literal["who", "place_kind", "paper"]
FACETS: tuple[Facet, ...] = ("who", "place_kind", "paper")

SHIPPED = Path(str(files("linli.policy").joinpath("packs")))


@dataclass(frozen=True)
class Dated:
    """A day with how it is known. note: says why, where it is not printed."""

    day: date
    basis: Literal["printed", "inferred", "assumed"]
    note: Say | None = None


@dataclass(frozen=True)
class Instrument:
    """A policy document. number and issued are empty where the document does not print them; to=None is open."""

    id: str
    key: str
    version: str
    title: Say
    short: Say
    number: str
    issuers: tuple[str, ...]
    level: int
    territory: str
    issued: Dated | None
    start: Dated
    end: Dated | None
    amends: tuple[tuple[str, Say], ...]
    source: Say


@dataclass(frozen=True)
class Test:
    """A condition on one fact: one of `values`, or for a count a closed range (None is open)."""

    values: tuple[FactValue, ...] = ()
    at_least: int | None = None
    at_most: int | None = None

    @property
    def is_range(self) -> bool:
        return self.at_least is not None or self.at_most is not None

    def holds(self, value: FactValue) -> bool:
        if self.is_range:
            number = int(value)
            return (self.at_least or 0) <= number and (self.at_most is None or number <= self.at_most)
        return any(value == wanted and isinstance(value, bool) == isinstance(wanted, bool) for wanted in self.values)


@dataclass(frozen=True)
class When:
    """A match table: every test of `all_of` holds, and where `any_of` is not empty, one table of it does."""

    all_of: tuple[tuple[str, Test], ...] = ()
    any_of: tuple[tuple[tuple[str, Test], ...], ...] = ()

    def tests(self) -> Iterator[tuple[str, Test]]:
        yield from self.all_of
        for table in self.any_of:
            yield from table

    def facts(self) -> frozenset[str]:
        return frozenset(name for name, _ in self.tests())


@dataclass(frozen=True)
class Norm:
    """One duty, permission or ban. Empty tuples mean: everybody, every place, no limits."""

    id: str
    instrument: str
    cite: str
    aspect: str
    mode: Mode
    actor: str
    action: str
    say: Say
    reading: Literal["explicit", "inferred"]
    note: Say | None
    partners: tuple[str, ...]
    when: When
    who: tuple[str, ...]
    place_kind: tuple[str, ...]
    paper: tuple[str, ...]
    floor: str
    cap: str
    by: tuple[str, ...]
    consent: bool
    cadence: str
    params: Mapping[str, float] = field(hash=False)
    soft: Literal["", "discretion", "encouraged"]
    entrenched: bool
    guards: tuple[str, ...]
    start: date
    end: date | None
    under: tuple[tuple[str, str], ...]
    replaces: tuple[str, ...]
    file: str
    line: int

    def facet(self, name: Facet) -> tuple[str, ...]:
        return {"who": self.who, "place_kind": self.place_kind, "paper": self.paper}[name]


@dataclass(frozen=True)
class Gap:
    """A hole in the text: where it shows, the answer says that nothing is printed."""

    id: str
    instrument: str
    cite: str
    when: When
    actions: tuple[str, ...]
    say: Say
    under: tuple[tuple[str, str], ...]
    file: str
    line: int


@dataclass(frozen=True)
class Reading:
    """An open question of reading, its options, and the one in force."""

    id: str
    instrument: str
    cite: str
    question: Say
    in_force: str
    options: tuple[tuple[str, Say], ...]


@dataclass(frozen=True)
class Clause:
    """A clause of the document. none: why it has no norms, empty if it has some."""

    cite: str
    about: Say
    none: str
    reason: Say | None
    line: int


@dataclass(frozen=True)
class Case:
    """An example in plain terms, with what it expects."""

    name: str
    day: date
    facts: Mapping[str, Any] = field(hash=False)
    order: Mapping[str, Any] | None = field(hash=False)
    expect: Mapping[str, Any] = field(hash=False)
    readings: Mapping[str, str] = field(hash=False)
    file: str
    line: int


@dataclass(frozen=True)
class Pack:
    """One instrument with everything its folder holds.

    cited: the numbered readings its notes cite. sha256: over the names and bytes of its files.
    """

    folder: Path
    sha256: str
    instrument: Instrument
    readings: tuple[Reading, ...]
    gaps: tuple[Gap, ...]
    clauses: tuple[Clause, ...]
    norms: tuple[Norm, ...]
    cases: tuple[Case, ...]
    cited: tuple[Cited, ...]

    @property
    def stamp(self) -> dict[str, str]:
        return {"id": self.instrument.id, "version": self.instrument.version, "sha256": self.sha256}


def shipped_folders() -> list[Path]:
    """The folders of the packs that ship with the product, by id."""
    return sorted(path.parent for path in SHIPPED.glob("*/pack.yaml"))


def load_packs(folders: Iterable[Path] | None = None) -> tuple[tuple[Pack, ...], Vocabulary]:
    """Read pack folders and the shared vocabulary.

    folders: None for the shipped ones.
    Returns: the packs, oldest first, and the vocabulary with what they add.
    Raises: PackRefused, with every problem found, each with file and line.
    """
    vocabulary, problems = _shared_vocabulary()
    drafts = []
    for folder in shipped_folders() if folders is None else folders:
        draft = _Draft(Path(folder))
        problems += draft.problems
        drafts.append(draft)
    _refuse(problems)
    if not drafts:
        raise PackRefused([Problem(str(SHIPPED), 0, "no pack: name a folder that holds pack.yaml")])
    for draft in drafts:
        if draft.words is not None:
            problems += vocabulary.add(draft.words, instrument=draft.id)
    _refuse(problems)
    packs = tuple(sorted((draft.pack() for draft in drafts), key=lambda p: (p.instrument.start.day, p.instrument.id)))
    problems += list(_cross_check(packs, vocabulary, {draft.id: draft for draft in drafts}))
    _refuse(problems)
    return packs, vocabulary


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise PackRefused(problems)


def _shared_vocabulary() -> tuple[Vocabulary, list[Problem]]:
    path = Path(str(files("linli.policy").joinpath("vocabulary.yaml")))
    file, problems = read_yaml(path, name="vocabulary.yaml")
    problems += check_shape(file, part="vocabulary")
    vocabulary = Vocabulary()
    if not problems:
        problems += vocabulary.add(file)
    return vocabulary, problems


class _Draft:
    """The files of one folder, read and of the right shape, not yet checked against each other."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Problem] = []
        self.digest = hashlib.sha256()
        self.id = ""
        if not (folder / "pack.yaml").is_file():
            self.problems.append(Problem(str(folder / "pack.yaml"), 0, "missing: a pack is a folder with pack.yaml"))
            return
        allowed = {"pack.yaml", "clauses.yaml", "vocabulary.yaml"}
        for path in sorted(folder.rglob("*.y*ml")):
            inside = path.relative_to(folder).as_posix()
            if inside not in allowed and not inside.startswith(("norms/", "cases/")):
                self.problems.append(
                    Problem(self._name(path), 0, "not a part of a pack: norms go to norms/, cases to cases/")
                )
        self.head = self._read(folder / "pack.yaml", "pack")
        self.clauses = self._read(folder / "clauses.yaml", "clauses")
        self.words = self._read(folder / "vocabulary.yaml", "vocabulary", needed=False)
        self.norms = [f for p in sorted((folder / "norms").glob("*.yaml")) if (f := self._read(p, "norms"))]
        self.cases = [f for p in sorted((folder / "cases").glob("*.yaml")) if (f := self._read(p, "cases"))]
        if self.head and not self.problems:
            self.id = self.head.data["instrument"]["id"]

    def _name(self, path: Path) -> str:
        return f"{self.folder.name}/{path.relative_to(self.folder).as_posix()}"

    def _read(self, path: Path, part: str, *, needed: bool = True) -> YamlFile | None:
        name = self._name(path)
        if not path.is_file():
            if needed:
                self.problems.append(Problem(name, 0, "missing"))
            return None
        self.digest.update(name.partition("/")[2].encode() + b"\0" + path.read_bytes() + b"\0")
        file, problems = read_yaml(path, name=name)
        if not problems:
            problems = check_shape(file, part=part)
        self.problems += problems
        return file

    def pack(self) -> Pack:
        assert self.head is not None and self.clauses is not None
        head = self.head.data["instrument"]
        instrument = Instrument(
            id=head["id"],
            key=head["key"],
            version=head["version"],
            title=Say.of(head["title"]),
            short=Say.of(head["short"]),
            number=head.get("number", ""),
            issuers=tuple(head["issuers"]),
            level=head["level"],
            territory=head["territory"],
            issued=_dated(head["issued"]) if "issued" in head else None,
            start=_dated(head["from"]),
            end=_dated(head["to"]) if "to" in head else None,
            amends=tuple((x["instrument"], Say.of(x["note"])) for x in head.get("amends", ())),
            source=Say.of(head["source"]),
        )
        readings = tuple(
            Reading(
                x["id"],
                instrument.id,
                x["cite"],
                Say.of(x["question"]),
                x["in_force"],
                tuple((o["id"], Say.of(o["say"])) for o in x["options"]),
            )
            for x in self.head.data.get("readings", ())
        )
        gaps = tuple(
            Gap(
                x["id"],
                instrument.id,
                x["cite"],
                _when(x["when"]),
                tuple(x.get("actions", ())),
                Say.of(x["say"]),
                tuple(sorted(x.get("under", {}).items())),
                self.head.name,
                self.head.line("gaps", i),
            )
            for i, x in enumerate(self.head.data.get("gaps", ()))
        )
        clauses = tuple(
            Clause(
                x["cite"],
                Say.of(x["about"]),
                x.get("none", ""),
                Say.of(x["reason"]) if "reason" in x else None,
                self.clauses.line(i),
            )
            for i, x in enumerate(self.clauses.data)
        )
        norms = tuple(
            _norm(x, instrument, file.name, file.line(i)) for file in self.norms for i, x in enumerate(file.data)
        )
        cases = tuple(
            Case(
                x["name"],
                date.fromisoformat(x["day"]),
                x["facts"],
                x.get("order"),
                x["expect"],
                x.get("readings", {}),
                file.name,
                file.line(i),
            )
            for file in self.cases
            for i, x in enumerate(file.data)
        )
        files = [file for file in (self.head, self.clauses, self.words, *self.norms) if file is not None]
        cited = tuple(cited for file in files for cited in citations_in(file))
        return Pack(self.folder, self.digest.hexdigest(), instrument, readings, gaps, clauses, norms, cases, cited)


def _dated(data: Mapping[str, Any]) -> Dated:
    return Dated(date.fromisoformat(data["day"]), data["basis"], Say.of(data["note"]) if "note" in data else None)


def _test(data: Any) -> Test:
    if isinstance(data, dict):
        return Test(at_least=data.get("at_least"), at_most=data.get("at_most"))
    return Test(values=tuple(data) if isinstance(data, list) else (data,))


def _table(data: Mapping[str, Any]) -> tuple[tuple[str, Test], ...]:
    return tuple((name, _test(value)) for name, value in data.items())


def _when(data: Mapping[str, Any]) -> When:
    base = {name: value for name, value in data.items() if name != "any"}
    return When(_table(base), tuple(_table(table) for table in data.get("any", ())))


def _norm(x: Mapping[str, Any], instrument: Instrument, file: str, line: int) -> Norm:
    how: Mapping[str, Any] = x.get("how", {})
    window: Mapping[str, Any] = x.get("window", {})
    guards = x.get("guards", ())
    end = instrument.end.day if instrument.end else None
    if window:
        end = None if window["to"] == "open" else date.fromisoformat(window["to"])
    return Norm(
        id=x["id"],
        instrument=instrument.id,
        cite=x["cite"],
        aspect=x["aspect"],
        mode=x["mode"],
        actor=x["actor"],
        action=x["action"],
        say=Say.of(x["say"]),
        reading=x["reading"],
        note=Say.of(x["note"]) if "note" in x else None,
        partners=tuple(x.get("with", ())),
        when=_when(x.get("when", {})),
        who=tuple(x.get("who", ())),
        place_kind=tuple(x.get("place_kind", ())),
        paper=tuple(x.get("paper", ())),
        floor=how.get("floor", ""),
        cap=how.get("cap", ""),
        by=tuple(how.get("by", ())) or (x["actor"],),
        consent=how.get("consent", False),
        cadence=how.get("cadence", ""),
        params=dict(how.get("params", {})),
        soft=x.get("soft", ""),
        entrenched=x.get("entrenched", False),
        guards=("all",) if guards == "all" else tuple(guards),
        start=date.fromisoformat(window["from"]) if "from" in window else instrument.start.day,
        end=end,
        under=tuple(sorted(x.get("under", {}).items())),
        replaces=tuple(x.get("replaces", ())),
        file=file,
        line=line,
    )


def _cross_check(packs: tuple[Pack, ...], words: Vocabulary, drafts: Mapping[str, _Draft]) -> Iterator[Problem]:
    """Problems between files: words that do not exist, ids used twice, clauses nobody cites."""
    norms = {norm.id: norm for pack in packs for norm in pack.norms}
    options = {r.id: [o for o, _ in r.options] for pack in packs for r in pack.readings}
    seen: dict[str, str] = {}
    for pack in packs:
        head = drafts[pack.instrument.id].head
        assert head is not None
        if pack.instrument.id in seen:
            yield head.problem(f"instrument {pack.instrument.id} is already defined in {seen[pack.instrument.id]}")
        seen[pack.instrument.id] = head.name
        if pack.instrument.end and pack.instrument.end.day <= pack.instrument.start.day:
            yield head.problem("to is not after from: the instrument would never be in force", "instrument", "to")
        for i, reading in enumerate(pack.readings):
            if reading.in_force not in options[reading.id]:
                yield head.problem(f"in_force {reading.in_force} is not among the options", "readings", i)
        cites = {clause.cite for clause in pack.clauses}
        cited = {norm.cite for norm in pack.norms} | {gap.cite for gap in pack.gaps} | {r.cite for r in pack.readings}
        clause_file = f"{pack.folder.name}/clauses.yaml"
        for clause in pack.clauses:
            parents = any(other != clause.cite and other.startswith(clause.cite) for other in cited)
            if not clause.none and clause.cite not in cited and not parents:
                yield Problem(
                    clause_file,
                    clause.line,
                    f"no norm cites {clause.cite}: write one, or say why not with none and reason",
                )
            if clause.none and clause.none != "heading" and any(n.cite == clause.cite for n in pack.norms):
                yield Problem(clause_file, clause.line, f"{clause.cite} is marked {clause.none}, yet norms cite it")
        for duplicate in _twice(clause.cite for clause in pack.clauses):
            yield Problem(clause_file, 0, f"clause {duplicate} stands twice")
        for gap in pack.gaps:
            for why in _check_when(gap.when, words):
                yield Problem(gap.file, gap.line, f"{gap.id}: {why}")
        for norm in pack.norms:
            for why in _check_norm(norm, pack.instrument, cites, words, norms, options):
                yield Problem(norm.file, norm.line, f"{norm.id}: {why}")
        for case in pack.cases:
            for part in ("must", "may", "must_not", "absent"):
                for name in case.expect.get(part, ()):
                    if name not in norms:
                        yield Problem(case.file, case.line, f"unknown norm {name}{nearest(name, norms)}")
    for duplicate in _twice(norm.id for pack in packs for norm in pack.norms):
        yield Problem(norms[duplicate].file, norms[duplicate].line, f"norm {duplicate} stands twice")


def _twice(names: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    return {name for name in names if name in seen or seen.add(name)}  # type: ignore[func-returns-value]


def _check_when(when: When, words: Vocabulary) -> Iterator[str]:
    derived = {d.id: d for d in words.derived}
    for name, test in when.tests():
        fact = words.facts.get(name)
        values: tuple[FactValue, ...]
        if fact is not None:
            values = fact.values
        elif name in derived:
            values = derived[name].values
        else:
            yield f"unknown fact {name}{nearest(name, [*words.facts, *derived])}"
            continue
        if fact is not None and fact.type == "count":
            if not test.is_range and not all(type(value) is int for value in test.values):
                yield f"{name} is a count: write {{at_least: …, at_most: …}} or a number"
            if test.at_least is not None and test.at_most is not None and test.at_least > test.at_most:
                yield f"{name}: at_least is above at_most"
        elif test.is_range:
            yield f"{name} is not a count"
        else:
            for value in test.values:
                if value not in values or isinstance(value, bool) != isinstance(values[0], bool):
                    shown = ", ".join(str(v).lower() if isinstance(v, bool) else str(v) for v in values)
                    yield f"{name} has no value {value}; it has {shown}{nearest(str(value), map(str, values))}"


def _check_norm(
    norm: Norm,
    instrument: Instrument,
    cites: set[str],
    words: Vocabulary,
    norms: Mapping[str, Norm],
    options: Mapping[str, list[str]],
) -> Iterator[str]:
    if not norm.id.startswith(f"{instrument.key}."):
        yield f"the id must start with {instrument.key}."
    if norm.cite not in cites:
        yield f"cites {norm.cite}, which is not in clauses.yaml{nearest(norm.cite, cites)}"
    lookups: list[tuple[str, Collection[str], str]] = [
        *((name, words.actors, "actor") for name in (norm.actor, *norm.partners, *norm.by)),
        *((name, words.groups, "group") for name in norm.who),
        *((name, words.place_kinds, "place kind") for name in norm.place_kind),
        *((name, words.papers, "paper") for name in norm.paper),
        *((name, words.params, "parameter") for name in norm.params),
        *((name, norms, "norm") for name in norm.replaces),
        *((name, words.actions, "action") for name in (norm.action, *norm.guards) if name != "all"),
        (norm.aspect, words.aspects, "aspect"),
    ]
    for name, known, what in lookups:
        if name not in known:
            yield f"unknown {what} {name}{nearest(name, known)}"
    yield from _check_when(norm.when, words)
    for reading, option in norm.under:
        if reading not in options:
            yield f"unknown reading {reading}{nearest(reading, options)}"
        elif option not in options[reading]:
            yield f"reading {reading} has no option {option}{nearest(option, options[reading])}"
    if norm.end is not None and norm.end <= norm.start:
        yield "its window is empty: to is not after from"
    action = words.actions.get(norm.action)
    if action is None:
        return
    if norm.mode == "must" and not action.entry:
        yield f"no entry kind can fulfil {action.id}: give the action an entry"
    if action.kind != "restrictive" and (norm.floor or norm.cap):
        yield f"{action.id} is a {action.kind}: floor and cap belong to restrictive actions"
    if norm.soft == "encouraged" and norm.cap and action.kind == "restrictive":
        yield "an encouragement is never a ground for anything restrictive: leave out cap, or call it discretion"
    for step in filter(None, (norm.floor, norm.cap)):
        if step not in action.scale.steps:
            yield f"{action.id} has no step {step}; it has {', '.join(action.scale.steps)}"
            return
    if action.has_steps and action.kind == "restrictive":
        if norm.mode == "must" and not (norm.floor or norm.cap):
            yield f"must on {action.id} needs how.floor or how.cap"
        if norm.mode in ("may", "must_not") and not norm.cap and norm.soft != "encouraged" and not norm.guards:
            yield f"{norm.mode} on {action.id} needs how.cap"
        if norm.mode != "must" and norm.floor:
            yield "how.floor belongs to must"
        if norm.floor and norm.cap and action.scale.index(norm.floor) > action.scale.index(norm.cap):
            yield "floor is above cap"
