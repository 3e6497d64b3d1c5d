// <form data-builder>: a press of [data-stay] sends the form and puts the answer
// in its place; a choice of [data-way] shows the input that it asks for. Without
// script every press is a page.
import { adopt, fragment } from "./page.js";

const types = { date: "date", number: "text", days: "number", text: "text" };

function ask(select) {
  const asks = select.selectedOptions[0]?.dataset.asks;
  const value = select.parentElement.querySelector("[data-value]");
  if (!value) return;
  value.hidden = asks === "none";
  if (value.matches("input")) value.type = types[asks] ?? "text";
}
const askAll = () => document.querySelectorAll("[data-way]").forEach(ask);

document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-way]")) ask(event.target);
});

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-builder]");
  const press = event.submitter;
  if (!form || !press?.matches("[data-stay]")) return;
  event.preventDefault();
  const query = new URLSearchParams(new FormData(form, press));
  try {
    form.outerHTML = await fragment(`${form.getAttribute("action")}?${query}`, form.id);
  } catch {
    location.assign(`${form.getAttribute("action")}?${query}`);
    return;
  }
  const now = document.getElementById(form.id);
  adopt(now);
  askAll();
  const lines = now.querySelectorAll("[data-way]");
  (press.value.startsWith("drop") ? now.querySelector("select") : lines[lines.length - 1])?.focus();
});
new MutationObserver(askAll).observe(document.body, { childList: true, subtree: true });
askAll();
