// The policy pages where scripts run: the slider and the date move together, a jump sets the day, bad questions show
// their answer, and the steps offered are those of the measure. Everything works without it.
const DAY = 86_400_000;

document.documentElement.dataset.scripts = "on";

function parse(day: string): number {
  return Date.parse(`${day}T00:00:00Z`);
}

function bindSlider(): void {
  const slide = document.querySelector<HTMLInputElement>("#slide");
  const day = document.querySelector<HTMLInputElement>("#day");
  if (!slide || !day) return;
  const first = parse(slide.dataset.first ?? "");
  const length = Number(slide.max);
  slide.removeAttribute("name");
  const said = document.querySelector("#day-said");
  const words = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeZone: "UTC" });
  const say = (): void => {
    const text = words.format(parse(day.value));
    slide.setAttribute("aria-valuetext", text);
    if (said) said.textContent = text;
  };
  slide.addEventListener("input", () => {
    day.value = new Date(first + Number(slide.value) * DAY).toISOString().slice(0, 10);
    say();
  });
  day.addEventListener("change", () => {
    if (!day.value) return;
    slide.value = String(Math.min(Math.max((parse(day.value) - first) / DAY, 0), length));
    say();
  });
  document.addEventListener("click", (event) => {
    const jump = (event.target as Element).closest<HTMLElement>("[data-day]");
    if (!jump || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    day.value = jump.dataset.day ?? day.value;
    day.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

// The steps of a measure belong to its scale; the other scales are put away.
function bindLevels(): void {
  const action = document.querySelector<HTMLSelectElement>("#action");
  const level = document.querySelector<HTMLSelectElement>("#level");
  if (!action || !level) return;
  const narrow = (): void => {
    const scale = action.selectedOptions[0]?.dataset.scale ?? "";
    for (const group of level.querySelectorAll<HTMLOptGroupElement>("optgroup")) {
      const fits = group.dataset.scale === scale;
      group.hidden = !fits;
      group.disabled = !fits;
      if (!fits && group.contains(level.selectedOptions[0] ?? null)) level.value = "";
    }
    level.disabled = scale === "";
  };
  action.addEventListener("change", narrow);
  narrow();
}

// A question that cannot be answered comes back with status 400 and says why: show it.
document.addEventListener("htmx:beforeSwap", (event) => {
  const detail = (event as CustomEvent).detail;
  if (detail.xhr.status === 400 && detail.requestConfig.elt.id === "explorer") {
    detail.shouldSwap = true;
    detail.isError = false;
  }
});

// Typing a place is not yet changing a fact.
document.querySelector("#q")?.addEventListener("change", (event) => event.stopPropagation());

bindSlider();
bindLevels();
