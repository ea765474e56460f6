"""Reads of the trail."""

from django.db.models import Q, QuerySet

from linli.trail.models import Act


def acts_on(object_type: str, *, object_id: object) -> QuerySet[Act]:
    """Everything that was done to, or seen of, one object, oldest first."""
    return Act.objects.filter(object_type=object_type, object_id=str(object_id))


def reads_of(object_type: str, *, object_id: object) -> QuerySet[Act]:
    """Who looked at one object, the latest first. Acts of reading end in ``.seen`` or ``.read``."""
    looked = Q(action__endswith=".seen") | Q(action__endswith=".read")
    return acts_on(object_type, object_id=object_id).filter(looked).order_by("-at", "-id")
