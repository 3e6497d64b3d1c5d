// A form on the web proves that somebody's browser has worked a little for it:
// it looks for a number whose hash with the form's ticket begins with zero bits.
// SHA-256 is our own because browsers offer none on plain http.
const form = document.querySelector("form[data-effort]");
const K = [];
const H = [];
for (let n = 2; K.length < 64; n++) {
  let prime = true;
  for (let d = 2; d * d <= n; d++) if (n % d === 0) prime = false;
  if (!prime) continue;
  const part = (x) => Math.floor((x - Math.floor(x)) * 4294967296) | 0;
  if (H.length < 8) H.push(part(Math.sqrt(n)));
  K.push(part(Math.cbrt(n)));
}

// first gives the first 32 bits of the hash of a short ASCII text.
function first(text) {
  const size = (text.length + 9 + 63) >> 6;
  const m = new Int32Array(size * 16);
  for (let i = 0; i < text.length; i++) m[i >> 2] |= text.charCodeAt(i) << (24 - (i & 3) * 8);
  m[text.length >> 2] |= 0x80 << (24 - (text.length & 3) * 8);
  m[size * 16 - 1] = text.length * 8;
  const h = Int32Array.from(H);
  const w = new Int32Array(64);
  const turn = (x, n) => (x >>> n) | (x << (32 - n));
  for (let at = 0; at < m.length; at += 16) {
    for (let i = 0; i < 64; i++) {
      if (i < 16) { w[i] = m[at + i]; continue; }
      const a = w[i - 15], b = w[i - 2];
      w[i] = (w[i - 16] + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + w[i - 7] + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10))) | 0;
    }
    let [a, b, c, d, e, f, g, k] = h;
    for (let i = 0; i < 64; i++) {
      const t1 = (k + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
      const t2 = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      k = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
    }
    [a, b, c, d, e, f, g, k].forEach((v, i) => { h[i] = (h[i] + v) | 0; });
  }
  return h[0] >>> 0;
}

if (form) {
  const ticket = form.elements.ticket.value;
  const limit = 2 ** (32 - Number(form.dataset.effort));
  let n = 0;
  let waits = false;
  const search = () => {
    for (const until = n + 2000; n < until; n++) {
      if (first(`${ticket}.${n}`) < limit) {
        form.elements.proof.value = n;
        if (waits) form.submit();
        return;
      }
    }
    setTimeout(search, 0);
  };
  search();
  form.addEventListener("submit", (event) => {
    if (form.elements.proof.value) return;
    event.preventDefault();
    waits = true;
  });
}
