// What was written on a customer's page without a connection waits on this
// device and is sent once there is one: with a key of its own, so that an
// answer lost on the way makes no second note. What the server refuses stays
// here with its reason until the person decides.
import { token } from "./page.js";

const prefix = "rg:queue:";
const person = document.body.dataset.person ?? "";

function memory(fn) {
  try {
    return fn(localStorage);
  } catch {
    return undefined;
  }
}

/** What waits for a person, the oldest first. */
export const queued = (who = person) =>
  (memory((s) => Object.keys(s).filter((key) => key.startsWith(`${prefix}${who}:`)).map((key) => ({ ...JSON.parse(s.getItem(key)), key }))) ?? []).sort((a, b) => a.at - b.at);

export const unqueue = (key) => memory((s) => s.removeItem(key));
const store = ({ key, ...note }) => memory((s) => (s.setItem(key, JSON.stringify(note)), true));

/** Forgets all that waits, whoever's it is. */
export const forgetQueue = () => memory((s) => Object.keys(s).filter((key) => key.startsWith(prefix)).forEach((key) => s.removeItem(key)));

/** Puts a form's words into the queue; false when the device cannot keep them. */
export function enqueue(form) {
  const fields = [...new FormData(form)].filter(([name, value]) => !name.startsWith("_") && typeof value === "string");
  const id = [...crypto.getRandomValues(new Uint32Array(4))].map((n) => n.toString(16).padStart(8, "0")).join("");
  const at = Date.now();
  const now = new Intl.DateTimeFormat("sv", { timeZone: document.body.dataset.zone || undefined, dateStyle: "short", timeStyle: "short" }).format(at).split(" ");
  const on = fields.find(([name]) => name === "on");
  if (on && !on[1]) for (const field of fields) if (field[0] === "on" || field[0] === "clock") field[1] = now[field[0] === "on" ? 0 : 1];
  const text = fields.find(([name]) => name === "text")?.[1] ?? "";
  return Boolean(store({ key: `${prefix}${person}:${id}`, id, at, action: form.getAttribute("action"), page: location.pathname, title: document.querySelector("h1")?.textContent ?? "", text, fields }));
}

/** Why the server said no, in its own words. */
function reason(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const said = [...page.querySelectorAll("main .error, main .note.bad, main .lead")].map((e) => e.textContent.trim()).filter(Boolean);
  return said.slice(0, 2).join(" ");
}

async function send(note) {
  const answer = await fetch(note.action, {
    method: "POST", redirect: "manual", credentials: "same-origin",
    headers: { "Idempotency-Key": note.id, "X-CSRF-Token": token() }, body: new URLSearchParams(note.fields),
  });
  if (answer.type === "opaqueredirect") return unqueue(note.key), "sent";
  if (answer.status === 401 || answer.status >= 500 || answer.status === 429) return "later";
  if (answer.status === 403 && document.body.dataset.seen) return "later"; // this page's token is old; a fresh page tries again
  note.refused = reason(await answer.text()) || String(answer.status);
  store(note);
  return "refused";
}

/** Sends what waits; tells how many arrived. One page at a time does it. */
export async function sendAll({ again = false } = {}) {
  if (!person || !queued().length) return 0;
  const run = async () => {
    let sent = 0;
    for (const note of queued()) {
      if (note.refused && !again) continue;
      let how;
      try {
        how = await send(note);
      } catch {
        break; // still no line
      }
      if (how === "later") break;
      if (how === "sent") sent++;
    }
    return sent;
  };
  if (!navigator.locks) return run();
  return navigator.locks.request("rg-queue", { ifAvailable: true }, (lock) => (lock ? run() : 0));
}
