/** Coefficients of a polynomial, highest power first. */
type Polynomial = readonly [number, number, number, number, number, number, number, number];

const CENTRE_NUMERATOR: Polynomial = [
  2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946, 1971.5909503065513,
  133.14166789178438, 3.3871328727963665,
];
const CENTRE_DENOMINATOR: Polynomial = [
  5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751, 687.1870074920579,
  42.31333070160091, 1.0,
];
const MIDDLE_NUMERATOR: Polynomial = [
  0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045,
  5.769497221460691, 4.630337846156546, 1.4234371107496835,
];
const MIDDLE_DENOMINATOR: Polynomial = [
  1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851,
  1.6763848301838038, 2.053191626637759, 1.0,
];
const TAIL_NUMERATOR: Polynomial = [
  2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124, 0.29656057182850487,
  1.7848265399172913, 5.463784911164114, 6.657904643501103,
];
const TAIL_DENOMINATOR: Polynomial = [
  2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133, 0.014875361290850615,
  0.1369298809227358, 0.599832206555888, 1.0,
];

const LN_2 = 0.6931471805599453;

/**
 * Natural logarithm of a positive normal number, from +, −, ×, ÷ alone: x = m·2^e with m in [√½, √2), and
 * ln m = 2·artanh((m−1)/(m+1)) by its series. `Math.log` may differ in the last bit between JavaScript engines.
 */
function naturalLogarithm(x: number): number {
  let mantissa = x;
  let exponent = 0;
  while (mantissa < Math.SQRT1_2) {
    mantissa *= 2;
    exponent -= 1;
  }
  while (mantissa >= Math.SQRT2) {
    mantissa /= 2;
    exponent += 1;
  }
  const s = (mantissa - 1) / (mantissa + 1);
  const square = s * s;
  let series = 0;
  for (let odd = 23; odd >= 1; odd -= 2) series = series * square + 1 / odd;
  return exponent * LN_2 + 2 * s * series;
}

function evaluate(polynomial: Polynomial, x: number): number {
  let value = polynomial[0];
  for (let power = 1; power < polynomial.length; power++) value = value * x + polynomial[power];
  return value;
}

/**
 * The standard normal's quantile of a probability in (0, 1), to about 16 digits (Wichura, "Algorithm AS 241: the
 * percentage points of the normal distribution", Applied Statistics 37 (1988), PPND16). Only operations that IEEE 754
 * rounds exactly are used, so that it has the same bits in every JavaScript engine.
 */
export function normalQuantile(probability: number): number {
  const q = probability - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * evaluate(CENTRE_NUMERATOR, r)) / evaluate(CENTRE_DENOMINATOR, r);
  }
  const distance = Math.sqrt(-naturalLogarithm(q < 0 ? probability : 1 - probability));
  const magnitude =
    distance <= 5
      ? evaluate(MIDDLE_NUMERATOR, distance - 1.6) / evaluate(MIDDLE_DENOMINATOR, distance - 1.6)
      : evaluate(TAIL_NUMERATOR, distance - 5) / evaluate(TAIL_DENOMINATOR, distance - 5);
  return q < 0 ? -magnitude : magnitude;
}
