import { CorollaryError } from '../errors.js';
import type { ReasoningLimits } from '../reasoning/reasoning.js';

export const defaultLimits: ReasoningLimits = {
  answers: 1_000,
  inferences: 10_000_000,
  timeMs: 5_000,
  memoryMb: 256,
};

const highest: ReasoningLimits = {
  answers: 100_000,
  inferences: 10_000_000_000,
  timeMs: 60_000,
  memoryMb: 1_024,
};
const lowest: ReasoningLimits = { answers: 1, inferences: 1_000, timeMs: 1, memoryMb: 16 };

/** @throws CorollaryError BAD_INPUT for a limit out of range */
export function reasoningLimits(wanted: Partial<ReasoningLimits> | null | undefined): ReasoningLimits {
  const limits = { ...defaultLimits };
  for (const name of Object.keys(defaultLimits) as (keyof ReasoningLimits)[]) {
    const value = wanted?.[name] ?? defaultLimits[name];
    if (!Number.isInteger(value) || value < lowest[name] || value > highest[name]) {
      const message = `limits.${name} is a whole number from ${lowest[name]} to ${highest[name]}`;
      throw new CorollaryError('BAD_INPUT', message, { [name]: value });
    }
    limits[name] = value;
  }
  return limits;
}

/** Most that a goal gets which a model proposed: nobody has thought about what it costs. */
const mostProposed: ReasoningLimits = { answers: 1_000, inferences: 2_000_000, timeMs: 2_000, memoryMb: 128 };

/** @throws CorollaryError BAD_INPUT for a limit out of range */
export function proposedLimits(wanted: Partial<ReasoningLimits> | null | undefined): ReasoningLimits {
  const limits = { ...reasoningLimits(wanted) };
  for (const name of Object.keys(mostProposed) as (keyof ReasoningLimits)[]) {
    limits[name] = Math.min(limits[name], mostProposed[name]);
  }
  return limits;
}
