"""The kinds of entries as data: each program's ``kinds.yaml`` says what is written down, and when it is due.

::

    kinds:
      health_check:
        version: 1                       # of the payload; raised when a field changes its meaning
        subject: person                  # person, household, unit or community
        say: {zh: 健康监测, en: health check}
        rhythm: daily                    # once, daily, weekly, round or on_demand; where the norm prints none
        rhythm_note: {zh: …, en: …}      # why, as a reading
        rhythms: {observation_support: on_demand}    # other rhythms for single actions
        roles: [COMMUNITY_DOCTOR]        # who may write it on the common form; left out: WRITERS
        readers: [COMMUNITY_DOCTOR]      # who may learn of it at all; left out: all who may open the person's page
        self_report: true                # the person, or the household, may say it on their own link
        own_door: true                   # written by an operation of its program alone: no common form
        is_final: true                   # neither corrected nor taken back on the common page
        fields:
          - {id: temperature, type: number, unit: ℃, at_least: 34, at_most: 43, usual: 36.5,
             abnormal: {at_least: 37.3}, required: true, say: {zh: 体温, en: temperature}}

Types of fields: text, int, number, bool, day, choice, choices (several), register (the group of a register, see
``registers.yaml``), reference (the id of another entry or row; never typed by hand). ``abnormal``:
``{at_least: n}``, ``{values: […]}``, or ``any`` for anything said at all.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from typing import Any

import yaml
from django.apps import apps
from django.utils.translation import get_language

from linli.community.roles import Role

SUBJECTS = ("person", "household", "unit", "community")
RHYTHMS = ("once", "daily", "weekly", "round", "on_demand")
TYPES = ("text", "int", "number", "bool", "day", "choice", "choices", "register", "reference")
# Those who write on the common form unless the kind says otherwise.
WRITERS = frozenset({Role.GRID_WORKER, Role.COMMUNITY_STAFF, Role.COMMUNITY_DOCTOR})
_KIND_KEYS = {
    "version", "subject", "say", "rhythm", "rhythm_note", "rhythms", "fields", "roles", "readers", "own_door",
    "self_report",
    "is_final",
}  # fmt: skip
_FIELD_KEYS = {
    "id", "type", "say", "help", "required", "unit", "at_least", "at_most", "choices", "usual", "abnormal", "longest",
}  # fmt: skip


class KindsRefused(Exception):
    """A ``kinds.yaml`` that cannot be used; says the file, the kind and what is wrong."""


class UnknownKind(LookupError):
    """No program declares this kind of entry."""


@dataclass(frozen=True, kw_only=True)
class Words:
    """The same words in both languages."""

    zh: str
    en: str

    def __str__(self) -> str:
        return self.en if (get_language() or "").startswith("en") else self.zh


@dataclass(frozen=True, kw_only=True)
class Field:
    """One thing that an entry of a kind says. ``choices`` are pairs of value and words."""

    id: str
    type: str
    say: Words
    help: Words | None = None
    required: bool = False
    unit: str = ""
    at_least: float | None = None
    at_most: float | None = None
    choices: tuple[tuple[str, Words], ...] = ()
    usual: Any = None
    abnormal: Any = None
    longest: int = 200

    def is_abnormal(self, value: Any) -> bool:
        """Is this value a reason to call the doctor? An absent one is not."""
        if self.abnormal is None or value in (None, "", [], False):
            return False
        if self.abnormal == "any":
            return True
        if "at_least" in self.abnormal:
            return float(value) >= float(self.abnormal["at_least"])
        said = value if isinstance(value, list) else [value]
        return any(one in self.abnormal["values"] for one in said)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of entry, as a program declares it."""

    id: str
    program: str
    version: int
    subject: str
    say: Words
    rhythm: str
    rhythm_note: Words | None
    rhythms: Mapping[str, str]
    fields: tuple[Field, ...]
    roles: frozenset[Role] = WRITERS
    # None: whoever may open the page of the subject.
    readers: frozenset[Role] | None = None
    own_door: bool = False
    self_report: bool = False
    is_final: bool = False

    def rhythm_of(self, action: str) -> str:
        """How often an action of the packs asks for this kind."""
        return self.rhythms.get(action, self.rhythm)

    def is_abnormal(self, payload: Mapping[str, Any]) -> bool:
        """Does the payload call for the doctor?"""
        return any(field.is_abnormal(payload.get(field.id)) for field in self.fields)

    @property
    def usual(self) -> dict[str, Any]:
        """What is said with one tap when all is as usual."""
        return {field.id: field.usual for field in self.fields if field.usual is not None}


@cache
def all_kinds() -> Mapping[str, Kind]:
    """Every declared kind by its id, in the order of the installed programs.

    Raises: KindsRefused.
    """
    found: dict[str, Kind] = {}
    for config in apps.get_app_configs():
        if not config.name.startswith("linli.") or find_spec(config.name) is None:
            continue
        source = files(config.name).joinpath("kinds.yaml")
        if not source.is_file():
            continue
        text = source.read_text(encoding="utf-8")
        for kind in read_kinds(text, program=config.label, file=f"{config.name}/kinds.yaml"):
            if kind.id in found:
                raise KindsRefused(f"{config.name}/kinds.yaml: {kind.id} is declared by {found[kind.id].program} too")
            found[kind.id] = kind
    return found


def kind_of(id: str) -> Kind:
    """The kind with this id.

    Raises: UnknownKind.
    """
    try:
        return all_kinds()[id]
    except KeyError:
        raise UnknownKind(id) from None


def own_door(id: str) -> bool:
    """Is this kind written by an operation of its program alone? One that nobody declares any more is not."""
    known = all_kinds().get(id)
    return known is not None and known.own_door


def read_kinds(text: str, *, program: str, file: str) -> Iterator[Kind]:
    """The kinds of one file.

    Raises: KindsRefused.
    """
    data = yaml.safe_load(text) or {}
    if not isinstance(data, dict) or set(data) != {"kinds"}:
        raise KindsRefused(f"{file}: expected the one key `kinds`")
    for id, given in data["kinds"].items():
        where = f"{file}: {id}"
        _known_keys(given, _KIND_KEYS, where)
        subject, rhythm = given.get("subject"), given.get("rhythm", "on_demand")
        _one_of(subject, SUBJECTS, f"{where}: subject")
        for one in (rhythm, *given.get("rhythms", {}).values()):
            _one_of(one, RHYTHMS, f"{where}: rhythm")
        yield Kind(
            id=id,
            program=program,
            version=int(given.get("version", 1)),
            subject=subject,
            say=_words(given.get("say"), where),
            rhythm=rhythm,
            rhythm_note=_words(given["rhythm_note"], where) if "rhythm_note" in given else None,
            rhythms=dict(given.get("rhythms", {})),
            fields=tuple(_field(one, where) for one in given.get("fields", [])),
            roles=_roles(given["roles"], f"{where}: roles") if "roles" in given else WRITERS,
            readers=_roles(given["readers"], f"{where}: readers") if "readers" in given else None,
            own_door=_flag(given, "own_door", where),
            self_report=_flag(given, "self_report", where),
            is_final=_flag(given, "is_final", where),
        )


def _field(given: Mapping[str, Any], where: str) -> Field:
    where = f"{where}.{given.get('id', '?')}"
    _known_keys(given, _FIELD_KEYS, where)
    _one_of(given.get("type"), TYPES, f"{where}: type")
    choices = tuple((one["id"], _words(one.get("say"), where)) for one in given.get("choices", []))
    if (given["type"] in ("choice", "choices")) != bool(choices):
        raise KindsRefused(f"{where}: choices are given exactly where the type is choice or choices")
    known = {value for value, _ in choices}
    abnormal = given.get("abnormal")
    if isinstance(abnormal, dict) and not set(abnormal.get("values", [])) <= known | {True}:
        raise KindsRefused(f"{where}: an abnormal value is no choice")
    return Field(
        id=given["id"],
        type=given["type"],
        say=_words(given.get("say"), where),
        help=_words(given["help"], where) if "help" in given else None,
        required=bool(given.get("required", False)),
        unit=given.get("unit", ""),
        at_least=given.get("at_least"),
        at_most=given.get("at_most"),
        choices=choices,
        usual=given.get("usual"),
        abnormal=abnormal,
        longest=int(given.get("longest", 200)),
    )


def _words(given: Any, where: str) -> Words:
    if not isinstance(given, dict) or set(given) != {"zh", "en"}:
        raise KindsRefused(f"{where}: words are needed as {{zh: …, en: …}}")
    return Words(zh=str(given["zh"]), en=str(given["en"]))


def _known_keys(given: Any, known: set[str], where: str) -> None:
    if not isinstance(given, dict):
        raise KindsRefused(f"{where}: expected a mapping")
    unknown = set(given) - known
    if unknown:
        raise KindsRefused(f"{where}: unknown {', '.join(sorted(unknown))}")


def _roles(given: Any, where: str) -> frozenset[Role]:
    if not isinstance(given, list) or not given:
        raise KindsRefused(f"{where}: a list of roles is needed")
    for one in given:
        _one_of(one, tuple(Role.values), where)
    return frozenset(Role(one) for one in given)


def _flag(given: Mapping[str, Any], key: str, where: str) -> bool:
    value = given.get(key, False)
    if not isinstance(value, bool):
        raise KindsRefused(f"{where}: {key} is true or false")
    return value


def _one_of(given: Any, known: tuple[str, ...], where: str) -> None:
    if given not in known:
        raise KindsRefused(f"{where}: {given!r} is none of {', '.join(known)}")
