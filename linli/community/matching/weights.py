"""How much each agreement and disagreement says, in bits: log2 of how much likelier it is for one person than for two.

After Fellegi and Sunter (1969), with one addition. "Two persons" is not one case but three, and evidence that is strong
against one of them says little against another:

- STRANGER: somebody else who agrees by coincidence. Rare names and exact dates speak against it; a common name less, so
  the share of the register that bears the name sets the weight. Before any evidence: one in the size of the register.
- RELATIVE: somebody else of the same household. A shared phone, surname, address says nothing; twins have the same
  birthday, siblings share a character of the given name, a child is written under a parent's number. Before any
  evidence: one in three.
- SLIP: somebody else under whose name a neighbouring line's ID number was written. Only judged when the number agrees;
  then the number itself is worth only as much as such slips are rare.

Evidence is added up against each; the smallest of the three sums is what counts. A sum of b bits is odds of 2^b to one.
The rates behind the bits are judgements, not fits: how often the thing is so for one person's two records (m) over how
often for two (u). ``benchmarks/matching.py`` shows what comes of them.
"""

from enum import IntEnum

import numpy as np

from linli.community.matching.names import Array, NameLevel

MATCH_BITS = 8.0
"""From here on it is the same person: 255 to 1. A false merge is worse than a question."""

ASK_BITS = -2.0
"""From here on a human is asked: one in five."""

STRANGER, RELATIVE, SLIP = 0, 1, 2

RELATIVE_PRIOR_BITS = -1.6
SLIP_PRIOR_BITS = 0.0
SAME_TABLE_BITS = -5.0
"""Within one table a person stands once, as a rule; two lines with different names are rarely a slip."""

_RAREST_NAME_BITS = 16.0
_IMAGINED_PEOPLE = 50_000
_COMMON_PHONE_OWNERS = 8


class DocumentLevel(IntEnum):
    """How ID numbers and other papers agree."""

    EXACT = 0
    SLIP = 1  # one digit mistyped or two swapped, by the check digit; or one slip in a number of 15 digits
    SIMILAR = 2  # two or three slips
    DIFFERENT = 3  # at least one of them cannot be trusted
    CONFLICT = 4  # both are sound, and differ: two people, or a mistake only a human can settle
    MISSING = 5


class BirthLevel(IntEnum):
    """How birth dates agree."""

    EXACT = 0
    PLACEHOLDER = 1  # the same 1 January
    CLOSE = 2  # day and month swapped, or one digit
    CALENDARS = 3  # up to 60 days apart: lunar and solar calendar
    DIFFERENT = 4
    MISSING = 5


class PhoneLevel(IntEnum):
    """How telephone numbers agree."""

    EXACT = 0
    COMMON = 1  # the same, but more than a family uses it
    SLIP = 2
    DIFFERENT = 3
    MISSING = 4


class SexLevel(IntEnum):
    """Whether the sex agrees."""

    EXACT = 0
    DIFFERENT = 1
    MISSING = 2


class HouseholdLevel(IntEnum):
    """How the addresses agree."""

    SAME = 0
    SIMILAR = 1
    DIFFERENT = 2
    MISSING = 3


# Rows: the levels; columns: against a stranger, a relative, a slip of the pen.
_DOCUMENT = np.array(
    [[40.0, 8.3, 9.0], [20.0, 6.0, 9.0], [2.0, 1.0, 0.0], [-5.0, -5.0, -5.0], [-9.0, -9.0, -9.0], [0.0, 0.0, 0.0]]
)
_BIRTH = np.array(
    [[14.3, 6.3, 14.3], [6.0, 3.0, 6.0], [2.7, 1.0, 2.7], [1.5, 0.5, 1.5], [-7.6, -6.6, -7.6], [0.0, 0.0, 0.0]]
)
_PHONE = np.array([[17.0, 0.5, 17.0], [8.0, 0.0, 8.0], [9.5, 1.0, 9.5], [-2.0, -1.0, -2.0], [0.0, 0.0, 0.0]])
_SEX = np.array([[1.0, 1.0, 1.0], [-6.0, -6.0, -6.0], [0.0, 0.0, 0.0]])
_HOUSEHOLD = np.array([[6.0, -0.6, 6.0], [1.0, 0.0, 1.0], [-1.5, -1.0, -1.5], [0.0, 0.0, 0.0]])
_NAME = {
    # against a stranger: this much less than a name of this frequency, or (rarity False) this much by itself
    NameLevel.EXACT: (True, -0.2, 10.0),
    NameLevel.VARIANT: (True, -3.0, 5.3),
    NameLevel.HOMOPHONE: (True, -4.0, 4.3),
    NameLevel.NEAR_HOMOPHONE: (True, -6.0, 2.0),
    NameLevel.SWAPPED: (True, -6.0, 2.3),
    NameLevel.CONTAINED: (False, 3.3, -1.0),
    NameLevel.ONE_CHARACTER: (False, 4.0, -3.7),
    NameLevel.GIVEN_NAME: (False, 5.6, 1.3),
    NameLevel.SURNAME: (False, -3.0, -6.0),
    NameLevel.DIFFERENT: (False, -6.5, -5.3),
    NameLevel.MISSING: (False, 0.0, 0.0),
}
_NAME_USES_RARITY = np.array([_NAME[level][0] for level in NameLevel])
_NAME_STRANGER = np.array([_NAME[level][1] for level in NameLevel])
_NAME_RELATIVE = np.array([_NAME[level][2] for level in NameLevel])


def rarity_bits(bearers: Array, *, register_size: int) -> Array:
    """How much it says to bear a name that ``bearers`` people of the register bear; at most 16 bits.

    One of the bearers may be the person in question and does not count; a small register is eked out by a large
    imagined one in which one person in fifty thousand bears any given name.
    """
    share = (np.maximum(bearers - 1, 0) + 1.0) / (register_size + _IMAGINED_PEOPLE)
    found: Array = np.minimum(-np.log2(np.minimum(share, 1.0)), _RAREST_NAME_BITS)
    return found


def name_bits(levels: Array, *, rarity: Array) -> Array:
    """Shape (pairs,) levels and rarities in, shape (pairs, 3) bits out."""
    stranger = _NAME_STRANGER[levels] + np.where(_NAME_USES_RARITY[levels], rarity, 0.0)
    return np.stack([stranger, _NAME_RELATIVE[levels], stranger], axis=1)


def document_bits(levels: Array) -> Array:
    """Shape (pairs,) in, (pairs, 3) out."""
    found: Array = _DOCUMENT[levels]
    return found


def birth_bits(levels: Array) -> Array:
    """Shape (pairs,) in, (pairs, 3) out."""
    found: Array = _BIRTH[levels]
    return found


def phone_bits(levels: Array) -> Array:
    """Shape (pairs,) in, (pairs, 3) out."""
    found: Array = _PHONE[levels]
    return found


def sex_bits(levels: Array) -> Array:
    """Shape (pairs,) in, (pairs, 3) out."""
    found: Array = _SEX[levels]
    return found


def household_bits(levels: Array) -> Array:
    """Shape (pairs,) in, (pairs, 3) out."""
    found: Array = _HOUSEHOLD[levels]
    return found


def is_common_phone(owners: Array) -> Array:
    """Do more people have this phone than a family would?"""
    found: Array = owners > _COMMON_PHONE_OWNERS
    return found


def prior_bits(*, register_size: int) -> Array:
    """Before any evidence, against a stranger, a relative, a slip: shape (3,)."""
    return np.array([-np.log2(max(register_size, 1)), RELATIVE_PRIOR_BITS, SLIP_PRIOR_BITS])
