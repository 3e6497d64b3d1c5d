// The lines of an order: rows appear as they are needed, a product brings its
// price and unit along, the sum grows while typing. The server counts again.
import { whenTyped } from "./page.js";

const empty = (row) => [...row.querySelectorAll("input")].every((input) => !input.value.trim());
const number = (text) => Number(text.trim().replace(",", "."));

function tidy(form) {
  let spare = 0;
  for (const row of form.querySelectorAll("[data-line]")) row.hidden = empty(row) && spare++ > 0 && !row.contains(document.activeElement);
}

function sum(form) {
  let total = 0;
  for (const row of form.querySelectorAll("[data-line]")) {
    const [name, quantity, price] = row.querySelectorAll("input");
    if (name.value.trim()) total += (quantity.value.trim() ? number(quantity.value) : 1) * (price.value.trim() ? number(price.value) : 0);
  }
  const out = form.querySelector("[data-lines-total]");
  if (out) out.value = Number.isFinite(total) ? form.dataset.sign + total.toFixed(form.dataset.digits) : "";
}

/** Fills in what the catalogue knows of the product that was chosen. */
function bring(row, form) {
  const [name, , price] = row.querySelectorAll("input");
  const option = [...(name.list?.options ?? [])].find((o) => o.value.toLowerCase() === name.value.trim().toLowerCase());
  if (!option) return;
  if (!price.value.trim()) price.value = option.dataset.price;
  const unit = row.querySelector("[data-line-unit]");
  if (unit) unit.textContent = option.dataset.unit;
  sum(form);
}

document.addEventListener("change", (event) => {
  const form = event.target.closest?.("form[data-lines]");
  const row = event.target.closest?.("[data-line]");
  if (!form || !row) return;
  if (event.target.name === "line_name") bring(row, form);
  tidy(form);
});
whenTyped("form[data-lines]", 50, sum);

// Enter in a line goes on to the next one; elsewhere it saves the order.
document.addEventListener("keydown", (event) => {
  const row = event.key === "Enter" && !event.isComposing && event.target.closest?.("form[data-lines] [data-line]");
  if (!row || event.defaultPrevented) return;
  event.preventDefault();
  event.target.dispatchEvent(new Event("change", { bubbles: true }));
  const next = row.nextElementSibling;
  if (next && !next.hidden) next.querySelector("input").focus();
  else row.closest("form").querySelector("[data-lines-add]").click();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-lines-add]");
  const form = button?.closest("form[data-lines]");
  if (!form) return;
  event.preventDefault();
  const rows = [...form.querySelectorAll("[data-line]")];
  let row = rows.find((r) => r.hidden);
  if (!row) {
    row = rows.at(-1).cloneNode(true);
    for (const input of row.querySelectorAll("input")) {
      input.value = "";
      input.removeAttribute("aria-invalid");
      input.setAttribute("aria-label", input.getAttribute("aria-label").replace(/\d+$/, rows.length + 1));
    }
    for (const hint of row.querySelectorAll(".help")) hint.remove();
    row.querySelector("[data-line-unit]").textContent = "";
    row.querySelector("[data-line-n]").textContent = rows.length + 1;
    rows.at(-1).after(row);
  }
  row.hidden = false;
  row.querySelector("input").focus();
});

for (const form of document.querySelectorAll("form[data-lines]")) {
  tidy(form);
  sum(form);
}
