"""Packs come into force as a set that has passed the gate, or not at all."""

import shutil

import pytest

from linli.policy.pack import shipped_folders
from linli.response.models import PackAdoption
from linli.response.operations import PacksRefused, adopt_packs, keep_packs_current
from linli.response.queries import AdoptedPacksMissing, NoPacksAdopted, adopted_packs, rulebook, vocabulary
from linli.trail.actor import SYSTEM
from linli.trail.models import Act

pytestmark = pytest.mark.django_db

FIVE = {"minfa-2020-9", "minfa-2020-38", "nanweiban-2020-40", "precision-2021", "minfa-2023-5"}


@pytest.fixture
def copies(tmp_path):
    """The packs that ship, copied to where a test may spoil them."""
    return [shutil.copytree(folder, tmp_path / folder.name) for folder in shipped_folders()]


def test_before_the_first_adoption_there_is_no_rulebook_but_there_are_words(db):
    with pytest.raises(NoPacksAdopted):
        rulebook()
    assert "tier" in vocabulary().facts


def test_the_packs_that_ship_are_adopted_once_and_the_trail_says_so(at):
    keep_packs_current(by=SYSTEM, at=at)
    keep_packs_current(by=SYSTEM, at=at)

    assert {one.instrument for one in adopted_packs()} == FIVE
    assert {one.number for one in PackAdoption.objects.all()} == {1}
    assert set(rulebook().instruments) == FIVE
    [act] = Act.objects.filter(action="packs.adopted")
    assert {pack["id"] for pack in act.detail["packs"]} == FIVE


def test_the_rulebook_is_kept_until_others_are_adopted(at, copies):
    keep_packs_current(by=SYSTEM, at=at)
    first = rulebook()
    assert rulebook() is first

    adopt_packs(copies, by=SYSTEM, at=at)

    assert rulebook() is not first
    assert {one.folder for one in adopted_packs()} == {str(folder) for folder in copies}


def test_a_set_that_fails_the_gate_is_refused_with_every_problem_and_nothing_changes(at, copies):
    adopt_packs(copies, by=SYSTEM, at=at)
    before = adopted_packs()
    spoilt = copies[0] / "pack.yaml"
    spoilt.write_text(spoilt.read_text(encoding="utf-8") + "\nunknown_key: 1\n", encoding="utf-8")

    with pytest.raises(PacksRefused) as caught:
        adopt_packs(copies, by=SYSTEM, at=at)

    assert any(problem.file.endswith("pack.yaml") for problem in caught.value.problems)
    assert adopted_packs() == before
    assert not Act.objects.filter(action="packs.adopted").exclude(object_id="1").exists()


def test_files_that_changed_after_their_adoption_are_not_used(at, copies):
    adopt_packs(copies, by=SYSTEM, at=at)
    changed = copies[0] / "pack.yaml"
    changed.write_text(changed.read_text(encoding="utf-8") + "\n# another word\n", encoding="utf-8")

    with pytest.raises(AdoptedPacksMissing):
        rulebook()

    keep_packs_current(by=SYSTEM, at=at)
    assert adopted_packs()[0].number == 2
    assert set(rulebook().instruments) == FIVE


def test_packs_whose_files_are_gone_or_broken_are_named(at, copies):
    adopt_packs(copies, by=SYSTEM, at=at)
    gone, broken = copies[0], copies[1]
    shutil.rmtree(gone)
    (broken / "pack.yaml").write_text("instrument: [", encoding="utf-8")

    with pytest.raises(AdoptedPacksMissing) as caught:
        rulebook()

    assert set(caught.value.instruments) == {gone.name, broken.name}
