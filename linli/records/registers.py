"""The registers 台账 of key groups: who may see which, how a person comes to be on it; data in ``registers.yaml``."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from linli.community.roles import Role
from linli.records.kinds import Words


@dataclass(frozen=True, kw_only=True)
class Register:
    """One register. ``group`` is the word of the packs; ``clause`` where it is asked for.

    ``by_hand`` says that somebody puts people on it and takes them off; the others follow from other entries.
    """

    group: str
    say: Words
    clause: str
    roles: frozenset[Role]
    by_hand: bool


@cache
def registers() -> Mapping[str, Register]:
    """All registers by group, in the order of the file."""
    data = yaml.safe_load(files("linli.records").joinpath("registers.yaml").read_text(encoding="utf-8"))
    audiences = {name: frozenset(Role(one) for one in roles) for name, roles in data["audiences"].items()}
    return {
        one["group"]: Register(
            group=one["group"],
            say=Words(**one["say"]),
            clause=one["clause"],
            roles=audiences[one["roles"]],
            by_hand=one.get("by_hand", False),
        )
        for one in data["registers"]
    }


def visible_groups(roles: Iterable[Role]) -> tuple[str, ...]:
    """The groups whose register one of the roles may see."""
    held = frozenset(roles)
    return tuple(group for group, register in registers().items() if register.roles & held)
