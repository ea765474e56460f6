"""May this deployment serve people? Weak secrets and missing host names are refused outside one's own machine."""

from collections.abc import Sequence

_SHORTEST_KEY = 50
_FEWEST_CHARACTERS = 10


class Unsafe(Exception):
    """The deployment must not serve. ``what`` is wrong and the ``remedy``."""

    def __init__(self, what: str, *, remedy: str) -> None:
        super().__init__(f"{what} {remedy}")
        self.what = what
        self.remedy = remedy


def require_safe(*, secret_key: str, allowed_hosts: Sequence[str], is_dev: bool) -> None:
    """Raises: Unsafe, where the secret key is missing or weak or the hosts are open to any name; never in dev."""
    if is_dev:
        return
    if len(secret_key) < _SHORTEST_KEY or len(set(secret_key)) < _FEWEST_CHARACTERS or "insecure" in secret_key:
        raise Unsafe(
            "The secret key is missing or weak.",
            remedy="Set LINLI_SECRET_KEY to at least 50 random characters, for example from: openssl rand -base64 48",
        )
    if not allowed_hosts or "*" in allowed_hosts:
        raise Unsafe(
            "It is not said under which names the server is reached.",
            remedy="Set LINLI_ALLOWED_HOSTS, for example: LINLI_ALLOWED_HOSTS=linli.example.gov.cn",
        )
