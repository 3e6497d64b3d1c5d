// <button data-copy="text"> or data-copy-from="#id" puts text on the clipboard;
// data-copied is what the button says for a moment. Plain-http pages of a local
// network have no clipboard API: there the text is selected instead.
function text(button) {
  if (!button.dataset.copyFrom) return button.dataset.copy;
  const source = document.querySelector(button.dataset.copyFrom);
  return source?.value ?? source?.textContent ?? "";
}

function select(button) {
  const source = document.querySelector(button.dataset.copyFrom || "none");
  if (source?.select) source.select();
  else if (source) getSelection().selectAllChildren(source);
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-copy-from]");
  if (!button) return;
  event.preventDefault();
  try {
    await navigator.clipboard.writeText(text(button));
  } catch {
    select(button);
    return;
  }
  const label = button.textContent;
  button.classList.add("copied");
  if (button.dataset.copied) button.textContent = button.dataset.copied;
  setTimeout(() => {
    button.classList.remove("copied");
    if (button.dataset.copied) button.textContent = label;
  }, 1500);
});
