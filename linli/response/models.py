"""What was declared of a place, and which packs bind, as stored. Rows are added, never changed or erased."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.community.models import Division

LONGEST_AREA_NAME = 300


class Area(models.Model):
    """A named area inside a division: a compound, a building, a natural village, a shop. Not a unit of the codes."""

    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    # As first printed; other wordings are in `AreaName`.
    name = models.CharField(max_length=LONGEST_AREA_NAME)
    noted_by = models.CharField(max_length=64)
    noted_at = models.DateTimeField()

    class Meta:
        """Order and what the database refuses."""

        ordering = ["division_id", "name"]
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="area_has_name")]

    def __str__(self) -> str:
        return f"{self.division}{self.name}"


class AreaName(models.Model):
    """A wording under which an area has been printed. ``key`` is the wording without what lists vary at will."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="names")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    printed = models.CharField(max_length=LONGEST_AREA_NAME)
    key = models.CharField(max_length=LONGEST_AREA_NAME)
    noted_by = models.CharField(max_length=64)
    noted_at = models.DateTimeField()

    class Meta:
        """One wording names one area."""

        constraints = [
            models.CheckConstraint(condition=~Q(key=""), name="area_name_has_key"),
            models.UniqueConstraint(fields=["division", "key"], name="area_name_once_per_division"),
        ]

    def __str__(self) -> str:
        return self.printed


class Declaration(models.Model):
    """One statement about a place from one day up to, not including, another.

    A statement is never changed: it is followed by a row that points at it with ``corrects``. The last row of such a
    chain counts. Where a fact applies: in the division, or in the area inside it; ``is_rest`` says that the source
    speaks of the rest of the place, whose parts have declarations of their own.
    """

    class Kind(models.TextChoices):
        """What the row does to the one it points at."""

        DECLARED = "DECLARED", _("登记")
        CORRECTED = "CORRECTED", _("更正")
        ENDED = "ENDED", _("结束")
        WITHDRAWN = "WITHDRAWN", _("撤回")

    class Step(models.TextChoices):
        """A step of an emergency response."""

        STARTED = "STARTED", _("启动")
        CHANGED = "CHANGED", _("调整")
        STOPPED = "STOPPED", _("终止")

    kind = models.CharField(max_length=9, choices=Kind.choices)
    corrects = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrected_by"
    )
    fact = models.CharField(max_length=64)
    value = models.CharField(max_length=64)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.PROTECT, related_name="declarations")
    is_rest = models.BooleanField(default=False)
    from_day = models.DateField()
    to_day = models.DateField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    source_title = models.CharField(max_length=300)
    source_number = models.CharField(max_length=100, blank=True)
    source_url = models.URLField(max_length=500, blank=True)
    reason = models.CharField(max_length=1000, blank=True)
    # Of an emergency response only: the step, the level where one is given, and the plan it follows.
    step = models.CharField(max_length=7, choices=Step.choices, blank=True)
    level = models.CharField(max_length=100, blank=True)
    plan = models.CharField(max_length=300, blank=True)
    declared_by = models.CharField(max_length=64)
    declared_at = models.DateTimeField()

    class Meta:
        """Order, indexes, and what the database refuses."""

        ordering = ["from_day", "id"]
        indexes = [
            models.Index(fields=["division", "fact", "from_day"], name="declaration_place_fact"),
            models.Index(fields=["fact", "from_day"], name="declaration_fact_day"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["DECLARED", "CORRECTED", "ENDED", "WITHDRAWN"]), name="declaration_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(kind="DECLARED", corrects__isnull=True) | (~Q(kind="DECLARED") & Q(corrects__isnull=False)),
                name="declaration_follow_up_has_target",
            ),
            models.CheckConstraint(condition=~Q(corrects=F("id")), name="declaration_corrects_another"),
            models.CheckConstraint(condition=~Q(fact="") & ~Q(value=""), name="declaration_says_something"),
            models.CheckConstraint(condition=~Q(source_title=""), name="declaration_has_source"),
            models.CheckConstraint(condition=~Q(declared_by=""), name="declaration_has_author"),
            models.CheckConstraint(
                condition=Q(to_day__isnull=True) | Q(to_day__gt=F("from_day")), name="declaration_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(kind="DECLARED") | ~Q(reason=""), name="declaration_follow_up_has_reason"
            ),
            models.CheckConstraint(
                condition=~Q(kind="ENDED") | Q(to_day__isnull=False), name="declaration_ended_has_end"
            ),
            models.CheckConstraint(
                condition=Q(fact="response_active") | Q(step="", level="", plan=""),
                name="declaration_step_of_response_only",
            ),
            models.CheckConstraint(
                condition=~Q(fact="response_active")
                | Q(value="true", step__in=["STARTED", "CHANGED"])
                | Q(value="false", step="STOPPED"),
                name="declaration_response_has_step",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.division_id} {self.fact}={self.value} [{self.from_day}, {self.to_day or '…'})"


class PackAdoption(models.Model):
    """One pack of one adoption. Packs are adopted as a set: the set with the highest number is in force."""

    number = models.PositiveIntegerField()
    instrument = models.CharField(max_length=64)
    version = models.CharField(max_length=32)
    sha256 = models.CharField(max_length=64)
    # Where the pack is read from; empty for the packs that ship.
    folder = models.CharField(max_length=500, blank=True)
    adopted_by = models.CharField(max_length=64)
    adopted_at = models.DateTimeField()

    class Meta:
        """One version of an instrument in a set."""

        ordering = ["number", "id"]
        constraints = [
            models.UniqueConstraint(fields=["number", "instrument"], name="pack_adoption_once_per_set"),
            models.CheckConstraint(condition=Q(sha256__length=64), name="pack_adoption_has_hash"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.instrument} {self.version}"
