// What is typed in a long form (one with a text box, or marked data-draft) stays
// on this device until the server has it: through a closed tab, an ended
// session, a line that broke. The page offers it again. The server says in a
// cookie which drafts it took (web/kept.go). Nothing is kept on a shared computer,
// of passwords or of files; signing out or somebody else's sign-in removes all.
const prefix = "rg:draft:";
const days = 14;
const most = { drafts: 40, length: 100_000 };

const person = document.body.dataset.person ?? "";
const shared = document.body.hasAttribute("data-shared");
const words = document.querySelector("template[data-draft-bar]");

/** Does something with the device's memory, which may be full or forbidden. */
function memory(fn) {
  try {
    return fn(localStorage);
  } catch {
    return undefined;
  }
}

const keys = () => memory((s) => Object.keys(s).filter((key) => key.startsWith(prefix))) ?? [];
const read = (key) => memory((s) => JSON.parse(s.getItem(key)));
const forget = (key) => memory((s) => s.removeItem(key));

/** Forgets every draft on this device. */
export const forgetDrafts = () => keys().forEach(forget);

/** Whether a form's words are worth keeping. */
const keeps = (form) =>
  form.getAttribute("method") === "post" && !form.hasAttribute("data-no-draft") &&
  !form.querySelector("[type=password]") && (form.hasAttribute("data-draft") || Boolean(form.querySelector("textarea:not([readonly])")));

const inputs = (form) => [...form.elements].filter((e) =>
  e.name && !e.name.startsWith("_") && !e.disabled && !e.readOnly && !e.closest("[data-no-draft]") &&
  e.matches("input, select, textarea") && !e.matches("[type=hidden], [type=password], [type=file], [type=submit], [type=search], [data-masked], [autocomplete=one-time-code]"));

const ticked = (e) => e.type === "checkbox" || e.type === "radio";

/** What stands in a form now, as it is sent: names with their values in order. */
function values(form) {
  const out = {};
  for (const e of inputs(form)) {
    out[e.name] ??= [];
    if (e.type === "select-multiple") out[e.name].push(...[...e.selectedOptions].map((o) => o.value));
    else if (!ticked(e) || e.checked) out[e.name].push(e.value);
  }
  return out;
}

const first = new WeakMap(); // form -> what stood there when the page came
const offered = new WeakMap(); // form -> a draft that waits for an answer
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const said = (all) => JSON.stringify(Object.entries(all).map(([name, list]) => [name, list.filter(Boolean)]).filter(([, list]) => list.length)); // without empty lines
const version = (form) => form.elements.namedItem("version")?.value ?? "";

function keyOf(form) {
  const about = form.elements.namedItem("customer_id");
  return prefix + person + ":" + form.getAttribute("action") + (about?.type === "hidden" && about.value ? "?" + about.value : "");
}

/** Keeps what is typed, or forgets it when the form is as it came. */
function keep(form) {
  const key = keyOf(form);
  const now = values(form);
  const before = offered.get(form);
  if (same(now, first.get(form))) return before ? undefined : forget(key);
  form.dataset.draftId ||= crypto.getRandomValues(new Uint32Array(3)).join("");
  const draft = JSON.stringify({ id: form.dataset.draftId, at: Date.now(), version: form.dataset.draftVersion ?? version(form), values: now, before });
  if (draft.length > most.length) return;
  if (memory((s) => (s.setItem(key, draft), true))) return;
  const oldest = keys().sort((a, b) => read(a)?.at - read(b)?.at)[0];
  if (oldest) memory((s) => (s.removeItem(oldest), s.setItem(key, draft)));
}

function put(form, kept) {
  for (const [name, list] of Object.entries(kept)) {
    const all = () => inputs(form).filter((e) => e.name === name);
    while (!ticked(all()[0] ?? {}) && all().length && all().length < list.length && form.querySelector("[data-lines-add]")) {
      const before = all().length;
      form.querySelector("[data-lines-add]").click();
      if (all().length === before) break;
    }
    all().forEach((e, i) => {
      if (ticked(e)) e.checked = list.includes(e.value);
      else if (e.type === "select-multiple") for (const o of e.options) o.selected = list.includes(o.value);
      else if (i < list.length) e.value = list[i];
      const folded = e.closest("details:not([open])");
      if (folded && (ticked(e) ? e.checked !== e.defaultChecked : e.value !== e.defaultValue)) folded.open = true;
    });
  }
  for (const e of inputs(form)) {
    e.dispatchEvent(new Event("input", { bubbles: true }));
    e.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function when(at) {
  const then = new Date(at);
  const today = then.toDateString() === new Date().toDateString();
  return new Intl.DateTimeFormat(document.documentElement.lang, today ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" }).format(then);
}

/** Offers a draft above its form. Of an older version it also brings that version back, so that saving shows both. */
function offer(form, key, draft) {
  const bar = words.content.firstElementChild.cloneNode(true);
  const older = Boolean(draft.version) && draft.version !== version(form);
  bar.querySelector("[data-draft-text]").textContent = bar.dataset[older ? "older" : "text"].replace("%", when(draft.at));
  bar.querySelector("[data-draft-restore]").addEventListener("click", () => {
    offered.delete(form);
    form.dataset.draftId = draft.id;
    if (older) form.elements.namedItem("version").value = form.dataset.draftVersion = draft.version;
    put(form, draft.values);
    bar.remove();
    (inputs(form).find((e) => e.matches("textarea") && e.value) ?? inputs(form)[0])?.focus();
  });
  bar.querySelector("[data-draft-discard]").addEventListener("click", () => {
    offered.delete(form);
    bar.remove();
    if (draft.before) return offer(form, key, draft.before);
    forget(key);
    keep(form);
    inputs(form).find((e) => e.offsetParent)?.focus();
  });
  offered.set(form, draft);
  form.prepend(bar);
}

/** Looks for drafts of the forms below an element. */
function look(root) {
  for (const form of root.querySelectorAll("form")) {
    if (first.has(form) || !keeps(form)) continue;
    first.set(form, values(form));
    const draft = read(keyOf(form));
    if (!draft) continue;
    if (said(draft.values) === said(values(form))) form.dataset.draftId = draft.id; // refused by the server and shown again
    else offer(form, keyOf(form), draft);
  }
}

/** Forgets the drafts that the server says it took. */
function settle() {
  const said = document.cookie.split("; ").find((c) => c.startsWith("rg_kept="));
  if (!said) return;
  const ids = said.slice(8).split(".");
  document.cookie = "rg_kept=; path=/; max-age=0; samesite=lax";
  for (const key of keys()) if (ids.includes(read(key)?.id)) forget(key);
}

function tidy() {
  const old = Date.now() - days * 86400_000;
  for (const key of keys()) if (!key.startsWith(`${prefix}${person}:`) || !(read(key)?.at > old)) forget(key);
  keys().sort((a, b) => read(b).at - read(a).at).slice(most.drafts).forEach(forget);
}

document.addEventListener("submit", (event) => {
  if (event.target.getAttribute("action") === "/logout") forgetDrafts();
}, { capture: true });

if (shared) forgetDrafts();
else if (person && words) {
  settle();
  tidy();
  look(document);
  let timer;
  const waiting = new Set();
  const flush = () => {
    clearTimeout(timer);
    waiting.forEach(keep);
    waiting.clear();
  };
  const typed = (event) => {
    const form = event.target.form;
    if (!first.has(form)) return;
    waiting.add(form);
    clearTimeout(timer);
    timer = setTimeout(flush, 300);
  };
  document.addEventListener("input", typed);
  document.addEventListener("change", typed);
  document.addEventListener("visibilitychange", flush);
  addEventListener("pagehide", flush);
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !first.has(form)) return;
    keep(form);
    flush();
    if (!form.dataset.draftId) return;
    const id = form.querySelector("[name=_draft]") ?? form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name: "_draft" }));
    id.value = form.dataset.draftId;
  });
  document.addEventListener("htmx:after:request", settle);
  document.addEventListener("htmx:after:swap", () => look(document));
  document.addEventListener("regulars:adopted", (event) => look(event.target));
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    settle();
    tidy();
  });
}
