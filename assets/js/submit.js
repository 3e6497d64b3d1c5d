// A form that was sent is not sent again by a second click. The lock opens when
// the answer came, when the page comes back from history, or after ten seconds.
const release = (form) => {
  delete form.dataset.sent;
  form.removeAttribute("aria-busy");
};

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.getAttribute("method") !== "post" || form.hasAttribute("data-again")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  form.dataset.sent = "1";
  form.setAttribute("aria-busy", "true");
  setTimeout(() => release(form), 10000);
}, { capture: true });

const releaseAll = () => document.querySelectorAll("form[data-sent]").forEach(release);
document.addEventListener("htmx:finally:request", releaseAll);
window.addEventListener("pageshow", releaseAll);
