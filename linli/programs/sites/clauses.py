"""Which norms in force the rules of central sites rest on, at a place and on a day.

The texts came one after the other: M9 asks to register and lets a community arrange a fixed place, M38 adds drives and
everybody's rights, N40 one person one room or a single carer, M21 that nobody be infected inside. For each rule the
nearest text in force counts. That N40's words about homes hold at a site as well is a reading. Where no text is in
force, nothing is cited.
"""

from dataclasses import dataclass
from datetime import date

from linli.policy.decide import decide
from linli.response.queries import NoPacksAdopted, facts_of, rulebook


@dataclass(frozen=True, kw_only=True)
class Ground:
    """A norm and its clause, ``<instrument> <cite>``; both empty where no text in force says it."""

    norm: str = ""
    clause: str = ""

    @property
    def is_reading(self) -> bool:
        """Does the text speak of something near, and only our reading carries it to a site?"""
        return self.norm in _READ_OVER

    @property
    def norms(self) -> tuple[str, ...]:
        """The norm, if there is one, as a duty names it."""
        return (self.norm,) if self.norm else ()


@dataclass(frozen=True, kw_only=True)
class Grounds:
    """What the rules of a site rest on."""

    site: Ground = Ground()
    no_infection: Ground = Ground()
    disinfection: Ground = Ground()
    registration: Ground = Ground()
    carer: Ground = Ground()
    drive: Ground = Ground()
    hospital: Ground = Ground()
    vehicle: Ground = Ground()
    rights: Ground = Ground()


# The nearest text first.
_TEXTS: dict[str, tuple[str, ...]] = {
    "site": ("m21.key.site", "m9.central.site", "n40.site.fallback"),
    "no_infection": ("m21.key.site-no-infection", "n40.observation.one-room"),
    "disinfection": ("m21.key.site-no-infection", "n40.site.supplies", "m38.medium.disinfection"),
    "registration": ("m21.key.site-registration", "n40.people.register", "m9.arrival.register"),
    "carer": ("n40.observation.single-carer",),
    "drive": ("m21.key.site-vehicles", "m38.low.high-risk-transport"),
    "hospital": ("m38.high.emergency-fever", "m9.suspected.help"),
    "vehicle": ("m38.high.vehicle-disinfection", "n40.site.supplies"),
    "rights": ("m38.guard.rights",),
}

# Said of homes, of the township's supplies or of arrivals: that they hold for who is at a site is a reading.
_READ_OVER = frozenset(
    {
        "n40.observation.one-room",
        "n40.observation.single-carer",
        "n40.site.supplies",
        "n40.people.register",
        "m9.arrival.register",
        "m38.medium.disinfection",
        "m38.high.emergency-fever",
    }
)


def grounds_at(division_code: str, *, day: date) -> Grounds:
    """The grounds in a division on a day; all empty before packs are adopted."""
    try:
        book = rulebook()
    except NoPacksAdopted:
        return Grounds()
    bound = decide(book, facts_of(division_code, day=day).facts, day).norm_ids()
    found = {}
    for topic, norms in _TEXTS.items():
        norm = next((book.norm[id] for id in norms if id in bound), None)
        if norm is not None:
            found[topic] = Ground(norm=norm.id, clause=f"{norm.instrument} {norm.cite}")
    return Grounds(**found)
