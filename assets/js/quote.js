// The page of a quote: it tells that a person looks, adds up what is ticked, and
// takes a signature drawn with a finger. Without it everything works but the
// drawing.
const page = document.querySelector("[data-quote]");

// A program fetches a page; a person moves on it, or stays.
let told = !page?.dataset.trace || page.dataset.trace === "0";
function look() {
  if (told || document.visibilityState !== "visible") return;
  told = true;
  fetch(`${page.dataset.quote}/look`, { method: "POST", body: new URLSearchParams({ trace: page.dataset.trace }), keepalive: true }).catch(() => {});
}
for (const kind of ["pointerdown", "pointermove", "touchstart", "scroll", "keydown"]) addEventListener(kind, look, { passive: true });

const out = document.querySelector("[data-quote-total]");
function sum() {
  let total = Number(out.dataset.quoteTotal);
  for (const box of document.querySelectorAll("[data-adds]:checked")) total += Number(box.dataset.adds);
  const format = new Intl.NumberFormat(document.documentElement.lang, { minimumFractionDigits: Number(out.dataset.digits), maximumFractionDigits: Number(out.dataset.digits) });
  for (const place of document.querySelectorAll("[data-quote-total], [data-quote-pay]")) place.textContent = out.dataset.sign + format.format(total / 10 ** Number(out.dataset.digits));
}
if (out && document.querySelector("[data-adds]")) document.addEventListener("change", sum);

const pad = document.querySelector("canvas[data-pad]");
if (pad) {
  const field = document.querySelector("input[name=signature]");
  const pen = pad.getContext("2d");
  let path = "";
  let drawing = false;
  pad.closest("[hidden]").hidden = false;
  const scale = () => {
    pad.width = 600;
    pad.height = 240;
    pen.lineWidth = 4;
    pen.lineCap = pen.lineJoin = "round";
    pen.strokeStyle = getComputedStyle(pad).color;
  };
  scale();
  const at = (e) => {
    const box = pad.getBoundingClientRect();
    return [Math.round(((e.clientX - box.left) / box.width) * 600), Math.round(((e.clientY - box.top) / box.height) * 240)];
  };
  const draw = (e, step) => {
    const [x, y] = at(e);
    if (path.length > 19000) return;
    path += `${step}${x} ${y}`;
    if (step === "M") pen.beginPath();
    pen[step === "M" ? "moveTo" : "lineTo"](x, y);
    pen.stroke();
    field.value = path;
  };
  pad.addEventListener("pointerdown", (e) => {
    e.preventDefault();
    drawing = true;
    pad.setPointerCapture(e.pointerId);
    draw(e, "M");
  });
  pad.addEventListener("pointermove", (e) => drawing && draw(e, "L"));
  for (const kind of ["pointerup", "pointercancel"]) pad.addEventListener(kind, () => (drawing = false));
  document.querySelector("[data-pad-clear]").addEventListener("click", () => {
    path = field.value = "";
    scale();
  });
}
