// A card is dragged to another column: the same form is sent as by its button.
// Where there is none, its page opens, because something has to be said first.
let dragged = null;
for (const kind of ["dragstart", "dragend"]) {
  document.addEventListener(kind, (e) => {
    const card = e.target.closest?.("[data-card]");
    dragged = kind === "dragstart" ? card : null;
    if (card) card.toggleAttribute("data-dragged", kind === "dragstart");
  });
}
document.addEventListener("dragover", (e) => {
  if (dragged && e.target.closest?.("[data-lane]")) e.preventDefault();
});
document.addEventListener("drop", (e) => {
  const lane = e.target.closest?.("[data-lane]");
  if (!dragged || !lane || lane.contains(dragged)) return;
  e.preventDefault();
  const form = dragged.querySelector(`form[data-to="${lane.dataset.lane}"]`);
  if (form) form.requestSubmit(form.querySelector("button"));
  else dragged.querySelector("a")?.click();
});
document.addEventListener("pointerover", (e) => {
  const card = e.target.closest?.("[data-board] [data-card]");
  if (card) card.draggable = true;
});
