// [data-print] sends the page to paper.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
});
