// A form of weights (data-weights): each number has a slider that follows it and
// leads it, beside it stands what it was, and above them what they come to. Without
// this script the numbers are typed.
const forms = (root) => root.querySelectorAll("form[data-weights]");

const read = (input) => Number.parseFloat(input.value.replace(",", ".")) || 0;

function look(form) {
  let sum = 0;
  for (const slider of form.querySelectorAll("[data-weights-of]")) {
    const number = form.elements[slider.dataset.weightsOf];
    slider.hidden = false;
    slider.value = read(number);
    sum += read(number);
    const said = slider.closest("li").querySelector("[data-weights-was]");
    const same = Math.abs(read(number) - Number.parseFloat(said.dataset.weightsWas)) < 0.005;
    said.textContent = same ? said.dataset.same : said.dataset.was;
    said.classList.toggle("t3", same);
    said.classList.toggle("warm-t", !same);
  }
  const told = form.querySelector("[data-weights-sum]");
  const rounded = Math.round(sum * 100) / 100;
  told.textContent = told.dataset.text.replace("__", rounded);
  told.classList.toggle("warm-t", rounded !== 100);
}

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (!form?.hasAttribute("data-weights")) return;
  const of = event.target.dataset.weightsOf;
  if (of) form.elements[of].value = event.target.value;
  look(form);
});
forms(document).forEach(look);
