"""Pages on paper: a typst template and its data become a PDF with the official Chinese fonts."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import typst

FAMILIES = frozenset({"Noto Serif CJK SC", "Noto Sans CJK SC"})


class FontsMissing(Exception):
    """This machine has no Chinese fonts: on paper there would be boxes instead of words."""


def pdf_of(template: Path, data: Mapping[str, Any]) -> bytes:
    """The template filled with the data, which it reads as JSON from the input ``data``.

    Raises: FontsMissing.
    """
    if not has_fonts():
        raise FontsMissing
    return bytes(typst.compile(str(template), sys_inputs={"data": json.dumps(data, ensure_ascii=False)}))


@cache
def has_fonts() -> bool:
    """Are the fonts here that official documents are set in?"""
    return set(typst.Fonts().families()) >= FAMILIES
