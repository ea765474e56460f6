// Enter goes to the next line; on the last one it sends. Without this script Tab and the button do the same.
const form = document.querySelector<HTMLFormElement>("form[data-quick]");
if (form) {
  const lines = [...form.querySelectorAll<HTMLInputElement>("input[name^='line-']")];
  const first = lines.find((line) => line.getAttribute("aria-invalid") === "true") ?? lines.find((line) => !line.value);
  first?.focus();
  form.addEventListener("keydown", (event) => {
    const here = lines.indexOf(event.target as HTMLInputElement);
    if (here < 0 || event.isComposing) return;
    const step = event.key === "Enter" || event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step === 0) return;
    const next = lines[here + step];
    if (next) {
      event.preventDefault();
      next.focus();
      next.select();
    } else if (event.key !== "Enter") {
      event.preventDefault();
    }
  });
}
