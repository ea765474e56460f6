"""What is kept of every act. Nothing here points upwards: an act outlives the account and the object it names."""

from django.db import models
from django.db.models import Q


class Act(models.Model):
    """One thing that somebody did, saw or changed. Written once: the database refuses changes and deletions."""

    at = models.DateTimeField(db_index=True)
    actor = models.CharField(max_length=64)
    role = models.CharField(max_length=32, blank=True)
    action = models.CharField(max_length=64)
    object_type = models.CharField(max_length=64, blank=True)
    object_id = models.CharField(max_length=64, blank=True)
    division_code = models.CharField(max_length=12, blank=True, db_index=True)
    detail = models.JSONField(default=dict, blank=True)

    class Meta:
        """Order and indexes."""

        ordering = ["id"]
        indexes = [
            models.Index(fields=["object_type", "object_id"], name="trail_act_object"),
            models.Index(fields=["actor", "at"], name="trail_act_actor"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(actor=""), name="trail_act_has_actor"),
            models.CheckConstraint(condition=~Q(action=""), name="trail_act_has_action"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor} {self.action} {self.object_type} {self.object_id}".rstrip()
