// Among very many inputs (data-find-within) the ones with a word in their label
// are left to see; the box comes with the script that serves it.
const show = (root) => root.querySelectorAll("[data-find]").forEach((box) => { box.hidden = false; });

document.addEventListener("input", (e) => {
  if (!e.target.matches("[data-find]")) return;
  const word = e.target.value.trim().toLowerCase();
  for (const field of e.target.closest("[data-find-within]").querySelectorAll(".field")) {
    const label = field.querySelector("label, legend");
    field.classList.toggle("unfound", !label.textContent.toLowerCase().includes(word));
  }
  e.stopPropagation();
}, true);
document.addEventListener("keydown", (e) => {
  if (e.key === "Enter" && e.target.matches("[data-find]")) e.preventDefault();
});
document.addEventListener("htmx:after:swap", () => show(document));
show(document);
