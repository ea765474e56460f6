"""Changes to accounts and roles. Each one checks, changes and writes the trail, in one transaction."""

from datetime import date, datetime

from django.db import transaction

from linli.community.models import Account, Division, RoleGrant
from linli.community.roles import Role
from linli.trail.actor import Actor
from linli.trail.operations import record_act


@transaction.atomic
def open_account(
    username: str, *, display_name: str, password: str, by: Actor, at: datetime, is_demo: bool = False
) -> Account:
    """Open an account. It may do nothing until a role is granted to it."""
    account = Account(username=username, display_name=display_name, opened_at=at, is_demo=is_demo)
    account.set_password(password)
    account.save()
    record_act("account.opened", by=by, at=at, object_type="account", object_id=account.pk)
    return account


@transaction.atomic
def grant_role(
    account: Account,
    *,
    role: Role,
    division: Division,
    from_day: date,
    to_day: date | None = None,
    by: Actor,
    at: datetime,
) -> RoleGrant:
    """Let ``account`` act as ``role`` for ``division`` from ``from_day`` up to, not including, ``to_day``."""
    grant = RoleGrant.objects.create(account=account, role=role, division=division, from_day=from_day, to_day=to_day)
    record_act(
        "role.granted",
        by=by,
        at=at,
        object_type="account",
        object_id=account.pk,
        division_code=division.code,
        detail={"role": role, "from_day": from_day.isoformat(), "to_day": to_day.isoformat() if to_day else None},
    )
    return grant


@transaction.atomic
def end_role(grant: RoleGrant, *, to_day: date, by: Actor, at: datetime) -> None:
    """End a grant: it is last in force on the day before ``to_day``."""
    grant.to_day = to_day
    grant.save(update_fields=["to_day"])
    record_act(
        "role.ended",
        by=by,
        at=at,
        object_type="account",
        object_id=grant.account_id,
        division_code=grant.division_id,
        detail={"role": grant.role, "to_day": to_day.isoformat()},
    )
