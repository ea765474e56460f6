// What the shell adds where scripts run: htmx, and menus that close. Everything works without it.
import "htmx.org";

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.tool-menu[open]")) {
    if (!menu.contains(event.target as Node)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.tool-menu[open]")) {
    menu.open = false;
    menu.querySelector("summary")?.focus();
  }
});
