"""Reads of the trail."""

from django.db.models import QuerySet

from linli.trail.models import Act


def acts_on(object_type: str, *, object_id: object) -> QuerySet[Act]:
    """Everything that was done to, or seen of, one object, oldest first."""
    return Act.objects.filter(object_type=object_type, object_id=str(object_id))
