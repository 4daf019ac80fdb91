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

const EFX8 = 1.0270333367641007;
const ERX = 0.8450629115104675;
const PP = [
  0.12837916709551256, -0.3250421072470015, -0.02848174957559851, -0.005770270296489442,
  -0.000023763016656650163,
];
const QQ = [
  1, 0.39791722395915535, 0.0650222499887673, 0.005081306281875766, 0.00013249473800432164,
  -0.000003960228278775368,
];
const PA = [
  -0.0023621185607526594, 0.41485611868374833, -0.3722078760357013, 0.31834661990116175, -0.11089469428239668,
  0.035478304325618236, -0.002166375594868791,
];
const QA = [
  1, 0.10642088040084423, 0.540397917702171, 0.07182865441419627, 0.12617121980876164, 0.01363708391202905,
  0.011984499846799107,
];
const RA = [
  -0.009864944034847148, -0.6938585727071818, -10.558626225323291, -62.375332450326006, -162.39666946257347,
  -184.60509290671104, -81.2874355063066, -9.814329344169145,
];
const SA = [
  1, 19.651271667439257, 137.65775414351904, 434.56587747522923, 645.3872717332679, 429.00814002756783,
  108.63500554177944, 6.570249770319282, -0.0604244152148581,
];
const RB = [
  -0.0098649429247001, -0.799283237680523, -17.757954917754752, -160.63638485582192, -637.5664433683896,
  -1025.0951316110772, -483.5191916086514,
];
const SB = [
  1, 30.33806074348246, 325.7925129965739, 1536.729586084437, 3199.8582195085955, 2553.0504064331644,
  474.52854120695537, -22.44095244658582,
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
  0.07721566490153287, 0.3224670334241136, 0.06735230105312927, 0.020580808432516733, 0.007385550860814029,
  0.0028905138367341563, 0.0011927076318336207, 0.0005100697921535113, 0.00022086279071390839,
  0.00010801156724758394, 0.000025214456545125733, 0.000044864094961891516,
];
const TC = 1.4616321449683622;
const TF = -0.12148629053584961;
const TT = -3.638676997039505e-18;
const T = [
  0.48383612272381005, -0.1475877229945939, 0.06462494023913339, -0.032788541075985965, 0.01797067508118204,
  -0.010314224129834144, 0.006100538702462913, -0.0036845201678113826, 0.0022596478090061247,
  -0.0014034646998923284, 0.000881081882437654, -0.0005385953053567405, 0.00031563207090362595,
  -0.00031275416837512086, 0.0003355291926355191,
];
const U = [
  -0.07721566490153287, 0.6328270640250934, 1.4549225013723477, 0.9777175279633727, 0.22896372806469245,
  0.013381091853678766,
];
const V = [
  1, 2.4559779371304113, 2.128489763798934, 0.7692851504566728, 0.10422264559336913, 0.003217092422824239,
];
const S = [
  -0.07721566490153287, 0.21498241596060885, 0.325778796408931, 0.14635047265246445, 0.02664227030336386,
  0.0018402845140733772, 0.00003194753265841009,
];
const R = [
  1, 1.3920053346762105, 0.7219355475671381, 0.17193386563280308, 0.01864591917156529, 0.0007779424963818936,
  0.000007326684307446256,
];
const W = [
  0.4189385332046727, 0.08333333333333297, -0.0027777777772877554, 0.0007936505586430196,
  -0.00059518755745034, 0.0008363399189962821, -0.0016309293409657527,
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
