// After an answer with errors the first wrong field has the focus.
const focus = (root) => root.querySelector?.('[aria-invalid="true"]')?.focus();
document.addEventListener("htmx:after:swap", (event) => focus(event.target instanceof Element ? event.target : document));
focus(document);
