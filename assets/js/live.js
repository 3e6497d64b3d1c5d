// A search that answers while typing: <form data-live hx-get="…" hx-target="…">.
// Letters of a pinyin input method count only once they are a word.
import { whenTyped } from "./page.js";

whenTyped("form[data-live]", 200, (form) => {
  if (window.htmx) form.requestSubmit();
});
document.addEventListener("change", (event) => {
  const form = event.target.closest?.("form[data-live]");
  if (form && event.target.matches("select, [type=checkbox], [type=radio], [type=date]")) form.requestSubmit();
});
