// Toasts leave after eight seconds; they wait while the pointer or the focus is
// on one of them. Undo is a form inside the toast and needs no script.
const stay = 8000;
const box = document.getElementById("toasts");
const left = new Map(); // toast -> milliseconds still to live
let held = false;
let last = performance.now();

function adopt() {
  for (const toast of box.querySelectorAll("[data-toast]")) if (!left.has(toast)) left.set(toast, stay);
  if (left.size) requestAnimationFrame(tick);
}

function tick(now) {
  const passed = Math.min(now - last, 1000);
  last = now;
  for (const [toast, rest] of left) {
    if (!toast.isConnected) left.delete(toast);
    else if (!held) left.set(toast, rest - passed);
    if (rest <= 0) {
      left.delete(toast);
      toast.classList.add("leaving");
      setTimeout(() => toast.remove(), 150);
    }
  }
  if (left.size) requestAnimationFrame(tick);
}

/** Says something that happened in the browser itself. */
export function say(text) {
  if (!box) return;
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.dataset.toast = "";
  toast.textContent = text;
  box.append(toast);
}

if (box) {
  for (const [type, value] of [["pointerenter", true], ["pointerleave", false], ["focusin", true], ["focusout", false]])
    box.addEventListener(type, () => { held = value; });
  new MutationObserver(adopt).observe(box, { childList: true });
  adopt();
}
