// Rows with a tick inside <form data-bulk>. The bar [data-bulk-bar] shows while
// something is ticked; [data-bulk-head] ticks the page; [data-bulk-every] takes
// all that match, beyond this page, through the hidden input [data-bulk-all].
// Without script the bar is simply there.
const rows = (form) => [...form.querySelectorAll("[data-bulk-row]")];

function show(form) {
  const all = rows(form);
  const ticked = all.filter((row) => row.checked).length;
  const every = form.querySelector("[data-bulk-all]");
  if (every && ticked < all.length) every.value = "";
  const bar = form.querySelector("[data-bulk-bar]");
  if (bar) bar.hidden = ticked === 0;
  const head = form.querySelector("[data-bulk-head]");
  if (head) {
    head.checked = ticked > 0 && ticked === all.length;
    head.indeterminate = ticked > 0 && ticked < all.length;
  }
  for (const count of form.querySelectorAll("[data-bulk-count]"))
    count.textContent = every?.value ? form.dataset.bulkTotal : String(ticked);
  for (const more of form.querySelectorAll("[data-bulk-every]"))
    more.hidden = ticked < all.length || Boolean(every?.value);
}

let anchor;
document.addEventListener("click", (event) => {
  const row = event.target.closest("[data-bulk-row]");
  const form = event.target.closest("form[data-bulk]");
  if (!form) return;
  if (row) {
    const all = rows(form);
    if (event.shiftKey && all.includes(anchor)) {
      const [from, to] = [all.indexOf(anchor), all.indexOf(row)].sort((a, b) => a - b);
      for (const between of all.slice(from, to + 1)) between.checked = row.checked;
    }
    anchor = row;
  } else if (event.target.closest("[data-bulk-every]")) {
    form.querySelector("[data-bulk-all]").value = "1";
  } else if (event.target.closest("[data-bulk-clear]")) {
    for (const other of rows(form)) other.checked = false;
  } else return;
  show(form);
});

document.addEventListener("change", (event) => {
  const head = event.target.closest?.("[data-bulk-head]");
  const form = head?.closest("form[data-bulk]");
  if (!form) return;
  for (const row of rows(form)) row.checked = head.checked;
  show(form);
});

const showAll = () => document.querySelectorAll("form[data-bulk]").forEach(show);
document.addEventListener("htmx:after:swap", showAll);
window.addEventListener("pageshow", showAll);
showAll();
