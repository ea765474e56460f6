"""Who acts: the one word the trail has for a person, a device or the system itself."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Actor:
    """The author of an act.

    ``id`` names the author without naming a person (``account:12``, ``device:7``, ``system``); ``role`` and
    ``division_code`` say in which capacity and for which area the act was done, empty where there is none.
    """

    id: str
    role: str = ""
    division_code: str = ""


SYSTEM = Actor(id="system")
ANONYMOUS = Actor(id="anonymous")
