"""Which division a table means: by its code, by its full name, or by the names of province, prefecture and county."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from linli.community.codes import COUNTY, PREFECTURE, TOWNSHIP, VILLAGE, ancestors_of, is_code
from linli.community.models import Division
from linli.response.area_names import key_of, normalised

_SHOWN = 8


@dataclass(frozen=True, kw_only=True)
class Found:
    """The one division meant, or None with the ones it might be.

    ``is_repeated``: several bear the very name; else the candidates merely resemble it.
    """

    division: Division | None = None
    candidates: tuple[Division, ...] = ()
    is_repeated: bool = False


class PlaceNames:
    """Looks divisions up for one import; what was found once is kept."""

    def __init__(self) -> None:
        self._named: dict[str, list[Division]] = {}
        self._chains: dict[str, list[Division]] = {}
        self._siblings: dict[str, list[Division]] = {}
        self._townships: dict[str, list[Division]] = {}
        self._villages: dict[str, list[Division]] = {}

    def by_code(self, code: str) -> Division | None:
        """The division with this code, if it is one and is known."""
        return Division.objects.filter(code=code).first() if is_code(code) else None

    def above(self, division: Division) -> list[Division]:
        """The divisions above, the province first."""
        if division.code not in self._chains:
            rows = Division.objects.filter(code__in=ancestors_of(division.code))
            self._chains[division.code] = sorted(rows, key=lambda row: row.level)
        return self._chains[division.code]

    def called(self, text: str) -> Found:
        """The division that a name or full name means: its own name, with or without those above it in front."""
        plain = normalised(text)
        endings = [plain[place:] for place in range(len(plain))]
        self._look_up(endings)
        fitting = [
            division
            for ending in endings
            for division in self._with_name(ending)
            if self._explains(plain.removesuffix(ending), division)
        ]
        if len(fitting) == 1:
            return Found(division=fitting[0])
        return Found(candidates=tuple(fitting[:_SHOWN]) or self._near(plain), is_repeated=bool(fitting))

    def county(self, name: str, *, province: str, city: str) -> Found:
        """The county (or, without one, the prefecture or province) that these columns name together."""
        given = [normalised(one) for one in (province, city, name) if one.strip()]
        if not given:
            return Found()
        *around, own = given
        same = [division for division in self._with_name(own) if division.level <= COUNTY]
        fitting = [division for division in same if self._lies_in(division, around)]
        if len(fitting) == 1:
            return Found(division=fitting[0])
        if fitting or not around:
            return Found(candidates=tuple(fitting[:_SHOWN]) or self._near(own), is_repeated=bool(fitting))
        siblings = [
            division
            for place in self._with_name(around[-1])
            for division in Division.objects.filter(parent=place, level__lte=COUNTY)
            if self._lies_in(place, around[:-1])
        ]
        near = get_close_matches(own, [division.name for division in siblings], n=_SHOWN, cutoff=0.4)
        close = [division for division in siblings if division.name in near or _shares_name(own, division.name)]
        return Found(candidates=tuple(close[:_SHOWN]))

    def sibling_in_front(self, text: str, *, county: Division) -> Division | None:
        """Another county of the same prefecture whose name the text begins with."""
        if county.level != COUNTY or county.parent_id is None:
            return None
        if county.parent_id not in self._siblings:
            rows = Division.objects.filter(parent_id=county.parent_id, level=COUNTY)
            self._siblings[county.parent_id] = list(rows)
        others = [row for row in self._siblings[county.parent_id] if row.code != county.code]
        return next((row for row in others if text.startswith(row.name)), None)

    def township_in_front(self, text: str, *, county: Division) -> Division | None:
        """The one known township of the county whose name the text begins with, the longest name first."""
        if county.level not in (COUNTY, PREFECTURE):
            return None
        if county.code not in self._townships:
            self._townships[county.code] = list(Division.objects.filter(parent=county, level=TOWNSHIP))
        fitting = [row for row in self._townships[county.code] if text.startswith(row.name)]
        longest = max((len(row.name) for row in fitting), default=0)
        best = [row for row in fitting if len(row.name) == longest]
        return best[0] if len(best) == 1 else None

    def village(self, text: str, *, township: Division) -> Division | None:
        """The one village of the township that the text names and nothing else."""
        if township.level != TOWNSHIP:
            return None
        if township.code not in self._villages:
            self._villages[township.code] = list(Division.objects.filter(parent=township, level=VILLAGE))
        wanted = key_of(text)
        exact = [row for row in self._villages[township.code] if key_of(row.name) == wanted]
        fitting = exact or [row for row in self._villages[township.code] if _same_village(wanted, key_of(row.name))]
        return fitting[0] if len(fitting) == 1 else None

    def _with_name(self, name: str) -> list[Division]:
        self._look_up([name])
        return self._named[name]

    def _look_up(self, names: Sequence[str]) -> None:
        new = [name for name in names if name not in self._named]
        for name in new:
            self._named[name] = []
        for row in Division.objects.filter(name__in=new).order_by("code") if new else ():
            self._named[row.name].append(row)

    def _explains(self, front: str, division: Division) -> bool:
        """Is what stands in front made of the names above, in order, with nothing left?"""
        for above in self.above(division):
            front = front.removeprefix(above.name)
        return not front

    def _lies_in(self, division: Division, names: Sequence[str]) -> bool:
        above = {one.name for one in self.above(division)}
        return all(name in above for name in names)

    def _near(self, text: str) -> tuple[Division, ...]:
        """Places whose name ends or begins like the text; to ask about, never to choose from."""
        tail = text[-3:]
        return tuple(Division.objects.filter(name__endswith=tail).order_by("level", "code")[:_SHOWN]) if tail else ()


def _shares_name(one: str, other: str) -> bool:
    return len(one) > 2 and (one in other or other in one or one[:2] == other[:2])


def _same_village(text: str, name: str) -> bool:
    """马厂村 and 马厂村委会, 梁庄社区 and 梁庄社区居委会; not 马厂村 and 马厂社区."""
    return any(
        name == text.removesuffix(short) + full
        for short, fulls in (
            ("村", ("村委会", "村民委员会", "村村委会", "村村民委员会")),
            ("社区", ("社区居委会", "社区居民委员会", "居委会", "社区")),
            ("居委会", ("居委会", "社区居委会")),
            ("村委会", ("村委会",)),
        )
        if text.endswith(short) and len(text) > len(short)
        for full in fulls
    )
