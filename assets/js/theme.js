// The choice of light or dark (and of density) shows at once; saving it is the form's work.
document.addEventListener("change", (event) => {
  const input = event.target.closest?.("[data-theme-input], [data-density-input]");
  if (!input) return;
  const name = input.hasAttribute("data-theme-input") ? "theme" : "density";
  if (input.value) document.documentElement.dataset[name] = input.value;
  else delete document.documentElement.dataset[name];
});
