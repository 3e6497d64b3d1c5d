// Two keys, one after the other: data-shortcut="g t" on a link or button. The
// question mark lists those of the page. A person can switch them off (WCAG 2.1.4):
// then <body> says data-shortcuts="off".
import { typing } from "./page.js";

const off = () => document.body.dataset.shortcuts === "off";
let first = "";
let timer;

const label = (element) => (element.getAttribute("aria-label") ?? element.querySelector(".nm")?.textContent ?? element.textContent).trim();

function help() {
  const dialog = document.getElementById("shortcuts");
  const list = dialog?.querySelector("[data-shortcut-list]");
  if (!list) return;
  list.replaceChildren();
  const seen = new Set();
  for (const element of document.querySelectorAll("[data-shortcut]")) {
    const keys = element.dataset.shortcut;
    if (seen.has(keys)) continue;
    seen.add(keys);
    const name = document.createElement("dt");
    name.textContent = label(element);
    const combination = document.createElement("dd");
    for (const key of keys.split(" ")) {
      const cap = document.createElement("kbd");
      cap.textContent = key.toUpperCase();
      combination.append(cap, " ");
    }
    list.append(name, combination);
  }
  dialog.showModal();
}

document.addEventListener("keydown", (event) => {
  if (off() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key === "?") return help();
  const key = event.key.toLowerCase();
  if (!/^[a-z0-9]$/.test(key)) return;
  clearTimeout(timer);
  const target = first && document.querySelector(`[data-shortcut="${first} ${key}"]`);
  first = target ? "" : key;
  timer = setTimeout(() => { first = ""; }, 1200);
  if (!target) return;
  event.preventDefault();
  target.click();
});
