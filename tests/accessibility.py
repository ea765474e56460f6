"""Is a page accessible? Asks axe-core, in the browser, with the rules of WCAG 2.2 AA."""

from functools import cache
from pathlib import Path

from playwright.sync_api import Page

_AXE = Path(__file__).resolve().parent.parent / "node_modules" / "axe-core" / "axe.min.js"
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@cache
def _axe() -> str:
    return _AXE.read_text(encoding="utf-8")


def assert_accessible(page: Page) -> None:
    """Fails with the rule, the reason and the elements of every violation."""
    page.evaluate(_axe())
    found = page.evaluate("rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", _RULES)
    problems = [
        f"{violation['id']}: {violation['help']}\n    "
        + "\n    ".join(f"{node['target']} {node['failureSummary']}" for node in violation["nodes"][:5])
        for violation in found["violations"]
    ]
    assert not problems, f"{page.url}\n" + "\n".join(problems)


def assert_fits(page: Page) -> None:
    """Fails when the page is wider than the window, so that one would have to scroll sideways."""
    width, window = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert width <= window, f"{page.url} is {width} px wide in a window of {window}"
