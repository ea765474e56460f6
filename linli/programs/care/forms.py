"""The forms of care in which a worker is chosen by name: the plan, and who takes over."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.community.grid.queries import workers_for
from linli.community.models import Worker
from linli.records.forms import EntryForm
from linli.records.kinds import kind_of
from linli.records.program import EntryRefused
from linli.records.wording import why_refused


class WorkersForm(EntryForm):
    """The fields of a kind in which the references to workers are chosen from those who can be asked."""

    def __init__(
        self, kind: str, data: Mapping[str, Any] | None, *, division_code: str, day: Any, **options: Any
    ) -> None:
        super().__init__(kind_of(kind), data, **options)
        people = [(str(one.pk), _named(one)) for one in workers_for(division_code, day=day)]
        for name in ("worker", "backup"):
            if name in self.fields:
                plain = self.fields[name]
                self.fields[name] = forms.ChoiceField(
                    label=plain.label,
                    required=plain.required,
                    choices=[("", _("请选择")), *people],
                    error_messages=plain.error_messages,
                    widget=forms.Select(attrs={"class": "form-select"}),
                )

    def refuse(self, refused: EntryRefused) -> None:
        """Put the reason beside the field it is about, or above the form."""
        self.add_error(refused.field if refused.field in self.fields else None, why_refused(refused))


def _named(worker: Worker) -> str:
    return f"{worker.name}（{worker.get_kind_display()}）"
