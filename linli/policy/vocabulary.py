"""The words packs are written in: facts, actors, groups, actions, scales … shared ones and those a pack adds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from linli.policy.problems import Problem, nearest
from linli.policy.yamlfile import YamlFile

FactValue = str | bool | int
Kind = Literal["restrictive", "duty", "service"]

NOT_IMPOSED = "NOT_IMPOSED"
IMPOSED = "IMPOSED"
BOOL_VALUES: tuple[FactValue, ...] = (False, True)


@dataclass(frozen=True)
class Say:
    """One sentence in the two languages of the product."""

    zh: str
    en: str

    @classmethod
    def of(cls, data: Mapping[str, str]) -> Say:
        return cls(data["zh"], data["en"])

    def as_dict(self) -> dict[str, str]:
        return {"zh": self.zh, "en": self.en}


@dataclass(frozen=True)
class Fact:
    """A place fact. values: its possible values in order; empty for a count (0, 1, 2 …).

    of: the level of place that the fact is stated for, such as `township`; empty where any place has its own.
    """

    id: str
    type: Literal["ordinal", "choice", "bool", "count"]
    say: Say
    values: tuple[FactValue, ...] = ()
    labels: Mapping[FactValue, Say] = field(default_factory=dict, hash=False)
    of: str = ""


@dataclass(frozen=True)
class Derived:
    """A fact computed from ordinal facts of equally many values: the lower, the higher, or where they agree."""

    id: str
    rule: Literal["lower_of", "higher_of", "agree_of"]
    sources: tuple[str, ...]
    values: tuple[FactValue, ...]
    say: Say
    under: tuple[tuple[str, str], ...] = ()
    cite: str = ""
    instrument: str = ""

    def rank(self, ranks: tuple[int, ...]) -> int | None:
        """The index in `values` for the indexes of the sources; None where they do not agree."""
        if self.rule == "lower_of":
            return min(ranks)
        if self.rule == "higher_of":
            return max(ranks)
        return ranks[0] if len(set(ranks)) == 1 else None


@dataclass(frozen=True)
class Actor:
    """Somebody who owes, may or decides. above: the actors it may decide for, directly."""

    id: str
    say: Say
    party: str
    above: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scale:
    """The ordered steps of a measure, mildest first. default: what an order means that names no step."""

    id: str
    steps: tuple[str, ...]
    default: str
    labels: Mapping[str, Say] = field(hash=False)

    def index(self, step: str) -> int:
        return self.steps.index(step)


BINARY = Scale(
    "imposition",
    (NOT_IMPOSED, IMPOSED),
    IMPOSED,
    {NOT_IMPOSED: Say("不采取", "not imposed"), IMPOSED: Say("采取", "imposed")},
)


@dataclass(frozen=True)
class Field:
    """One field of the form of an entry kind."""

    id: str
    type: Literal["text", "int", "number", "bool", "day", "choice"]
    say: Say
    required: bool = False
    unit: str = ""
    choices: tuple[tuple[str, Say], ...] = ()


@dataclass(frozen=True)
class EntryKind:
    """A kind of record that fulfils actions."""

    id: str
    say: Say
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True)
class Action:
    """What norms are about. scale: `BINARY` for actions without steps of their own."""

    id: str
    kind: Kind
    subject: str
    say: Say
    scale: Scale
    entry: str = ""
    within: str = ""
    units: tuple[str, ...] = ()
    milder: str = ""

    @property
    def has_steps(self) -> bool:
        return self.scale is not BINARY


@dataclass
class Vocabulary:
    """All words by kind and id. Built once per set of packs, then only read."""

    facts: dict[str, Fact] = field(default_factory=dict)
    derived: list[Derived] = field(default_factory=list)
    aspects: dict[str, Say] = field(default_factory=dict)
    parties: dict[str, Say] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    groups: dict[str, Say] = field(default_factory=dict)
    wider: dict[str, tuple[str, ...]] = field(default_factory=dict)
    place_kinds: dict[str, Say] = field(default_factory=dict)
    papers: dict[str, Say] = field(default_factory=dict)
    params: dict[str, tuple[Say, str]] = field(default_factory=dict)
    scales: dict[str, Scale] = field(default_factory=dict)
    entries: dict[str, EntryKind] = field(default_factory=dict)
    actions: dict[str, Action] = field(default_factory=dict)

    def with_wider(self, group: str) -> frozenset[str]:
        """The group and all wider groups that its members belong to."""
        found: set[str] = set()
        todo = [group]
        while todo:
            name = todo.pop()
            if name not in found:
                found.add(name)
                todo.extend(self.wider.get(name, ()))
        return frozenset(found)

    def may_decide_for(self, actor: str) -> frozenset[str]:
        """The actor and all actors below it."""
        found: set[str] = set()
        todo = [actor]
        while todo:
            name = todo.pop()
            if name not in found and name in self.actors:
                found.add(name)
                todo.extend(self.actors[name].above)
        return frozenset(found)

    def wider_units(self, action: str) -> Iterator[Action]:
        """The actions on the larger units that cover this one, nearest first."""
        while within := self.actions[action].within:
            yield self.actions[within]
            action = within

    def add(self, file: YamlFile, *, instrument: str = "") -> list[Problem]:
        """Add the words of one vocabulary file that has the right shape; problems where they clash or point nowhere."""
        data: dict[str, list[dict[str, Any]]] = file.data or {}
        problems: list[Problem] = []

        def each(part: str, known: Mapping[str, Any], make: Callable[[dict[str, Any]], None]) -> None:
            for i, item in enumerate(data.get(part, [])):
                if item["id"] in known:
                    problems.append(
                        file.problem(f"{part}: {item['id']} exists already; use it or choose another id", part, i)
                    )
                else:
                    make(item)

        def points(part: str, i: int, word: str, known: Mapping[str, Any], what: str) -> None:
            if word not in known:
                problems.append(file.problem(f"unknown {what} {word}{nearest(word, known)}", part, i))

        def add_fact(x: dict[str, Any]) -> None:
            values = BOOL_VALUES if x["type"] == "bool" else tuple(x.get("values", ()))
            labels = {value: Say.of(say) for value, say in x.get("labels", {}).items()}
            self.facts[x["id"]] = Fact(x["id"], x["type"], Say.of(x["say"]), values, labels, x.get("of", ""))

        def add_scale(x: dict[str, Any]) -> None:
            steps = tuple(step["id"] for step in x["steps"])
            labels = {step["id"]: Say.of(step["say"]) for step in x["steps"]}
            self.scales[x["id"]] = Scale(x["id"], steps, x["default"], labels)

        def add_entry(x: dict[str, Any]) -> None:
            fields = tuple(
                Field(
                    f["id"],
                    f["type"],
                    Say.of(f["say"]),
                    f.get("required", False),
                    f.get("unit", ""),
                    tuple((c["id"], Say.of(c["say"])) for c in f.get("choices", ())),
                )
                for f in x.get("fields", ())
            )
            self.entries[x["id"]] = EntryKind(x["id"], Say.of(x["say"]), fields)

        def add_group(x: dict[str, Any]) -> None:
            self.groups[x["id"]] = Say.of(x["say"])
            self.wider[x["id"]] = tuple(x.get("within", ()))

        def add_param(x: dict[str, Any]) -> None:
            self.params[x["id"]] = (Say.of(x["say"]), x["unit"])

        def add_actor(x: dict[str, Any]) -> None:
            self.actors[x["id"]] = Actor(x["id"], Say.of(x["say"]), x["party"], tuple(x.get("above", ())))

        def add_action(x: dict[str, Any]) -> None:
            scale = self.scales.get(x.get("scale", ""), BINARY)
            self.actions[x["id"]] = Action(
                x["id"],
                x["kind"],
                x["subject"],
                Say.of(x["say"]),
                scale,
                x.get("entry", ""),
                x.get("within", ""),
                tuple(x.get("units", ())),
                x.get("milder", ""),
            )

        each("facts", self.facts, add_fact)
        for part, target in (
            ("aspects", self.aspects),
            ("parties", self.parties),
            ("place_kinds", self.place_kinds),
            ("papers", self.papers),
        ):
            each(part, target, lambda x, target=target: target.update({x["id"]: Say.of(x["say"])}))  # type: ignore[misc]
        each("actors", self.actors, add_actor)
        each("groups", self.groups, add_group)
        each("params", self.params, add_param)
        each("scales", self.scales, add_scale)
        each("entries", self.entries, add_entry)
        each("actions", self.actions, add_action)

        for i, x in enumerate(data.get("scales", [])):
            if x["default"] not in [step["id"] for step in x["steps"]]:
                problems.append(file.problem(f"default {x['default']} is not a step of scale {x['id']}", "scales", i))
        for i, x in enumerate(data.get("actors", [])):
            points("actors", i, x["party"], self.parties, "party")
            for name in x.get("above", ()):
                points("actors", i, name, self.actors, "actor")
        for i, x in enumerate(data.get("groups", [])):
            for name in x.get("within", ()):
                points("groups", i, name, self.groups, "group")
        for i, x in enumerate(data.get("actions", [])):
            if "scale" in x:
                points("actions", i, x["scale"], self.scales, "scale")
            if "within" in x:
                points("actions", i, x["within"], self.actions, "action")
            if "milder" in x:
                points("actions", i, x["milder"], self.actions, "action")
            if "entry" in x:
                points("actions", i, x["entry"], self.entries, "entry kind")
        for i, x in enumerate(data.get("derived", [])):
            problems += self._add_derived(x, file.problem, i, instrument)
        return problems

    def _add_derived(
        self, x: dict[str, Any], problem: Callable[..., Problem], i: int, instrument: str
    ) -> list[Problem]:
        """Add one derived fact, or say why not."""
        rule: Literal["lower_of", "higher_of", "agree_of"] = (
            "lower_of" if "lower_of" in x else "higher_of" if "higher_of" in x else "agree_of"
        )
        for name in x[rule]:
            fact = self.facts.get(name)
            if fact is None:
                return [problem(f"unknown fact {name}{nearest(name, self.facts)}", "derived", i)]
            if fact.type != "ordinal" or len(fact.values) != len(x["values"]):
                return [problem(f"{x['id']}: {name} is not an ordinal fact of {len(x['values'])} values", "derived", i)]
        if x["id"] in self.facts:
            return [problem(f"derived: {x['id']} exists already as a fact", "derived", i)]
        self.derived.append(
            Derived(
                x["id"],
                rule,
                tuple(x[rule]),
                tuple(x["values"]),
                Say.of(x["say"]),
                tuple(sorted(x.get("under", {}).items())),
                x.get("cite", ""),
                instrument,
            )
        )
        return []
