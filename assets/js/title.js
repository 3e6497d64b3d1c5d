// The tab says how many notifications wait: "(3) Customers". An element with
// data-unread is the count, whoever swapped it in.
function show() {
  const count = Number(document.querySelector("[data-unread]")?.dataset.unread ?? 0);
  const name = document.body.dataset.title;
  if (name) document.title = count ? `(${count}) ${name}` : name;
}
document.addEventListener("htmx:after:swap", show);
show();
