export interface Calibration {
  /** The cosine that counts as a similarity of one half. */
  readonly midpoint: number;
  readonly slope: number;
}

/** A cosine as a similarity in (0, 1): the logistic function (Platt scaling), rising with the cosine. */
export function calibrated(cosine: number, { midpoint, slope }: Calibration): number {
  return 1 / (1 + Math.exp(-(cosine - midpoint) / slope));
}
