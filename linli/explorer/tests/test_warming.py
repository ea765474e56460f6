"""What a web worker gets ready when it starts."""

import pytest

from linli.command.serve import _warm_up
from linli.explorer import warming
from linli.explorer.situation import current_rulebook
from linli.explorer.warming import warm_up

pytestmark = pytest.mark.django_db


def test_after_warming_up_the_rulebook_is_at_hand(deployed, day):
    warm_up(day=day)

    book = current_rulebook()
    assert book.__dict__["_regimes"]
    assert current_rulebook() is book


def test_without_a_county_there_is_something_to_warm_too(db, day):
    warm_up(day=day)


def test_a_worker_that_cannot_warm_up_works_all_the_same(deployed, monkeypatch):
    def fail(**_):
        raise RuntimeError("no packs")

    said = []
    monkeypatch.setattr(warming, "warm_up", fail)
    monkeypatch.setattr("django.db.connections.close_all", lambda: said.append("closed"))

    _warm_up()

    assert said == ["closed"]
