"""A household's own link: reporting how one is without an account. It ends by itself and can be revoked."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction

from linli.community.models import Household
from linli.records.models import ReportLink
from linli.trail.actor import Actor
from linli.trail.operations import record_act

# As long as an observation: M9 二(二) and N40 (五) say 14 days; one more for the day of release.
LONGEST = timedelta(days=15)


@transaction.atomic
def issue_link(
    household: Household, *, until: datetime | None = None, by: Actor, at: datetime
) -> tuple[ReportLink, str]:
    """Give a household a new link, and what stands in its address: it is shown once and stored nowhere.

    Earlier links of the household end now.
    """
    revoke_links(household, by=by, at=at)
    secret = secrets.token_urlsafe(12)
    latest = at + LONGEST
    link = ReportLink.objects.create(
        household=household,
        digest=_digest(secret),
        issued_at=at,
        issued_by=by.id,
        expires_at=min(until, latest) if until is not None else latest,
    )
    _record("link.issued", link, by=by, at=at)
    return link, secret


@transaction.atomic
def revoke_links(household: Household, *, by: Actor, at: datetime) -> int:
    """End the open links of a household; answers how many there were."""
    open_ = list(ReportLink.objects.filter(household=household, revoked_at__isnull=True, expires_at__gt=at))
    for link in open_:
        link.revoked_at = at
        link.save(update_fields=["revoked_at"])
        _record("link.revoked", link, by=by, at=at)
    return len(open_)


def link_with(secret: str, *, at: datetime) -> ReportLink | None:
    """The open link with this secret; None when there is none, it has ended or was revoked."""
    rows = ReportLink.objects.filter(digest=_digest(secret), revoked_at__isnull=True, expires_at__gt=at)
    return rows.select_related("household__unit__division").first()


def as_actor(link: ReportLink) -> Actor:
    """Whoever uses a link, as the author of an entry."""
    return Actor(id=f"link:{link.pk}", role="RESIDENT", division_code=link.household.unit.division_id)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _record(action: str, link: ReportLink, *, by: Actor, at: datetime) -> None:
    record_act(
        action,
        by=by,
        at=at,
        object_type="household",
        object_id=link.household_id,
        division_code=link.household.unit.division_id,
    )
