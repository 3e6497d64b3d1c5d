// An @ and the beginning of a name list the colleagues who are called so: the
// form's menu of mentions (data-mentions), walked with the arrow keys while the
// caret stays in the text.
const begun = (box) => box.value.slice(0, box.selectionStart).match(/(?:^|[^\p{L}\p{N}_@])@([^\s@]{0,30})$/u)?.[1];

let active; // what is being written: its box, its menu, the name begun

function close() {
  active?.menu.hidePopover();
  active = undefined;
}

const shown = (menu) => [...menu.querySelectorAll("[data-insert]")].filter((one) => !one.hidden);

function mark(menu, button) {
  for (const one of menu.querySelectorAll("[data-insert]")) one.toggleAttribute("data-chosen", one === button);
  button?.scrollIntoView({ block: "nearest" });
}

function look(box) {
  const menu = box.form?.querySelector("[data-mentions]");
  const name = menu && begun(box);
  if (name === undefined || !menu) return close();
  const wanted = name.toLowerCase();
  for (const one of menu.querySelectorAll("[data-insert]")) {
    const called = one.dataset.name.toLowerCase();
    one.hidden = !called.split(/\s+/).concat(called).some((part) => part.includes(wanted));
  }
  const all = shown(menu);
  if (!all.length) return close();
  active = { box, menu, name };
  mark(menu, all[0]);
  if (!menu.matches(":popover-open")) menu.showPopover({ source: menu.previousElementSibling }); // it opens beside its button
}

function choose(button) {
  const { box, name } = active;
  const end = box.selectionStart;
  box.setRangeText(`${button.dataset.insert} `, end - name.length - 1, end, "end");
  close();
  box.focus();
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("input", (event) => {
  if (event.target.matches?.("textarea") && !event.isComposing) look(event.target);
});

document.addEventListener("keydown", (event) => {
  if (!active || event.target !== active.box || event.isComposing) return;
  const all = shown(active.menu);
  const at = all.findIndex((one) => one.hasAttribute("data-chosen"));
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) mark(active.menu, all[(at + step + all.length) % all.length]);
  else if ((event.key === "Enter" || event.key === "Tab") && !event.ctrlKey && !event.metaKey && all[at]) choose(all[at]);
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}, true);

// Chosen with the mouse, the name begun is replaced, not continued.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-mentions] [data-insert]");
  if (!button || !active?.menu.contains(button)) return;
  event.preventDefault();
  event.stopPropagation();
  choose(button);
}, true);

// Opened by its own button, the menu shows everybody.
document.addEventListener("toggle", (event) => {
  if (!event.target.matches?.("[data-mentions]")) return;
  if (event.newState === "closed") active = undefined;
  else if (!active) for (const one of event.target.querySelectorAll("[data-insert]")) { one.hidden = false; one.removeAttribute("data-chosen"); }
}, true);
