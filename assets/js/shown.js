// A field with a rule (data-shown-field, data-shown-value) stands on its form
// only while another field has that value. Without this script it always stands
// there, and the server applies the rule.
function look(form) {
  for (const field of form.querySelectorAll("[data-shown-field]")) {
    const inputs = [...form.elements].filter((i) => i.name === field.dataset.shownField);
    const values = inputs.filter((i) => (i.type !== "radio" && i.type !== "checkbox") || i.checked).map((i) => i.value);
    field.hidden = inputs.length > 0 && !values.includes(field.dataset.shownValue);
  }
}

const all = (root) => root.querySelectorAll("form:has([data-shown-field])").forEach(look);

document.addEventListener("change", (event) => event.target.form && look(event.target.form));
document.addEventListener("htmx:after:swap", (event) => all(event.target instanceof Element ? event.target : document));
all(document);
