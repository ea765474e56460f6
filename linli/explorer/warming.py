"""Gets the first answer ready before anybody asks for it."""

from datetime import date

from linli.community.access import Reach
from linli.explorer.queries import explore
from linli.explorer.situation import Situation, current_rulebook, usual_place


def warm_up(*, day: date) -> None:
    """Read the packs in force and answer the first page once; what is read and computed stays in the process.

    Raises: AdoptedPacksMissing.
    """
    explore(current_rulebook(), Situation(usual_place(Reach()), day))
