/**
 * The discrete Fourier transform of n complex numbers, whose parts are adjacent: y_k = sum_j x_j w^(jk), w = e^(-2 pi
 * i / n); the inverse uses the conjugate of w, and 1 / n. Powers of 2 are split in halves (Cooley and Tukey, 1965),
 * other lengths are summed directly, as on cpu.
 */
export function fourier(x: Float32Array, inverse: boolean): Float64Array {
  const n = x.length / 2;
  const turns = Float64Array.from({ length: 2 * n }, (_, at) => {
    const angle = ((inverse ? 2 : -2) * Math.PI * (at >> 1)) / n;
    return at % 2 === 0 ? Math.cos(angle) : Math.sin(angle);
  });
  const y = (n & (n - 1)) === 0 ? byHalves(Float64Array.from(x), turns) : bySums(x, turns);
  return inverse ? y.map((part) => part / n) : y;
}

function bySums(x: Float32Array, turns: Float64Array): Float64Array {
  const n = x.length / 2;
  const y = new Float64Array(2 * n);
  for (let k = 0; k < n; k++) {
    for (let j = 0; j < n; j++) {
      const at = 2 * ((j * k) % n);
      const [re, im, c, s] = [x[2 * j]!, x[2 * j + 1]!, turns[at]!, turns[at + 1]!];
      y[2 * k]! += re * c - im * s;
      y[2 * k + 1]! += re * s + im * c;
    }
  }
  return y;
}

/**
 * y_k = even_k + w^k odd_k, y_(k + n/2) = even_k - w^k odd_k, where even and odd are the transforms of every other
 * number.
 */
function byHalves(x: Float64Array, turns: Float64Array): Float64Array {
  const n = x.length / 2;
  if (n <= 1) return x;
  const half = (first: number): Float64Array =>
    byHalves(
      Float64Array.from({ length: n }, (_, at) => x[4 * (at >> 1) + 2 * first + (at % 2)]!),
      turns,
    );
  const [even, odd] = [half(0), half(1)];
  const stride = turns.length / 2 / n;
  const y = new Float64Array(2 * n);
  for (let k = 0; k < n / 2; k++) {
    const [c, s] = [turns[2 * k * stride]!, turns[2 * k * stride + 1]!];
    const [re, im] = [odd[2 * k]!, odd[2 * k + 1]!];
    const [turnedRe, turnedIm] = [re * c - im * s, re * s + im * c];
    y[2 * k] = even[2 * k]! + turnedRe;
    y[2 * k + 1] = even[2 * k + 1]! + turnedIm;
    y[2 * k + n] = even[2 * k]! - turnedRe;
    y[2 * k + n + 1] = even[2 * k + 1]! - turnedIm;
  }
  return y;
}
