"""Reads the YAML of packs strictly, and remembers on which line everything stands.

Stricter than YAML itself, because its conveniences are traps in legal data: `no` is not false, an unquoted
division code is not a number, 12:30 is not 750, and a key may stand only once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from linli.policy.problems import Problem, nearest

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

YamlPath = tuple[str | int, ...]


@dataclass(frozen=True)
class YamlFile:
    """One file as plain data, with the line of every node.

    data: dicts, lists, str, int, float, bool, None; None for an empty file.
    lines: path of keys and indexes → line, 1-based.
    """

    name: str
    data: Any
    lines: dict[YamlPath, int]

    def line(self, *path: str | int) -> int:
        """The line of the node at `path`, or of its nearest parent that has one."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def problem(self, why: str, *path: str | int) -> Problem:
        """A problem of this file at the node `path`."""
        return Problem(self.name, self.line(*path), why)


def read_yaml(path: Path, *, name: str) -> tuple[YamlFile, list[Problem]]:
    """Read one YAML file; problems instead of exceptions, so that all files can be reported together."""
    lines: dict[YamlPath, int] = {}
    problems: list[Problem] = []
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=Loader)
    except UnicodeDecodeError:
        return YamlFile(name, None, lines), [Problem(name, 0, "not UTF-8: save the file as UTF-8")]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        why = f"not valid YAML ({error.problem}); a sentence with a comma, a colon or a quote must stand in quotes"
        return YamlFile(name, None, lines), [Problem(name, mark.line + 1 if mark else 0, why)]
    except yaml.YAMLError as error:
        return YamlFile(name, None, lines), [Problem(name, 0, f"not valid YAML: {error}")]

    def fault(node: yaml.Node, why: str) -> None:
        problems.append(Problem(name, node.start_mark.line + 1, why))

    def scalar(node: yaml.ScalarNode) -> Any:
        value: str = node.value
        kind = node.tag.rpartition(":")[2]
        if kind == "bool":
            if value in ("true", "false"):
                return value == "true"
            fault(node, f"“{value}” would be read as true or false: write true or false, or quote it")
            return value
        if kind == "int":
            if re.fullmatch(r"-?(0|[1-9][0-9]{0,8})", value):
                return int(value)
            fault(node, f"{value} would be read as a number and change: quote it")
            return value
        if kind == "float":
            if re.fullmatch(r"-?[0-9]+\.[0-9]+", value):
                return float(value)
            fault(node, f"{value} would be read as a number and change: quote it")
            return value
        if kind == "null":
            return None
        if kind in ("str", "timestamp"):
            return value
        fault(node, f"tag {node.tag} is not used in packs")
        return value

    def build(node: yaml.Node, path: YamlPath, ancestors: tuple[int, ...]) -> Any:
        lines[path] = node.start_mark.line + 1
        if id(node) in ancestors:
            fault(node, "a node that contains itself")
            return None
        if isinstance(node, yaml.ScalarNode):
            return scalar(node)
        if isinstance(node, yaml.SequenceNode):
            return [build(item, (*path, i), (*ancestors, id(node))) for i, item in enumerate(node.value)]
        table: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = scalar(key_node) if isinstance(key_node, yaml.ScalarNode) else None
            if not isinstance(key, str):
                fault(key_node, f"the key {getattr(key_node, 'value', key)} must be a word: quote it")
                continue
            if key in table:
                fault(key_node, f"the key {key} stands twice")
            table[key] = build(value_node, (*path, key), (*ancestors, id(node)))
            lines[(*path, key)] = key_node.start_mark.line + 1
        return table

    data = build(node, (), ()) if node is not None else None
    return YamlFile(name, data, lines), problems


@cache
def schema_for(part: str) -> Draft202012Validator:
    """The published JSON Schema of one part of a pack: `pack`, `clauses`, `norms`, `cases`, `vocabulary`; or of
    `readings`."""
    import json

    text = files("linli.policy").joinpath("schema", f"{part}.schema.json").read_text(encoding="utf-8")
    return Draft202012Validator(json.loads(text))


def check_shape(file: YamlFile, *, part: str) -> list[Problem]:
    """Problems of one file against its schema, in plain words, at most one per place."""
    found: dict[YamlPath, Problem] = {}
    for error in schema_for(part).iter_errors(file.data):
        deepest = best_match([error]) or error
        path = tuple(deepest.absolute_path)
        found.setdefault(path, file.problem(_plain(deepest), *path))
    return list(found.values())


def _plain(error: ValidationError) -> str:
    """One schema error as a sentence that says what was expected."""
    where = ".".join(str(part) for part in error.absolute_path if isinstance(part, str)) or "here"
    rule: Any = error.validator_value
    instance: Any = error.instance
    schema: Any = error.schema
    if error.validator == "additionalProperties":
        known: list[str] = list(schema.get("properties", {}))
        extra = [key for key in instance if key not in known]
        hint = "".join(nearest(key, known) for key in extra[:1])
        prose = " (part of a sentence? quote the whole sentence)" if any(instance[k] is None for k in extra) else ""
        return f"unknown key {', '.join(extra)} in {where}{hint}{prose}; known: {', '.join(known)}"
    if error.validator == "required":
        missing = [key for key in rule if key not in instance]
        return f"{where}: {', '.join(missing)} missing"
    if error.validator == "dependentRequired":
        missing = [
            f"{key} needs {n}" for key, others in rule.items() if key in instance for n in others if n not in instance
        ]
        return f"{where}: {', '.join(missing)}"
    if error.validator == "type":
        shown = f"{instance!r}"
        hint = " (quote it)" if rule == "string" and isinstance(instance, (int, float, bool)) else ""
        return f"{where}: expected {rule}, found {shown[:60]}{hint}"
    if error.validator == "enum":
        known = [str(value) for value in rule]
        return f"{where}: {instance!r} is not one of {', '.join(known)}{nearest(str(instance), known)}"
    if error.validator == "pattern":
        return f"{where}: {instance!r} does not look like {schema.get('description', rule)}"
    return f"{where}: {error.message[:200]}"
