// Ctrl-K: one line that finds people, pages and actions. The server searches
// and answers with options; here they are walked with the arrow keys.
import { fragment, whenTyped } from "./page.js";

const dialog = document.querySelector("dialog[data-palette]");
const input = dialog?.querySelector("input");
const list = dialog?.querySelector('[role="listbox"]');
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

async function look() {
  try {
    list.innerHTML = await fragment(`${dialog.dataset.src}?q=${encodeURIComponent(input.value)}`, "palette-list");
  } catch (fault) {
    if (fault.name === "AbortError") return;
    list.replaceChildren();
  }
  if (!options().length) {
    const nothing = document.createElement("p");
    nothing.textContent = list.dataset.empty;
    list.replaceChildren(nothing);
  }
  choose(options()[0]);
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
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && all.length) {
    event.preventDefault();
    choose(all[(at + step + all.length) % all.length]);
  } else if (event.key === "Enter" && at >= 0 && !event.isComposing) {
    event.preventDefault();
    (all[at].querySelector("a, button") ?? all[at]).click();
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
