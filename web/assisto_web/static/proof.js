// Finds a number whose SHA-256 with the seed begins with enough zero bits, in short pieces, then sends.
const PIECE = 2000;
const primes = [];
for (let n = 2; primes.length < 64; n += 1) if (primes.every((p) => n % p)) primes.push(n);
const fraction = (x) => ((x - Math.floor(x)) * 4294967296) | 0;
const K = primes.map((p) => fraction(Math.cbrt(p)));
const START = primes.slice(0, 8).map((p) => fraction(Math.sqrt(p)));
const turn = (x, n) => (x >>> n) | (x << (32 - n));
const w = new Int32Array(64);

// The first word of the digest of a short text (at most 55 ASCII characters).
function firstWord(text) {
  w.fill(0);
  for (let i = 0; i < text.length; i += 1) w[i >> 2] |= text.charCodeAt(i) << (24 - 8 * (i & 3));
  w[text.length >> 2] |= 0x80 << (24 - 8 * (text.length & 3));
  w[15] = text.length * 8;
  for (let i = 16; i < 64; i += 1) {
    const a = w[i - 15], b = w[i - 2];
    w[i] = w[i - 16] + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + w[i - 7] + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10));
  }
  let [a, b, c, d, e, f, g, h] = START;
  for (let i = 0; i < 64; i += 1) {
    const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
    const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
  }
  return (a + START[0]) | 0;
}

for (const form of document.querySelectorAll("form[data-proof-seed]")) {
  const seed = form.dataset.proofSeed, bits = Number(form.dataset.proofBits);
  const says = form.querySelector("[data-proof-says]");
  let next = 0;
  says.textContent = says.dataset.working;
  form.querySelector("[data-proof-wait]").hidden = true;
  const work = () => {
    for (const end = next + PIECE; next < end; next += 1) {
      if (firstWord(`${seed}:${next}`) >>> (32 - bits) === 0) {
        form.elements.proof_answer.value = String(next);
        if (form.elements.password) says.textContent = says.dataset.done;
        else form.submit();
        return;
      }
    }
    setTimeout(work);
  };
  setTimeout(work);
}
