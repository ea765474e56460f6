"""Reads of places, accounts and the deployment."""

from collections.abc import Iterable
from datetime import datetime, time

from django.db.models import Case, Q, QuerySet, When
from django.db.models.functions import Length
from django.utils import timezone

from linli.community.access import within
from linli.community.codes import ancestors_of, span_of
from linli.community.models import Account, Deployment, Division


def deployment() -> Deployment | None:
    """What this database is; None before it has been set up."""
    return Deployment.objects.first()


def demo_moment(deployed: Deployment | None, *, at: datetime) -> datetime:
    """The moment that views work with: ``at`` itself, or in a demo the same time of day on the demo's day."""
    if deployed is None or deployed.demo_day is None:
        return at
    local = timezone.localtime(at)
    return timezone.make_aware(datetime.combine(deployed.demo_day, time(local.hour, local.minute, local.second)))


def search_divisions(
    text: str, *, within_code: str = "", near_code: str = "", level: int | None = None, limit: int = 20
) -> list[Division]:
    """Divisions by Chinese name, pinyin, initials or code, best match first.

    Several words narrow down: the last is the place, the others are places around it (``南安 溪美``, ``nanan ximei``).
    An exact name comes before a name that begins so, then pinyin and initials, then a name that merely contains it;
    larger places before smaller, shorter names before longer. Names repeat in the nation (鼓楼区 four times): all are
    given, nothing is chosen. ``within_code`` limits to one division, ``level`` to one level; ``near_code`` puts the
    places of one division before those elsewhere that match as well. Empty text: nothing.
    """
    *around, wanted = text.lower().split() or [""]
    if not wanted:
        return []
    rows = Division.objects.annotate(name_length=Length("name"), is_far=_is_far(near_code))
    rows = rows.order_by("is_far", "level", "name_length", "code")
    if within_code:
        rows = within(rows, areas=[within_code], path="code")
    if level is not None:
        rows = rows.filter(level=level)
    for word in around:
        areas = [division.code for division in search_divisions(word, within_code=within_code, limit=50)]
        rows = within(rows, areas=areas, path="code")
    found: dict[str, Division] = {}
    for stage in _stages(wanted):
        if len(found) >= limit:
            break
        for division in rows.filter(stage)[: limit + len(found)]:
            found.setdefault(division.code, division)
    return list(found.values())[:limit]


def _is_far(near_code: str) -> Case:
    if not near_code:
        return Case(default=False)
    low, high = span_of(near_code)
    return Case(When(code__range=(low, high), then=False), default=True)


def _stages(word: str) -> list[Q]:
    if word.isascii():
        if word.isdigit():
            return [Q(code__startswith=word)]
        return [
            Q(pinyin__startswith=word) | Q(initials=word) | Q(pinyin__contains=f" {word}"),
            Q(initials__startswith=word) | Q(initials__contains=f" {word}"),
        ]
    return [Q(name=word) | Q(full_name=word), Q(name__startswith=word), Q(name__contains=word)]


def divisions_named(name: str) -> list[Division]:
    """The divisions with exactly this name or full name. More than one: ask, never choose."""
    return list(Division.objects.filter(Q(full_name=name) | Q(name=name)).order_by("code"))


def ancestors(division: Division) -> list[Division]:
    """The divisions above, the province first."""
    return list(Division.objects.filter(code__in=ancestors_of(division.code)).order_by("level"))


def children(division: Division) -> QuerySet[Division]:
    """The divisions directly below, by code."""
    return Division.objects.filter(parent=division).order_by("code")


def demo_accounts() -> QuerySet[Account]:
    """The accounts of a demo, with what they were granted, in the order of the roles."""
    return Account.objects.filter(is_demo=True).prefetch_related("grants__division").order_by("pk")


def names_of(actors: Iterable[str]) -> dict[str, str]:
    """How the authors of acts and entries are addressed, by their code (``account:12``).

    What has no account (the system, one that was destroyed) is left out.
    """
    numbers = {actor.removeprefix("account:") for actor in actors if actor.startswith("account:")}
    accounts = Account.objects.filter(pk__in=[int(number) for number in numbers if number.isdigit()])
    return {f"account:{account.pk}": account.display_name for account in accounts}
