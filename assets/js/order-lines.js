// The lines of an order or a quote: rows appear as they are needed, a product
// brings its price, unit and tax along, the sum grows while typing, rows are pasted
// from a table. The server counts again.
import { whenTyped } from "./page.js";

const cell = (row, name) => row.querySelector(`[name="line_${name}"]`);
const typed = (row, name) => cell(row, name)?.value.trim() ?? "";
const empty = (row) => [...row.querySelectorAll("input")].every((input) => input.type === "checkbox" || ["line_unit", "line_tax"].includes(input.name) || !input.value.trim());
const number = (text) => Number(text.replace(",", "."));

function tidy(form) {
  let spare = 0;
  for (const row of form.querySelectorAll("[data-line]")) row.hidden = empty(row) && spare++ > 0 && !row.contains(document.activeElement);
}

/** What a discount leaves of an amount: 10%, 9折 or an amount. */
function less(amount, text) {
  if (!text) return amount;
  if (/[%％]$/.test(text)) return amount * (1 - number(text.slice(0, -1)) / 100);
  if (text.endsWith("折")) return (amount * number(text.slice(0, -1))) / (number(text.slice(0, -1)) > 10 ? 100 : 10);
  return amount - number(text);
}

function sum(form) {
  const off = form.querySelector('[name="discount"]')?.value.trim() ?? "";
  let total = 0;
  let tax = 0;
  for (const row of form.querySelectorAll("[data-line]")) {
    if (!typed(row, "name")) continue;
    const line = less((typed(row, "quantity") ? number(typed(row, "quantity")) : 1) * number(typed(row, "price") || "0"), typed(row, "discount"));
    const shown = row.querySelector("[data-line-total]");
    if (shown) shown.textContent = Number.isFinite(line) ? line.toFixed(form.dataset.digits) : "";
    if (cell(row, "optional")?.checked) continue;
    total += line;
    if (form.dataset.top) tax += (line * number(typed(row, "tax") || "0")) / 100;
  }
  const left = less(total, off);
  total = left + (total ? (tax * left) / total : 0);
  const out = form.querySelector("[data-lines-total]");
  if (out) out.value = Number.isFinite(total) ? form.dataset.sign + total.toFixed(form.dataset.digits) : "";
}

/** Fills in what the catalogue knows of the product that was chosen. */
function bring(row, form) {
  const name = cell(row, "name");
  const option = [...(name.list?.options ?? [])].find((o) => o.value.toLowerCase() === name.value.trim().toLowerCase());
  if (!option) return;
  for (const what of ["price", "tax"]) if (cell(row, what) && !typed(row, what) && option.dataset[what]) cell(row, what).value = option.dataset[what];
  if (cell(row, "unit") && !typed(row, "unit")) cell(row, "unit").value = option.dataset.unit ?? "";
  const unit = row.querySelector("[data-line-unit]");
  if (unit) unit.textContent = option.dataset.unit;
  sum(form);
}

document.addEventListener("change", (event) => {
  const form = event.target.closest?.("form[data-lines]");
  const row = event.target.closest?.("[data-line]");
  if (!form || !row) return;
  if (event.target.name === "line_name") bring(row, form);
  if (event.target.type === "checkbox") sum(form);
  tidy(form);
});
whenTyped("form[data-lines]", 50, sum);

// Enter in a line goes on to the next one, the arrows go up and down; elsewhere
// Enter saves.
document.addEventListener("keydown", (event) => {
  const row = !event.isComposing && event.target.closest?.("form[data-lines] [data-line]");
  if (!row || event.defaultPrevented) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (event.target.hasAttribute("list") || event.altKey) return; // the list of products moves there
    const other = event.key === "ArrowDown" ? row.nextElementSibling : row.previousElementSibling;
    if (!other || other.hidden) return;
    event.preventDefault();
    other.querySelector(`[name="${event.target.name}"]`)?.focus();
    return;
  }
  if (event.key !== "Enter") return;
  event.preventDefault();
  event.target.dispatchEvent(new Event("change", { bubbles: true }));
  const next = row.nextElementSibling;
  if (next && !next.hidden) next.querySelector("input").focus();
  else row.closest("form").querySelector("[data-lines-add]").click();
});

/** The next free row, made if there is none. */
function free(form) {
  const rows = [...form.querySelectorAll("[data-line]")];
  let row = rows.find((r) => r.hidden);
  if (!row) {
    row = rows.at(-1).cloneNode(true);
    for (const input of row.querySelectorAll("input")) {
      if (input.type === "checkbox") {
        input.checked = false;
        input.value = rows.length;
      } else input.value = "";
      input.removeAttribute("aria-invalid");
      input.setAttribute("aria-label", input.getAttribute("aria-label").replace(/\d+$/, rows.length + 1));
    }
    for (const hint of row.querySelectorAll(".help")) hint.remove();
    for (const shown of row.querySelectorAll("[data-line-unit], [data-line-total]")) shown.textContent = "";
    row.querySelector("[data-line-n]").textContent = rows.length + 1;
    rows.at(-1).after(row);
  }
  row.hidden = false;
  return row;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-lines-add]");
  const form = button?.closest("form[data-lines]");
  if (!form) return;
  event.preventDefault();
  free(form).querySelector("input").focus();
});

// Cells copied from a table fill the rows from where they are pasted.
document.addEventListener("paste", (event) => {
  const row = event.target.closest?.("form[data-lines] [data-line]");
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!row || !/[\t\n]/.test(text.trim())) return;
  event.preventDefault();
  const form = row.closest("form");
  const names = [...row.querySelectorAll("input:not([type=checkbox])")].map((input) => input.name);
  const first = names.indexOf(event.target.name);
  let to = row;
  text.replace(/\r/g, "").replace(/\n$/, "").split("\n").slice(0, 200).forEach((lineText, i) => {
    if (i) to = [...form.querySelectorAll("[data-line]")].slice([...form.querySelectorAll("[data-line]")].indexOf(to) + 1).find((r) => !r.hidden) ?? free(form);
    to.hidden = false;
    lineText.split("\t").forEach((value, j) => {
      const input = names[first + j] && to.querySelector(`[name="${names[first + j]}"]`);
      if (input) input.value = value.trim().replace(/^[¥￥$€£]\s*/, "").replace(/(\d),(?=\d{3}(\D|$))/g, "$1");
    });
    bring(to, form);
  });
  sum(form);
  tidy(form);
});

for (const form of document.querySelectorAll("form[data-lines]")) {
  tidy(form);
  sum(form);
}
