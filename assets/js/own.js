// Inputs of a shop's own fields. One that names a customer (data-names) offers whom
// the typed letters may mean; the browser's own list shows them. One that holds a
// sensitive value (data-secret) is replaced as a whole.
import { fragment, whenTyped } from "./page.js";

whenTyped("[data-names]", 200, async (input) => {
  const typed = input.value.trim();
  if (!input.list || !typed || typed.includes("#")) return;
  try {
    input.list.innerHTML = await fragment(`/own-fields/customers?q=${encodeURIComponent(typed)}`, "names");
  } catch {
    // the server says what it needs when the form is sent
  }
});

document.addEventListener("focusin", (event) => event.target.matches?.("[data-secret]") && event.target.select());
