"""Every sentence has its English, and a gap is found."""

from linli.web import catalogues


def test_every_sentence_of_every_app_has_its_english():
    assert [problem for app in catalogues.app_folders() for problem in catalogues.problems(app)] == []


def test_no_sentence_has_two_englishes():
    assert list(catalogues.clashes(catalogues.app_folders())) == []


def test_one_sentence_in_two_englishes_is_found(tmp_path):
    for app, english in (("near", "Register"), ("far", "declared")):
        file = catalogues.catalogue_file(tmp_path / app)
        file.parent.mkdir(parents=True)
        file.write_text(f'msgid "登记"\nmsgstr "{english}"\n', encoding="utf-8")

    found = list(catalogues.clashes([tmp_path / "near", tmp_path / "far"]))

    assert found == ["“登记” is “Register” in near and “declared” in far: make them one."]


def a_small_app(tmp_path, monkeypatch, english):
    app = tmp_path / "linli" / "corner"
    (app / "templates").mkdir(parents=True)
    (app / "views.py").write_text('from django.utils.translation import gettext as _\nsay = _("还有 %(n)s 项")\n')
    (app / "templates" / "page.html").write_text('{% load i18n %}{% translate "今天" %}')
    monkeypatch.setattr(catalogues, "PACKAGE", tmp_path / "linli")
    catalogues.update(app)
    file = catalogues.catalogue_file(app)
    text = file.read_text()
    for chinese, said in english.items():
        text = text.replace(f'msgid "{chinese}"\nmsgstr ""', f'msgid "{chinese}"\nmsgstr "{said}"')
    file.write_text(text)
    return app


def test_a_missing_translation_a_lost_placeholder_and_a_stale_catalogue_are_found(tmp_path, monkeypatch):
    app = a_small_app(tmp_path, monkeypatch, {"还有 %(n)s 项": "some left"})

    found = list(catalogues.problems(app))

    assert any("“今天” has no English" in problem for problem in found)
    assert any("other placeholders" in problem for problem in found)
    assert any("missing or stale" in problem for problem in found)


def test_a_translation_pasted_twice_is_found(tmp_path, monkeypatch):
    app = a_small_app(tmp_path, monkeypatch, {"还有 %(n)s 项": "%(n)s are left.%(n)s are left.", "今天": "Today"})

    assert any("says itself twice" in problem for problem in catalogues.problems(app))


def test_a_complete_catalogue_has_no_problem(tmp_path, monkeypatch):
    app = a_small_app(tmp_path, monkeypatch, {"还有 %(n)s 项": "%(n)s left", "今天": "Today"})
    catalogues.main("compile")

    assert list(catalogues.problems(app)) == []
