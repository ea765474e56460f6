"""The main menu, as its users open it: the group first, where the link is in one."""

import re

from playwright.sync_api import Page


def choose_entry(page: Page, label: str) -> None:
    """Goes to the page that the menu calls ``label``, on a phone or at a desk."""
    menu = page.get_by_role("navigation", name="主菜单")
    menu.wait_for()
    link = menu.get_by_role("link", name=label, exact=True)
    if not link.is_visible():
        own = page.locator("a").filter(has_text=re.compile(f"^{re.escape(label)}$"))
        menu.locator("li:visible > details").filter(has=own).locator("summary").click()
    link.click()
