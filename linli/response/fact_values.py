"""How the value of a fact is written down: ``LOW``, ``true``, ``12``. The words of the packs say what is allowed."""

from linli.policy.problems import nearest
from linli.policy.vocabulary import Fact, FactValue, Vocabulary


class FactRefused(ValueError):
    """There is no such fact, or it has no such value. ``field`` is ``fact`` or ``value``; ``hint`` is what is near."""

    def __init__(self, field: str, *, word: str, known: tuple[str, ...]) -> None:
        self.field = field
        self.word = word
        self.known = known
        self.hint = nearest(word, known)
        super().__init__(f"{field}: no “{word}”{self.hint}; there is {', '.join(known)}")


def fact_named(words: Vocabulary, fact: str) -> Fact:
    """The fact with this id. Raises: FactRefused."""
    found = words.facts.get(fact)
    if found is None:
        raise FactRefused("fact", word=fact, known=tuple(words.facts))
    return found


def stored(fact: Fact, value: FactValue | str) -> str:
    """The value as the database keeps it.

    Raises: FactRefused, for a value that the fact does not have.
    """
    text = str(value).strip()
    text = text.lower() if fact.type == "bool" else text
    if fact.type == "count":
        if text.isascii() and text.isdigit() and len(text) < 10:
            return str(int(text))
        raise FactRefused("value", word=text, known=("0", "1", "2"))
    known = choices(fact)
    if text not in known:
        raise FactRefused("value", word=text, known=known)
    return text


def read(fact: Fact, text: str) -> FactValue:
    """The value again, from what the database keeps."""
    if fact.type == "bool":
        return text == "true"
    return int(text) if fact.type == "count" else text


def choices(fact: Fact) -> tuple[str, ...]:
    """The values as stored, in order; empty for a count."""
    if fact.type == "bool":
        return ("true", "false")
    return tuple(str(value) for value in fact.values)
