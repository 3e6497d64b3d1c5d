// Small things that several modules need.

/** The session's token for requests that change something. */
export const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

/** Asks the server for a part of a page; the answer is HTML. A newer call with the same key drops the older. */
const running = new Map();
export async function fragment(url, key) {
  running.get(key)?.abort();
  const abort = new AbortController();
  running.set(key, abort);
  const answer = await fetch(url, {
    headers: { "HX-Request": "true", "HX-Target": key },
    signal: abort.signal,
    credentials: "same-origin",
  });
  if (answer.redirected) throw new Error("sent elsewhere"); // the session ended
  if (!answer.ok) throw new Error(`answered ${answer.status}`);
  return answer.text();
}

/** Tells htmx, when it is there, and our own modules about HTML that htmx did not bring itself. */
export const adopt = (element) => {
  window.htmx?.process(element);
  element.dispatchEvent(new Event("regulars:adopted", { bubbles: true }));
};

/** Calls fn once typing has paused; the letters of an input method in progress do not count. */
export function whenTyped(match, pause, fn) {
  let timer;
  const typed = (event) => {
    const element = event.target.closest?.(match);
    if (!element || event.isComposing) return;
    clearTimeout(timer);
    timer = setTimeout(() => fn(element, event.target), pause);
  };
  document.addEventListener("input", typed);
  document.addEventListener("compositionend", typed);
}

/** True while the person is typing somewhere. */
export const typing = (element) =>
  element instanceof HTMLElement && (element.isContentEditable || element.matches("input, select, textarea"));
