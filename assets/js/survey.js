// A survey's questions come and go with the answers, as their rules say. Without
// this they come after the first press of the button.
const form = document.querySelector("form.survey, form[data-questions]");

// said is the answer to one question: its number, its options and its words.
function said(key) {
  const name = key === "score" || key === "comment" ? key : `q.${key}`;
  const out = { n: NaN, picks: [], text: "" };
  for (const input of form.elements) {
    const mine = input.name === name || input.name.startsWith(`${name}.`);
    if (!mine || input.matches(":disabled") || ((input.type === "radio" || input.type === "checkbox") && !input.checked)) continue;
    const value = input.value.trim();
    if (!value) continue;
    out.picks.push(value);
    out.text = value;
    if (input.name === name) out.n = Number(value);
  }
  return out;
}

function holds(test) {
  const a = said(test.question);
  const given = a.text !== "";
  switch (test.op) {
    case "answered": return given;
    case "empty": return !given;
    case "yes": return a.picks.includes("yes") || a.picks.includes("on");
    case "no": return a.picks.includes("no");
    case "is": return a.picks.includes(test.option);
    case "not": return given && !a.picks.includes(test.option);
    case "eq": return a.n === (test.value ?? 0);
    case "ne": return given && a.n !== (test.value ?? 0);
    case "lte": return a.n <= (test.value ?? 0);
    case "gte": return a.n >= (test.value ?? 0);
  }
  return false;
}

const rule = (r) => (r.any ? r.tests.some(holds) : r.tests.every(holds));

// walk shows and hides from the top down, so that a hidden answer counts for
// no rule below it.
function walk() {
  let jumping = "";
  for (const one of form.querySelectorAll("[data-key]")) {
    if (jumping === one.dataset.key) jumping = "";
    const shown = !jumping && (!one.dataset.show || rule(JSON.parse(one.dataset.show)));
    one.hidden = one.disabled = !shown;
    if (!shown || !one.dataset.jump) continue;
    const jump = JSON.parse(one.dataset.jump).find((j) => rule(j.when));
    if (jump) jumping = jump.to;
  }
}

if (form) {
  form.addEventListener("input", walk);
  form.addEventListener("change", walk);
  walk();
}
