// <a data-drawer href> opens its page as a side panel beside the list it
// belongs to, without its shell; [data-dialog="id"] opens a <dialog> of the page; [data-close]
// closes. What was typed in a drawer stays until it is saved.
import { adopt, fragment } from "./page.js";

const panel = document.querySelector("dialog[data-drawer-panel]");
let shown = "";

async function drawer(link) {
  const url = link.href;
  if (url !== shown) {
    try {
      const page = new DOMParser().parseFromString(await fragment(url, "drawer"), "text/html");
      panel.replaceChildren(panel.firstElementChild, ...(page.querySelector("main") ?? page.body).children);
    } catch {
      location.assign(url);
      return;
    }
    shown = url;
    adopt(panel);
  }
  panel.showModal();
  panel.querySelector("[autofocus], [aria-invalid=true]")?.focus();
}

document.addEventListener("click", (event) => {
  if (event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const link = event.target.closest("a[data-drawer]");
  if (link && panel) {
    event.preventDefault();
    drawer(link);
    return;
  }
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    event.preventDefault();
    document.getElementById(opener.dataset.dialog)?.showModal();
    return;
  }
  if (event.target.closest("[data-close]")) {
    event.preventDefault();
    event.target.closest("dialog")?.close();
    return;
  }
  if (event.target.matches("dialog[open]")) event.target.close(); // the backdrop
});

// A saved form empties the drawer, so that the next one starts fresh.
panel?.addEventListener("htmx:after:request", (event) => {
  if (event.detail.ctx.response?.status < 300 && event.detail.ctx.request.method !== "GET") shown = "";
});
