// Ctrl-K: one line that finds people, pages and actions. The server searches
// and answers with options; here they are walked with the arrow keys.
import { fragment, whenTyped } from "./page.js";

const dialog = document.querySelector("dialog[data-palette]");
const input = dialog?.querySelector("input");
const list = dialog?.querySelector('[role="listbox"]');
const status = dialog?.querySelector("[data-palette-status]");
const mac = /Mac|iPhone|iPad/.test(navigator.platform);

for (const key of document.querySelectorAll("[data-mod-key]")) if (mac) key.textContent = "⌘K";

const options = () => [...list.querySelectorAll('[role="option"]')];

function choose(option) {
  for (const other of options()) other.setAttribute("aria-selected", String(other === option));
  if (!option) return input.removeAttribute("aria-activedescendant");
  option.id ||= `palette-${options().indexOf(option)}`;
  input.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

let shown; // what the list answers

async function look() {
  const typed = input.value;
  try {
    list.innerHTML = await fragment(`${dialog.dataset.src}?q=${encodeURIComponent(typed)}`, "palette-list");
  } catch (fault) {
    if (fault.name === "AbortError") return;
    list.replaceChildren();
  }
  shown = typed;
  status.textContent = list.querySelector("[data-palette-said]")?.textContent ?? "";
  if (!options().length) {
    const nothing = document.createElement("p");
    nothing.textContent = list.dataset.empty;
    list.replaceChildren(nothing);
  }
  choose(options()[0]);
}

// Whoever types fast and presses Enter means what they typed, not what was listed before.
// The look that follows the typing may drop ours: then another is asked for.
async function go() {
  while (dialog.open && shown !== input.value) await look();
  const option = options().find((one) => one.getAttribute("aria-selected") === "true");
  (option?.querySelector("a, button") ?? option)?.click();
}

function open() {
  if (dialog.open) return dialog.close();
  dialog.showModal();
  input.select();
  look();
}

function walk(event) {
  const all = options();
  const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 5, PageUp: -5 }[event.key];
  if (step && all.length) {
    event.preventDefault();
    choose(all[(at + step + 5 * all.length) % all.length]);
  } else if (event.key === "Enter" && !event.isComposing && event.target === input) {
    event.preventDefault();
    go();
  }
}

if (dialog) {
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-palette-open]") || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    open();
  });
  dialog.addEventListener("keydown", walk);
  whenTyped("dialog[data-palette] input", 120, look);
}
