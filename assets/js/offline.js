// Reading without a connection: the service worker keeps the records one has
// opened (worker.js). A page that comes from there says when it was seen, and
// only the composer works on it: what it takes waits in the queue. /offline
// lists both. On a shared computer nothing is kept and what was is removed.
import { enqueue, forgetQueue, queued, sendAll, unqueue } from "./queue.js";
import { forgetDrafts } from "./draft.js";

const body = document.body;
const person = body.dataset.person ?? "";
const words = document.querySelector("template[data-offline-words]");
const worker = navigator.serviceWorker; // only https and localhost have one
const keptPages = "rg-pages-";

const when = (at) => {
  const then = new Date(Number(at));
  const today = then.toDateString() === new Date().toDateString();
  return new Intl.DateTimeFormat(document.documentElement.lang, today ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" }).format(then);
};

async function forgetPages() {
  if (!("caches" in window)) return;
  for (const name of await caches.keys()) if (name.startsWith("rg-")) await caches.delete(name);
}

/** A sentence above the page, one of each kind. */
function say(kind, text, href) {
  const old = document.querySelector(`[data-offline-note="${kind}"]`);
  const note = words.content.firstElementChild.cloneNode(true);
  note.dataset.offlineNote = kind;
  note.querySelector("span").textContent = text;
  const link = note.querySelector("a");
  if (href) link.href = href;
  else link.remove();
  if (old) old.replaceWith(note);
  else document.getElementById("main").prepend(note);
}

function showQueue() {
  const all = queued();
  const stuck = all.filter((note) => note.refused).length;
  document.querySelector('[data-offline-note="queue"]')?.remove();
  if (all.length) say("queue", words.dataset[stuck ? "refused" : "waiting"].replace("%", all.length), "/offline");
}

/** Makes a page from the device one to read: its forms rest, the composer stays. */
function rest() {
  say("seen", words.dataset.seen.replace("%", when(body.dataset.seen)), "/offline");
  for (const form of document.querySelectorAll('form[method="post"]:not(.composer)')) {
    form.inert = true;
    for (const button of form.querySelectorAll("button")) button.disabled = true;
  }
}

async function arrived() {
  if ((await sendAll()) && body.dataset.seen) return location.reload();
  showQueue();
}

if (person && words) {
  if (body.hasAttribute("data-shared")) {
    forgetPages();
    worker?.getRegistrations().then((all) => all.forEach((one) => one.unregister()));
  } else {
    worker?.register("/sw.js?lang=" + document.documentElement.lang).catch(() => {}); // the browser forbids it: then without
    if (body.dataset.seen) rest();
    showQueue();
    if (!body.dataset.seen) arrived();
    addEventListener("online", arrived);
    // The line may come back without a word of it, or be too weak at first.
    setInterval(() => navigator.onLine && queued().some((note) => !note.refused) && arrived(), 5000);
    document.addEventListener("submit", (event) => {
      const form = event.target;
      if (form.getAttribute("action") === "/logout") {
        if (queued().length && !confirm(words.dataset.leave)) {
          event.preventDefault();
          event.stopImmediatePropagation();
          return;
        }
        forgetDrafts();
        forgetQueue();
        forgetPages();
        return;
      }
      if (form.getAttribute("method") !== "post" || (navigator.onLine && !body.dataset.seen)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (!form.matches(".composer")) return say("seen", words.dataset.cannot, "/offline");
      if ([...form.querySelectorAll('input[type="file"]')].some((input) => input.files.length)) return say("seen", words.dataset.cannot, "/offline"); // the queue keeps words only
      if (!enqueue(form)) return say("seen", words.dataset.full);
      form.reset();
      form.dispatchEvent(new Event("change", { bubbles: true }));
      form.querySelector("textarea")?.dispatchEvent(new Event("input", { bubbles: true }));
      showQueue();
      document.querySelector('[data-offline-note="queue"]')?.scrollIntoView({ block: "nearest" });
    }, { capture: true });
  }
}

/** The page /offline: what waits and what can be read here. */
async function list(place) {
  const names = "caches" in window ? (await caches.keys()).filter((name) => name.startsWith(keptPages)) : [];
  const why = body.dataset.away;
  for (const part of place.querySelectorAll("[data-why]")) part.hidden = part.dataset.why !== (why ?? "none");
  place.querySelector("[data-back]").addEventListener("click", () => history.back());
  place.querySelector("[data-retry]").addEventListener("click", () => location.reload());
  const notes = place.querySelector("[data-notes]");
  for (const note of names.flatMap((name) => queued(name.slice(keptPages.length)))) {
    const line = place.querySelector("template[data-note]").content.firstElementChild.cloneNode(true);
    const link = line.querySelector("a");
    link.textContent = note.title;
    link.href = note.page;
    line.querySelector("[data-text]").textContent = note.text;
    line.querySelector("[data-at]").textContent = when(note.at);
    const refused = line.querySelector("[data-refused]");
    if (note.refused) refused.append(note.refused);
    else refused.remove();
    line.querySelector("[data-copy]").dataset.copy = note.text;
    line.querySelector("[data-drop]").addEventListener("click", () => {
      unqueue(note.key);
      line.remove();
    });
    notes.append(line);
  }
  notes.closest("section").hidden = !notes.children.length;
  const pages = place.querySelector("[data-pages]");
  for (const name of names) {
    const cache = await caches.open(name);
    for (const request of (await cache.keys()).reverse()) {
      const page = await cache.match(request);
      const line = place.querySelector("template[data-page]").content.firstElementChild.cloneNode(true);
      const link = line.querySelector("a");
      link.href = request.url;
      link.textContent = new DOMParser().parseFromString(decodeURIComponent(page.headers.get("Regulars-Title")), "text/html").body.textContent || new URL(request.url).pathname;
      line.querySelector("[data-at]").textContent = when(page.headers.get("Regulars-Seen"));
      pages.append(line);
    }
  }
  place.querySelector("[data-none]").hidden = pages.children.length > 0;
}

const place = document.querySelector("[data-offline-list]");
if (place) list(place);
