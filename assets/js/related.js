// What is often bought with the lines of an order: whenever a product is chosen or
// typed, what the server knows of it stands in the form's [data-related].
import { adopt, fragment, whenTyped } from "./page.js";

const most = 10; // lines that the server looks at
let asked = "";

async function ask(form) {
  const place = form.querySelector("[data-related]");
  if (!place) return;
  const names = [...form.querySelectorAll('[name="line_name"]')].map((input) => input.value.trim()).filter(Boolean);
  const query = names.slice(0, most).map((name) => `&name=${encodeURIComponent(name)}`).join("");
  if (query === asked) return;
  asked = query;
  if (!query) return place.replaceChildren();
  try {
    place.innerHTML = await fragment(place.dataset.related + query, "related");
    adopt(place);
  } catch (fault) {
    if (fault.name !== "AbortError") place.replaceChildren();
  }
}

document.addEventListener("change", (event) => {
  if (event.target.name === "line_name") ask(event.target.form);
});
whenTyped('form[data-lines] [name="line_name"]', 500, (input) => ask(input.form));
