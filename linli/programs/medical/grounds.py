"""Which norms stand behind what this program asks for, and what they leave open.

The ids are words of the packs; those of a pack that is not adopted, not in force or not for the place drop out.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from linli.policy.pack import Norm
from linli.policy.rulebook import Regime
from linli.programs.medical.contacts import GROUP, PERIOD_CLAUSE, PERIOD_DAYS
from linli.response.queries import NoPacksAdopted, rulebook

ALERT = ("m9.observe.abnormal-care", "m38.strategy.early-treatment", "m5.health.hospital")
TRACING = ("m9.org.case-tracing", "m9.health.trace-contacts", "n40.cases.tracing", "m21.key.trace-close")
HANDOVER = ("m9.health.no-gap", "m9.health.manage-contacts", "n40.cases.isolation")
DISINFECTION = ("n40.cases.disinfection", "n40.cdc.guide-disinfection")
RECOVERED = ("m9.recovered.follow-up", "m38.medium.recovered-health-check", "m21.key.monitor-recovered")
_TEST_ACTIONS = {"MUST": ("test_must",), "SPOT": ("test_spot",), "ON_REQUEST": ("test_request", "antigen_test")}
# The clauses on tests name nobody. Until a pack does, this is whom we read them to mean.
_TEST_GROUPS = {
    "MUST": ("close_contact", "secondary_contact", "inbound_arrival", "arrival_high_risk", "arrival_medium_risk"),
    "SPOT": ("cold_chain_worker",),
    "ON_REQUEST": (),
}
_OBSERVATION = ("home_observation", "central_observation")


@dataclass(frozen=True, kw_only=True)
class TestClass:
    """One class of people to be tested. ``is_reading``: the norms name nobody, the groups are our reading."""

    id: str
    norms: tuple[Norm, ...]
    groups: tuple[str, ...]
    is_reading: bool

    # Not a test, whatever its name begins with.
    __test__ = False


@dataclass(frozen=True, kw_only=True)
class Period:
    """For how many days somebody is kept as a contact, and the clause that says so."""

    days: int
    clause: str


@dataclass(frozen=True)
class Ground:
    """The norms in force for a place on a day, whatever its tier; none before the first packs are adopted."""

    regime: Regime | None

    def norms(self, ids: Iterable[str]) -> tuple[Norm, ...]:
        """Those of some norms that are in force."""
        known = self.regime
        return tuple(known.norms[known.index[id]] for id in ids if id in known.index) if known is not None else ()

    def ids(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Their ids."""
        return tuple(norm.id for norm in self.norms(ids))

    def chips(self, ids: Iterable[str]) -> tuple[Norm, ...]:
        """One of those norms for each clause."""
        return tuple({(norm.instrument, norm.cite): norm for norm in reversed(self.norms(ids))}.values())[::-1]

    def test_class(self, id: str) -> TestClass:
        """Who is to be tested in a class: those whom the norms name, else our reading. No norm: nobody."""
        return _test_class(self.regime, id)

    def contact_period(self, degree: str) -> Period:
        """The days of observation that the norms print for a contact of this degree; the longest of several.

        Where none names that degree, the days that M9 prints for arrivals, as reading 19 borrows them.
        """
        return _contact_period(self.regime, GROUP[degree])


def ground_of(division_code: str, *, day: date) -> Ground:
    """What is in force for a place on a day."""
    return grounds_of([division_code], day=day)[division_code]


def grounds_of(division_codes: Iterable[str], *, day: date) -> dict[str, Ground]:
    """What is in force for each of some places on a day."""
    try:
        book = rulebook()
    except NoPacksAdopted:
        return {code: Ground(None) for code in division_codes}
    return {code: Ground(book.regime(book.region(code), day)) for code in division_codes}


@lru_cache(maxsize=64)
def _test_class(regime: Regime | None, id: str) -> TestClass:
    norms = tuple(norm for norm in (regime.norms if regime else ()) if norm.action in _TEST_ACTIONS[id])
    if not norms:
        return TestClass(id=id, norms=(), groups=(), is_reading=False)
    named = tuple(dict.fromkeys(group for norm in norms for group in norm.who))
    return TestClass(id=id, norms=norms, groups=named or _TEST_GROUPS[id], is_reading=not named)


@lru_cache(maxsize=64)
def _contact_period(regime: Regime | None, group: str) -> Period:
    found = [
        Period(days=int(norm.params["period_days"]), clause=f"{norm.instrument} {norm.cite}")
        for norm in (regime.norms if regime else ())
        if norm.action in _OBSERVATION and group in norm.who and "period_days" in norm.params
    ]
    return max(found, key=lambda one: one.days, default=Period(days=PERIOD_DAYS, clause=PERIOD_CLAUSE))
