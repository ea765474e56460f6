"""Verdicts in words: whole sentences from `wording.yaml`, Chinese and English, never pieces of sentences."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.resources import files

import yaml

from linli.policy.vocabulary import Say


@cache
def _templates() -> dict[str, dict[str, dict[str, str]]]:
    text = files("linli.policy").joinpath("wording.yaml").read_text(encoding="utf-8")
    loaded: dict[str, dict[str, dict[str, str]]] = yaml.safe_load(text)
    return loaded


def explain(
    why: str, *, steps: bool, instead: bool, until: bool, zh: Callable[[str], str], en: Callable[[str], str]
) -> Say:
    """What happened, and what can be done instead and until when, where there is such a thing.

    why: a key of the wording file. steps: whether the measure has steps. zh, en: fill the blanks of a template.
    """
    form = "steps" if steps else "plain"
    keys = [why, *(["instead"] if instead else []), *(["until"] if instead and until else [])]
    parts = [_templates()[key][form] for key in keys]
    return Say("".join(zh(part["zh"]) for part in parts), " ".join(en(part["en"]) for part in parts))
