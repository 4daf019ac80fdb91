/*
 * The error function and the logarithm of the gamma function, after s_erf.c and e_lgamma_r.c of fdlibm, the source of
 * most C libraries' own:
 *
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
 * Developed at SunPro, a Sun Microsystems, Inc. business.
 * Permission to use, copy, modify, and distribute this software is freely granted, provided that this notice is
 * preserved.
 */

import { exp, log } from './exponentials.js';

/** The value at `x` of a polynomial, whose coefficients begin with that of the lowest power. */
function polynomial(x: number, coefficients: readonly number[]): number {
  let value = 0;
  for (let at = coefficients.length - 1; at >= 0; at--) value = coefficients[at]! + x * value;
  return value;
}

const EFX8 = 1.02703333676410069053;
const ERX = 8.45062911510467529297e-1;
const PP = [
  1.28379167095512558561e-1, -3.2504210724700149937e-1, -2.84817495755985104766e-2,
  -5.77027029648944159157e-3, -2.37630166566501626084e-5,
];
const QQ = [
  1, 3.97917223959155352819e-1, 6.50222499887672944485e-2, 5.08130628187576562776e-3,
  1.32494738004321644526e-4, -3.9602282787753681232e-6,
];
const PA = [
  -2.36211856075265944077e-3, 4.14856118683748331666e-1, -3.72207876035701323847e-1,
  3.18346619901161753674e-1, -1.10894694282396677476e-1, 3.54783043256182359371e-2, -2.166375594868790843e-3,
];
const QA = [
  1, 1.06420880400844228286e-1, 5.40397917702171048937e-1, 7.18286544141962662868e-2,
  1.26171219808761642112e-1, 1.36370839120290507362e-2, 1.1984499846799107417e-2,
];
const RA = [
  -9.86494403484714822705e-3, -6.93858572707181764372e-1, -1.05586262253232909814e1,
  -6.23753324503260060396e1, -1.62396669462573470355e2, -1.84605092906711035994e2, -8.12874355063065934246e1,
  -9.81432934416914548592,
];
const SA = [
  1, 1.96512716674392571292e1, 1.376577541435190426e2, 4.34565877475229228821e2, 6.45387271733267880336e2,
  4.29008140027567833386e2, 1.08635005541779435134e2, 6.57024977031928170135, -6.04244152148580987438e-2,
];
const RB = [
  -9.86494292470009928597e-3, -7.99283237680523006574e-1, -1.77579549177547519889e1,
  -1.60636384855821916062e2, -6.37566443368389627722e2, -1.02509513161107724954e3, -4.83519191608651397019e2,
];
const SB = [
  1, 3.03380607434824582924e1, 3.25792512996573918826e2, 1.53672958608443695994e3, 3.19985821950859553908e3,
  2.55305040643316442583e3, 4.74528541206955367215e2, -2.24409524465858183362e1,
];

/** 1 - erf(x) for 0.84375 <= |x| < 28, of the magnitude of x. */
function tail(x: number): number {
  if (x < 1.25) return 1 - ERX - polynomial(x - 1, PA) / polynomial(x - 1, QA);
  const s = 1 / (x * x);
  const ratio = x < 1 / 0.35 ? polynomial(s, RA) / polynomial(s, SA) : polynomial(s, RB) / polynomial(s, SB);
  const z = withoutLowWord(x);
  return (exp(-z * z - 0.5625) * exp((z - x) * (z + x) + ratio)) / x;
}

function withoutLowWord(x: number): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  view.setUint32(4, 0);
  return view.getFloat64(0);
}

export function erf(x: number): number {
  if (Number.isNaN(x)) return x;
  const magnitude = Math.abs(x);
  if (magnitude < 0.84375) {
    if (magnitude < 2 ** -28) return 0.125 * (8 * x + EFX8 * x);
    const z = x * x;
    return x + x * (polynomial(z, PP) / polynomial(z, QQ));
  }
  const value = magnitude < 6 ? 1 - tail(magnitude) : 1;
  return x < 0 ? -value : value;
}

const A = [
  7.72156649015328655494e-2, 3.22467033424113591611e-1, 6.73523010531292681824e-2, 2.05808084325167332806e-2,
  7.38555086081402883957e-3, 2.89051383673415629091e-3, 1.19270763183362067845e-3, 5.10069792153511336608e-4,
  2.20862790713908385557e-4, 1.08011567247583939954e-4, 2.52144565451257326939e-5, 4.4864094961891516015e-5,
];
const TC = 1.46163214496836224576;
const TF = -1.21486290535849611461e-1;
const TT = -3.63867699703950536541e-18;
const T = [
  4.83836122723810047042e-1, -1.47587722994593911752e-1, 6.46249402391333854778e-2,
  -3.27885410759859649565e-2, 1.79706750811820387126e-2, -1.0314224129834143745e-2, 6.10053870246291332635e-3,
  -3.6845201678113825676e-3, 2.2596478090061247225e-3, -1.40346469989232843813e-3, 8.81081882437654011382e-4,
  -5.38595305356740546715e-4, 3.15632070903625950361e-4, -3.12754168375120860518e-4,
  3.35529192635519073543e-4,
];
const U = [
  -7.72156649015328655494e-2, 6.32827064025093366517e-1, 1.45492250137234768737, 9.77717527963372745603e-1,
  2.28963728064692451092e-1, 1.33810918536787660377e-2,
];
const V = [
  1, 2.45597793713041134822, 2.12848976379893395361, 7.69285150456672783825e-1, 1.04222645593369134254e-1,
  3.2170924228242391181e-3,
];
const S = [
  -7.72156649015328655494e-2, 2.14982415960608852501e-1, 3.25778796408930981787e-1, 1.46350472652464452805e-1,
  2.6642270303363860956e-2, 1.84028451407337715652e-3, 3.19475326584100867617e-5,
];
const R = [
  1, 1.39200533467621045958, 7.21935547567138069525e-1, 1.71933865632803078993e-1, 1.86459191715652901344e-2,
  7.77942496381893596434e-4, 7.32668430744625636189e-6,
];
const W = [
  4.18938533204672725052e-1, 8.33333333333329678849e-2, -2.7777777772877553647e-3, 7.936505586430195585e-4,
  -5.95187557450339963135e-4, 8.36339918996282139126e-4, -1.63092934096575273989e-3,
];

/** Of a positive number; infinite for all others, as SWI-Prolog has it. */
export function logGamma(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x <= 0 || x === Infinity) return Infinity;
  if (x < 2 ** -70) return -log(x);
  if (x === 1 || x === 2) return 0;
  if (x < 2) return below2(x);
  if (x < 8) {
    const whole = Math.trunc(x);
    const y = x - whole;
    let value = 0.5 * y + (y * polynomial(y, S)) / polynomial(y, R);
    let product = 1;
    for (let at = whole - 1; at >= 2; at--) product *= y + at;
    value += whole > 2 ? log(product) : 0;
    return value;
  }
  if (x < 2 ** 58) {
    const t = log(x);
    const z = 1 / x;
    const w = W[0]! + z * polynomial(z * z, W.slice(1));
    return (x - 0.5) * (t - 1) + w;
  }
  return x * (log(x) - 1);
}

function below2(x: number): number {
  const isSmall = x <= 0.9;
  const base = isSmall ? -log(x) : 0;
  const shifted = isSmall ? x + 1 : x;
  if (shifted >= (isSmall ? 1.7316 : 1.73163)) {
    const y = 2 - shifted;
    const z = y * y;
    const even = polynomial(
      z,
      A.filter((_, at) => at % 2 === 0),
    );
    const odd =
      z *
      polynomial(
        z,
        A.filter((_, at) => at % 2 === 1),
      );
    return base + (y * even + odd - 0.5 * y);
  }
  if (shifted >= (isSmall ? 1.23164 : 1.23163)) {
    const y = shifted - TC;
    const z = y * y;
    const w = z * y;
    const third = (first: number) =>
      polynomial(
        w,
        T.filter((_, at) => at % 3 === first),
      );
    return base + (TF + (z * third(0) - (TT - w * (third(1) + y * third(2)))));
  }
  const y = shifted - 1;
  return base + (-0.5 * y + (y * polynomial(y, U)) / polynomial(y, V));
}
