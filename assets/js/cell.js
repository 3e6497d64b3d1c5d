// A list's cell that is edited where it stands (form[data-cell]): its input has
// the focus at once, Esc presses [data-cell-cancel], and the cell that comes
// back has the focus again.
document.addEventListener("htmx:after:swap", () => {
  const back = document.querySelector("[data-cell-back]");
  back?.removeAttribute("data-cell-back");
  const editor = document.querySelector("form[data-cell]:not(:focus-within) [autofocus]");
  (editor ?? back)?.focus();
  if (editor?.matches("input:not([type=checkbox], [type=date])")) editor.select();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing) return;
  const cancel = event.target.closest?.("form[data-cell]")?.querySelector("[data-cell-cancel]");
  if (!cancel) return;
  event.preventDefault();
  event.stopPropagation();
  cancel.click();
});
