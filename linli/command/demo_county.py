"""Builds the demo county layer by layer: each app with a ``demo`` module adds its part with ``build_demo(plan)``."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from linli.community.demo import DEMO_PASSWORD, DemoPlan
from linli.community.models import Account, Deployment, Division
from linli.community.queries import demo_accounts, deployment


class NotADemo(Exception):
    """The database holds something that is not a demo."""


def build_county(
    *,
    day: date | None,
    default_day: date,
    choices: dict[str, Any],
    defaults: dict[str, Any],
    migrate: Callable[[], None],
    truth: Path | None = None,
    tell: Callable[[str], None] | None = None,
) -> dict[str, Any]:
    """Build the demo, or what is missing of it, and say what there is.

    ``choices`` that are None stay as they are in an existing demo, else take their default. ``truth`` and ``tell`` are
    those of the plan.

    Raises: NotADemo, for a database in other use; CountyNotShipped.
    """
    _refuse_foreign_tables()
    migrate()
    existing = _existing_demo()
    wanted = {**defaults, **(_plan_of(existing) if existing else {}), **_given(choices)}
    if existing and _plan_of(existing) != wanted:
        _drop_everything()
        migrate()
        existing = None
    stands_on = day or (existing.demo_day if existing else None) or default_day
    with transaction.atomic():
        plan = DemoPlan(day=stands_on, at=_morning(stands_on), truth=truth, tell=tell, **wanted)
        counts = _build(plan, existing=existing)
    return _summary(counts)


def _given(choices: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in choices.items() if value is not None}


def _plan_of(existing: Deployment) -> dict[str, Any]:
    plan: dict[str, Any] = existing.demo_plan["plan"]
    return plan


def _morning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(7)))


def _refuse_foreign_tables() -> None:
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
    if tables and Deployment._meta.db_table not in tables:
        raise NotADemo


def _existing_demo() -> Deployment | None:
    deployed = deployment()
    if deployed is None:
        if Division.objects.exists() or Account.objects.exists():
            raise NotADemo
        return None
    if deployed.kind != Deployment.Kind.DEMO:
        raise NotADemo
    return deployed


def _drop_everything() -> None:
    """Only ever called on a demo: its tables go, and with them what was tried out in it."""
    tables = [*connection.introspection.django_table_names(only_existing=True), "django_migrations"]
    cascade = " CASCADE" if connection.vendor == "postgresql" else ""
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"DROP TABLE IF EXISTS {connection.ops.quote_name(table)}{cascade}")
    apps.clear_cache()


def _build(plan: DemoPlan, *, existing: Deployment | None) -> dict[str, int]:
    before = existing.demo_plan if existing else {"built": [], "counts": {}}
    counts: dict[str, int] = dict(before["counts"])
    built: list[str] = list(before["built"])
    for app in _apps_with_a_demo():
        if app not in built:
            counts |= import_module(f"{app}.demo").build_demo(plan)
            built.append(app)
    with connection.cursor() as cursor:
        # So that the database knows how its tables are filled and reads them in a good order.
        cursor.execute("ANALYZE")
    Deployment.objects.update_or_create(
        id=1,
        defaults={
            "kind": Deployment.Kind.DEMO,
            "county_id": plan.county,
            "created_at": existing.created_at if existing else plan.at,
            "demo_day": plan.day,
            "demo_plan": {
                "plan": {"seed": plan.seed, "people": plan.people, "county": plan.county},
                "built": built,
                "counts": counts,
            },
        },
    )
    return counts


def _apps_with_a_demo() -> Iterable[str]:
    return [app for app in settings.LINLI_APPS if find_spec(f"{app}.demo") is not None]


def _summary(counts: dict[str, int]) -> dict[str, Any]:
    deployed = Deployment.objects.select_related("county").get()
    return {
        "day": deployed.demo_day.isoformat() if deployed.demo_day else None,
        "county": {"code": deployed.county.code, "full_name": deployed.county.full_name},
        "seed": _plan_of(deployed)["seed"],
        "counts": counts,
        "logins": [
            {
                "role": grant.role,
                "username": account.username,
                "password": DEMO_PASSWORD,
                "division": {"code": grant.division.code, "full_name": grant.division.full_name},
            }
            for account in demo_accounts()
            for grant in account.grants.all()
        ],
    }
