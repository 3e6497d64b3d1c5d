// A row of places that scrolls sideways begins at the place one is at.
for (const here of document.querySelectorAll(".aside-nav > nav [aria-current], .views [aria-current]")) {
  const row = here.closest("nav");
  const at = here.getBoundingClientRect(), box = row.getBoundingClientRect();
  row.scrollLeft += at.left - box.left - (box.width - at.width) / 2;
}
