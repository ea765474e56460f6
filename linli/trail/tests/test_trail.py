"""The trail is written once and never again."""

import pytest
from django.db import IntegrityError, connection, transaction

from linli.trail.actor import SYSTEM
from linli.trail.models import Act
from linli.trail.operations import record_act
from linli.trail.queries import acts_on

pytestmark = pytest.mark.django_db


def test_an_act_says_who_did_what_to_which_object_when(at):
    record_act("account.opened", by=SYSTEM, at=at, object_type="account", object_id=7, detail={"role": "AUDITOR"})

    [act] = acts_on("account", object_id=7)
    assert (act.actor, act.action, act.at, act.detail) == ("system", "account.opened", at, {"role": "AUDITOR"})


@pytest.mark.parametrize("change", ["update", "delete", "raw update", "raw delete"])
def test_the_database_refuses_to_change_or_delete_an_act(at, change):
    act = record_act("account.opened", by=SYSTEM, at=at)
    changes = {
        "update": lambda: Act.objects.update(actor="somebody else"),
        "delete": lambda: act.delete(),
        "raw update": lambda: connection.cursor().execute("UPDATE trail_act SET actor = 'x'"),
        "raw delete": lambda: connection.cursor().execute("DELETE FROM trail_act"),
    }

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        changes[change]()

    assert Act.objects.get().actor == "system"
