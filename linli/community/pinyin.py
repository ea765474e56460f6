"""How a Chinese name is typed on a Latin keyboard: full pinyin and initials, with other readings of a character."""

from functools import lru_cache

from pypinyin import Style, lazy_pinyin, pinyin

# Names differ at their head; the tail (社区居委会) is read one way.
_HEAD_CHARACTERS = 3


def spellings(name: str) -> tuple[str, str]:
    """The ways to type ``name``: full pinyin and initials, words apart by spaces, the likeliest reading first.

    >>> spellings("乐峰镇")
    ('lefengzhen yuefengzhen', 'lfz yfz')
    """
    spoken = [_plain(syllable) for syllable in lazy_pinyin(name)]
    variants = [spoken]
    if len(spoken) == len(name):
        for place, character in enumerate(name[:_HEAD_CHARACTERS]):
            for other in _readings(character):
                if other != spoken[place]:
                    variants.append([*spoken[:place], other, *spoken[place + 1 :]])
    full = dict.fromkeys("".join(syllables) for syllables in variants)
    initials = dict.fromkeys("".join(syllable[:1] for syllable in syllables) for syllables in variants)
    return " ".join(full), " ".join(initials)


@lru_cache(maxsize=20_000)
def _readings(character: str) -> tuple[str, ...]:
    return tuple(_plain(reading) for reading in pinyin(character, style=Style.NORMAL, heteronym=True)[0])


def _plain(syllable: str) -> str:
    return "".join(syllable.lower().replace("ü", "v").split())
