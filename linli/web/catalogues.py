"""Translations: Chinese is the source, English the second language. No GNU gettext is needed.

``python -m linli.web.catalogues update``   collect the sentences of code and templates into each app's ``.po``
``python -m linli.web.catalogues compile``  make the ``.mo`` files that Django reads
``python -m linli.web.catalogues check``    1 if one is missing, untranslated or stale, its placeholders differ, or two
                                           apps say it differently
"""

import io
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parent.parent
_KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}")


def app_folders() -> list[Path]:
    """The apps: the folders of the package that hold sentences of their own."""
    flat = [path for path in PACKAGE.iterdir() if path.is_dir() and path.name != "programs"]
    programs = [path for path in (PACKAGE / "programs").iterdir() if path.is_dir()]
    return sorted(path for path in [*flat, *programs] if (path / "__init__.py").exists())


def sentences(app: Path) -> Catalog:
    """All sentences marked for translation in the Python files and templates of an app, without places."""
    found = Catalog(locale="en", charset="utf-8")
    for source in _sources(app):
        for _, message, _, context in extract("python", io.BytesIO(source), keywords=_KEYWORDS):
            found.add(message, context=context)
    return found


def _sources(app: Path) -> Iterator[bytes]:
    for file in sorted(app.rglob("*.py")):
        if not {"tests", "migrations"} & set(file.relative_to(app).parts):
            yield file.read_bytes()
    for file in sorted(path for folder in app.rglob("templates") for path in folder.rglob("*") if path.is_file()):
        yield templatize(file.read_text(encoding="utf-8"), origin=str(file)).encode()


def catalogue_file(app: Path) -> Path:
    """Where an app keeps its English."""
    return app / "locale" / "en" / "LC_MESSAGES" / "django.po"


def read_catalogue(file: Path) -> Catalog:
    """The translations in a ``.po``; an empty catalogue where there is none."""
    if not file.exists():
        return Catalog(locale="en", charset="utf-8")
    with file.open("rb") as stream:
        return read_po(stream, locale="en", charset="utf-8")


def update(app: Path) -> None:
    """Add new sentences to the ``.po`` of an app, empty, and drop those that are gone."""
    found = sentences(app)
    if not len(found):
        return
    file = catalogue_file(app)
    kept = read_catalogue(file)
    for message in found:
        earlier = kept.get(message.id, message.context) if message.id else None
        if earlier is not None:
            message.string = earlier.string
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as stream:
        write_po(stream, found, width=120, sort_output=True, omit_header=True, no_location=True)


def compiled(catalogue: Catalog) -> bytes:
    """The bytes of the ``.mo``."""
    content = io.BytesIO()
    write_mo(content, catalogue)
    return content.getvalue()


def problems(app: Path) -> Iterator[str]:
    """What is missing or wrong in the English of an app."""
    file = catalogue_file(app)
    name = file.relative_to(PACKAGE.parent)
    found = {(message.id, message.context) for message in sentences(app) if message.id}
    catalogue = read_catalogue(file)
    translated = {(message.id, message.context): message for message in catalogue if message.id}
    remedy = "Run: make translations"
    for sentence, _ in sorted(found - translated.keys(), key=str):
        yield f"{name}: “{sentence}” is not in it. {remedy}, then write the English."
    for sentence, _ in sorted(translated.keys() - found, key=str):
        yield f"{name}: “{sentence}” is no longer used. {remedy}"
    for key in sorted(found & translated.keys(), key=str):
        message = translated[key]
        strings, ids = _forms(message.string), _forms(message.id)
        if not all(strings):
            yield f"{name}: “{ids[0]}” has no English."
        elif any(_is_doubled(string) for string in strings):
            yield f"{name}: the English of “{ids[0]}” says itself twice."
        elif message.fuzzy:
            yield f"{name}: the English of “{ids[0]}” is marked fuzzy."
        elif any(_placeholders(string) != _placeholders(ids[-1]) for string in strings):
            yield f"{name}: the English of “{ids[0]}” has other placeholders than the Chinese."
    if translated:
        machine_file = file.with_suffix(".mo")
        if not machine_file.exists() or _pairs(machine_file) != _pairs_of(catalogue):
            yield f"{name}: the compiled catalogue is missing or stale. Run: make setup"


def clashes(apps: Iterable[Path]) -> Iterator[str]:
    """Sentences that two apps put into different English: Django merges the catalogues, and one would win unseen."""
    first: dict[object, tuple[Path, object]] = {}
    for app in apps:
        for message in read_catalogue(catalogue_file(app)):
            if message.id:
                key = (str(message.id), message.context)
                other, said = first.setdefault(key, (app, message.string))
                if said != message.string:
                    here = f"“{message.string}” in {app.name}"
                    yield f"“{message.id}” is “{said}” in {other.name} and {here}: make them one."


def _forms(text: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    """A sentence as its forms: one, or singular and plural."""
    return tuple(text) if isinstance(text, list | tuple) else (text or "",)


def _is_doubled(text: str) -> bool:
    half = len(text) // 2
    return half > 8 and text[:half] == text[-half:]


def _placeholders(text: str) -> set[str]:
    return {match.group(0) for match in _PLACEHOLDER.finditer(text)}


def _pairs(file: Path) -> dict[object, object]:
    with file.open("rb") as stream:
        return _pairs_of(read_mo(stream))


def _pairs_of(catalogue: Catalog) -> dict[object, object]:
    return {
        (_forms(message.id), message.context): _forms(message.string)
        for message in catalogue
        if message.id and message.string
    }


def main(command: str, *files: str) -> int:
    """Do it for every app; ``compile`` also for the files named alone."""
    if not settings.configured:
        settings.configure()
    if command == "update":
        for app in app_folders():
            update(app)
        return 0
    if command == "compile":
        for file in map(Path, files) if files else sorted(PACKAGE.rglob("locale/*/LC_MESSAGES/*.po")):
            file.with_suffix(".mo").write_bytes(compiled(read_catalogue(file)))
        return 0
    if command != "check":
        print(__doc__, file=sys.stderr)  # noqa: T201 - a command
        return 2
    found = [problem for app in app_folders() for problem in problems(app)] + list(clashes(app_folders()))
    for problem in found:
        print(problem, file=sys.stderr)  # noqa: T201 - a command
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*(sys.argv[1:] or [""])))
