// A field with a rule (data-shown-field, data-shown-value or one of data-shown-any)
// stands on its form only while another field has that value; one with
// data-need-field is marked as required only then. Without this script all of them
// stand there, and the server applies the rules.
const values = (form, name) =>
  [...form.elements].filter((i) => i.name === name && ((i.type !== "radio" && i.type !== "checkbox") || i.checked)).map((i) => i.value);

const there = (form, name) => [...form.elements].some((i) => i.name === name);

function look(form) {
  for (const field of form.querySelectorAll("[data-shown-field]")) {
    const wanted = field.dataset.shownAny?.split(" ") ?? [field.dataset.shownValue];
    const name = field.dataset.shownField;
    field.hidden = there(form, name) && !values(form, name).some((v) => wanted.includes(v));
  }
  for (const field of form.querySelectorAll("[data-need-field]")) {
    const mark = field.querySelector("[data-need]");
    if (mark) mark.hidden = !values(form, field.dataset.needField).includes(field.dataset.needValue);
  }
}

const all = (root) => root.querySelectorAll("form:has([data-shown-field], [data-need-field])").forEach(look);

document.addEventListener("change", (event) => event.target.form && look(event.target.form));
document.addEventListener("htmx:after:swap", (event) => all(event.target instanceof Element ? event.target : document));
all(document);
