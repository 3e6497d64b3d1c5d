// A table that is wider than its place scrolls; the keyboard must be able to.
function reach() {
  for (const wrap of document.querySelectorAll(".table-wrap")) {
    if (wrap.scrollWidth > wrap.clientWidth) wrap.tabIndex = 0;
    else wrap.removeAttribute("tabindex");
  }
}
// Where one is stays in sight though the sidebar is long.
document.querySelector(".side [aria-current=page]")?.parentElement.scrollIntoView({ block: "nearest" });

document.addEventListener("htmx:after:swap", reach);
addEventListener("resize", reach);
reach();
