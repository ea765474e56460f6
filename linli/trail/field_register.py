"""Which fields are stored, why, on what basis, who may read them and how long they are kept.

Every app writes a ``fields.yaml`` beside its models::

    community.Account:
      about: {zh: 登录账号, en: An account to sign in with}
      basis: OPERATION                     # CLAUSE needs `clause`, the others need `reason`
      reason: {zh: …, en: …}
      roles: [ADMINISTRATOR, SUBJECT]      # may read; SUBJECT is the person concerned, ANYONE everybody, SYSTEM nobody
      days_kept: 180                       # after the use of the row has ended; null = as long as the deployment
      then: DESTROYED                      # or KEPT
      fields:
        username: {zh: 登录名, en: The name to sign in with}
        phone:                             # anything said above may be said again, differently, for one field
          purpose: {zh: …, en: …}
          days_kept: 30

A field without an entry, an entry without a field, or an entry that leaves a question open is a problem; problems fail
``make check`` and the tests. Source: M38 三(三), data of residents used for its purpose only.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from django.apps import apps

BASES = ("CLAUSE", "OPERATION", "PUBLIC", "CONSENT")
ENDS = ("DESTROYED", "KEPT")
READERS_BESIDE_ROLES = ("SUBJECT", "ANYONE", "SYSTEM")
_SHARED = ("basis", "clause", "reason", "roles", "days_kept", "then")


@dataclass(frozen=True, kw_only=True)
class Saying:
    """The same words in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, kw_only=True)
class FieldEntry:
    """What the register says of one stored field. ``days_kept`` None means: as long as the deployment."""

    model: str
    field: str
    purpose: Saying
    basis: str
    clause: str
    reason: Saying | None
    roles: tuple[str, ...]
    days_kept: int | None
    then: str


@dataclass(frozen=True, kw_only=True)
class ModelEntry:
    """What the register says of one model and its fields."""

    model: str
    about: Saying
    fields: tuple[FieldEntry, ...]


@dataclass(frozen=True, kw_only=True)
class RegisterProblem:
    """Something missing or wrong in the register."""

    file: str
    where: str
    why: str

    def __str__(self) -> str:
        return f"{self.file}: {self.where}: {self.why}"


def register_files() -> list[Path]:
    """The ``fields.yaml`` of every installed app that has one."""
    paths = (Path(config.path) / "fields.yaml" for config in apps.get_app_configs())
    return [path for path in paths if path.exists()]


def stored_fields() -> dict[str, set[str]]:
    """Every field the database stores, per model, of our own apps and of the libraries'."""
    return {
        model._meta.label: {
            field.name for field in (*model._meta.local_concrete_fields, *model._meta.local_many_to_many)
        }
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    }


def read_register(files: Iterable[Path] | None = None) -> tuple[list[ModelEntry], list[RegisterProblem]]:
    """The register and what is wrong with it. Entries with a problem are left out of the first list."""
    entries: list[ModelEntry] = []
    problems: list[RegisterProblem] = []
    stored = stored_fields()
    seen: set[str] = set()
    for path in register_files() if files is None else files:
        name = f"{path.parent.name}/{path.name}"
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or {}
        for label, body in content.items():
            if label not in stored:
                problems.append(RegisterProblem(file=name, where=label, why="there is no such model"))
                continue
            if label in seen:
                problems.append(RegisterProblem(file=name, where=label, why="registered twice"))
                continue
            seen.add(label)
            found = [*_model_problems(name, label, body, stored[label])]
            problems.extend(found)
            if not found:
                entries.append(_model_entry(label, body))
    for label in sorted(set(stored) - seen):
        problems.append(RegisterProblem(file="fields.yaml", where=label, why="stored, but not in any fields.yaml"))
    return sorted(entries, key=lambda entry: entry.model), problems


def _model_problems(file: str, label: str, body: Any, stored: set[str]) -> Iterator[RegisterProblem]:
    if not isinstance(body, dict) or not isinstance(body.get("fields"), dict):
        yield RegisterProblem(file=file, where=label, why="needs `about`, the shared answers and `fields`")
        return
    for key in sorted(set(body) - {"about", "fields", *_SHARED}):
        yield RegisterProblem(file=file, where=label, why=f"unknown key `{key}`")
    if not _is_saying(body.get("about")):
        yield RegisterProblem(file=file, where=label, why="`about` needs zh and en")
    for field in sorted(stored - set(body["fields"])):
        yield RegisterProblem(file=file, where=f"{label}.{field}", why="stored, but not registered")
    for field in sorted(set(body["fields"]) - stored):
        yield RegisterProblem(file=file, where=f"{label}.{field}", why="registered, but not stored")
    for field, said in body["fields"].items():
        for why in _answer_problems(_answers(body, said)):
            yield RegisterProblem(file=file, where=f"{label}.{field}", why=why)


def _answers(body: Mapping[str, Any], said: Any) -> dict[str, Any]:
    shared = {key: body[key] for key in _SHARED if key in body}
    if isinstance(said, dict) and "purpose" in said:
        return {**shared, **said}
    return {**shared, "purpose": said}


def _answer_problems(answers: Mapping[str, Any]) -> Iterator[str]:
    for key in sorted(set(answers) - {"purpose", *_SHARED}):
        yield f"unknown key `{key}`"
    if not _is_saying(answers.get("purpose")):
        yield "the purpose needs zh and en"
    if answers.get("basis") not in BASES:
        yield f"`basis` is one of {', '.join(BASES)}"
    elif answers["basis"] == "CLAUSE" and not isinstance(answers.get("clause"), str):
        yield "basis CLAUSE needs `clause`"
    elif answers["basis"] != "CLAUSE" and not _is_saying(answers.get("reason")):
        yield "`reason` needs zh and en"
    if not answers.get("roles") or not all(isinstance(role, str) for role in answers["roles"]):
        yield "`roles` names who may read"
    if "days_kept" not in answers or not (answers["days_kept"] is None or isinstance(answers["days_kept"], int)):
        yield "`days_kept` is a number of days, or null for as long as the deployment"
    if answers.get("then") not in ENDS:
        yield f"`then` is one of {', '.join(ENDS)}"


def _is_saying(value: Any) -> bool:
    return (
        isinstance(value, dict) and set(value) == {"zh", "en"} and all(isinstance(text, str) for text in value.values())
    )


def _model_entry(label: str, body: Mapping[str, Any]) -> ModelEntry:
    fields = []
    for field, said in body["fields"].items():
        answers = _answers(body, said)
        fields.append(
            FieldEntry(
                model=label,
                field=field,
                purpose=Saying(**answers["purpose"]),
                basis=answers["basis"],
                clause=answers.get("clause", ""),
                reason=Saying(**answers["reason"]) if answers.get("reason") else None,
                roles=tuple(answers["roles"]),
                days_kept=answers["days_kept"],
                then=answers["then"],
            )
        )
    return ModelEntry(model=label, about=Saying(**body["about"]), fields=tuple(fields))
