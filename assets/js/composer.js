// In a text box: Ctrl-Enter sends its form; a button with data-insert puts its
// text at the cursor (a mention, a saved phrase), data-wrap puts signs around
// what is selected.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !event.target.matches("textarea")) return;
  event.preventDefault();
  event.target.form?.requestSubmit();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert], [data-wrap]");
  const box = button?.closest("form")?.querySelector("textarea");
  if (!box) return;
  event.preventDefault();
  const { selectionStart: from, selectionEnd: to, value } = box;
  const sign = button.dataset.wrap ?? "";
  const inside = button.dataset.insert ?? value.slice(from, to);
  box.setRangeText(sign + inside + sign, from, to, "end");
  box.focus();
  box.dispatchEvent(new Event("input", { bubbles: true }));
});
