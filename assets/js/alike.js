// Look-alikes while typing: inside <form data-alike="/customers/alike">, each
// pause after an input marked data-alike-key asks the server; what it answers
// stands in the form's [data-alike-list].
import { adopt, fragment, whenTyped } from "./page.js";

whenTyped("[data-alike-key]", 300, async (input) => {
  const form = input.closest("form[data-alike]");
  const list = form?.querySelector("[data-alike-list]");
  if (!list) return;
  const query = new URLSearchParams();
  for (const key of form.querySelectorAll("[data-alike-key]")) if (key.value.trim()) query.append(key.name, key.value);
  if (![...query].length) return list.replaceChildren();
  try {
    list.innerHTML = await fragment(`${form.dataset.alike}?${query}`, "alike");
    adopt(list);
  } catch (fault) {
    if (fault.name !== "AbortError") list.replaceChildren();
  }
});
