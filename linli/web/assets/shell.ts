// What the shell adds where scripts run: htmx, and menus that close. Everything works without it.
import "htmx.org";

const openMenus = () => document.querySelectorAll<HTMLDetailsElement>(".tool-menu[open], .shell-nav details[open]");

for (const leaving of ["click", "focusin"]) {
  document.addEventListener(leaving, (event) => {
    for (const menu of openMenus()) if (!menu.contains(event.target as Node)) menu.open = false;
  });
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary")?.focus();
  }
});
