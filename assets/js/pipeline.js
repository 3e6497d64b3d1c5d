// The pipeline: a card is dragged by mouse or finger, or moved by keyboard (Alt
// with an arrow key on a card) or by its button. What the server says decides:
// sums above the columns change at once, a refused card goes back to where it
// really stands, and what its stage wants known first is asked on a page.
import { token } from "./page.js";
import { say } from "./toast.js";

const lanes = (card) => [...card.closest("[data-pipeline]").querySelectorAll("[data-stage]")];
const stageOf = (card) => card.closest("[data-stage]").dataset.stage;
const cardAbove = (card) => card.previousElementSibling?.dataset.deal ?? "0";

async function send(card, stage, back) {
  const body = new URLSearchParams({ _csrf: token(), version: card.dataset.version, stage_id: stage, after: cardAbove(card) });
  let answer, status;
  try {
    const response = await fetch(`/deals/${card.dataset.deal}/move`, { method: "POST", headers: { Accept: "application/json" }, body });
    status = response.status;
    answer = await response.json();
  } catch {
    back();
    location.assign(`/deals/${card.dataset.deal}/move?stage=${stage}`);
    return;
  }
  if (answer.ask) {
    back();
    location.assign(answer.ask);
    return;
  }
  if (answer.version) card.dataset.version = answer.version;
  if (status === 409) settle(card, answer, back);
  else if (status >= 400) back();
  if (answer.message) say(answer.message);
  for (const { stage, n, sum } of answer.heads ?? []) {
    const lane = document.querySelector(`[data-pipeline] [data-stage="${stage}"]`);
    lane?.querySelector("[data-n]")?.replaceChildren(n);
    lane?.querySelector("[data-sum]")?.replaceChildren(sum);
  }
}

// A card that somebody else has moved stands where they put it; one that is
// decided leaves the board.
function settle(card, answer, back) {
  const lane = answer.stage && lanes(card).find((l) => l.dataset.stage === String(answer.stage));
  if (lane) lane.querySelector("ol").prepend(card);
  else if (answer.version && !answer.stage) card.remove();
  else back();
}

function home(card) {
  const list = card.parentElement, next = card.nextElementSibling;
  return () => list.insertBefore(card, next);
}

function put(card, lane) {
  if (!lane || lane.contains(card)) return;
  const back = home(card);
  lane.querySelector("ol").prepend(card);
  card.querySelector("a")?.focus();
  send(card, lane.dataset.stage, back);
}

async function arm() {
  for (const board of document.querySelectorAll("[data-pipeline][data-script]:not([data-armed])")) {
    board.dataset.armed = "";
    const { default: Sortable } = await import(board.dataset.script);
    for (const list of board.querySelectorAll("[data-stage] > ol")) {
      let back;
      new Sortable(list, {
        group: "pipeline", draggable: "[data-deal]", delay: 180, delayOnTouchOnly: true, animation: 120, ghostClass: "slot",
        onStart: (e) => { back = home(e.item); },
        onEnd: (e) => { if (e.from !== e.to || e.oldIndex !== e.newIndex) send(e.item, stageOf(e.item), back); },
      });
    }
  }
}
arm();
document.addEventListener("htmx:after:swap", arm);

document.addEventListener("keydown", (e) => {
  const card = e.altKey && /^Arrow(Left|Right)$/.test(e.key) && e.target.closest?.("[data-deal]");
  if (!card) return;
  e.preventDefault();
  const all = lanes(card), at = all.indexOf(card.closest("[data-stage]"));
  put(card, all[at + (e.key === "ArrowRight" ? 1 : -1)]);
});

document.addEventListener("click", (e) => {
  const card = e.target.closest?.("[data-move]")?.closest("[data-deal]");
  const dialog = document.getElementById("move-card");
  if (!card || !dialog) return;
  e.preventDefault();
  for (const button of dialog.querySelectorAll("button[value]")) button.disabled = button.value === stageOf(card);
  dialog.returnValue = "";
  dialog.onclose = () => put(card, lanes(card).find((l) => l.dataset.stage === dialog.returnValue));
  dialog.showModal();
});
