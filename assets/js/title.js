// The tab says how many notifications wait: "(3) Customers". An element with
// data-unread is the count, whoever swapped it in; data-unread-too repeats it.
// A page that stays open asks for it once a minute while somebody can see it;
// asking changes nothing and keeps nobody signed in.
import { fragment } from "./page.js";

const pause = 60000;
const count = () => document.querySelector("[data-unread]");

function show() {
  const n = Number(count()?.dataset.unread ?? 0);
  const name = document.body.dataset.title;
  if (name) document.title = n ? `(${n}) ${name}` : name;
}
document.addEventListener("htmx:after:swap", show);
show();

let asked = Date.now();
let timer;

async function ask() {
  if (document.visibilityState !== "visible" || Date.now() - asked < pause - 1000) return;
  asked = Date.now();
  try {
    const answer = new DOMParser().parseFromString(await fragment("/notifications/unread", "unread"), "text/html").querySelector("[data-unread]");
    if (!answer) return;
    count().replaceWith(answer);
    for (const copy of document.querySelectorAll("[data-unread-too]")) copy.textContent = answer.textContent;
    show();
  } catch (fault) {
    if (!(fault instanceof TypeError)) clearInterval(timer); // signed out, or the house says no; a lost line is tried again
  }
}

if (count()) {
  timer = setInterval(ask, pause);
  document.addEventListener("visibilitychange", ask);
}
