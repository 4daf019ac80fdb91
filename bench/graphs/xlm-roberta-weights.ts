import { randomNumbers, seedOf } from './random-numbers.js';

/** The size of an XLM-RoBERTa encoder (Conneau et al. 2020), with BGE-M3's heads (Chen et al. 2024) on it. */
export interface XlmRobertaShape {
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  readonly intermediate: number;
  readonly vocabulary: number;
  /** Rows of the position table: two more than the most tokens, as positions are counted from 2. */
  readonly maxPositions: number;
  /** Width of the token vectors (ColBERT); default hidden. */
  readonly tokenVectors?: number;
  /** Default 1. */
  readonly seed?: number;
}

/** BAAI/bge-m3, config.json. */
export const bgeM3Shape: XlmRobertaShape = {
  layers: 24,
  hidden: 1024,
  heads: 16,
  intermediate: 4096,
  vocabulary: 250_002,
  maxPositions: 8194,
};

/** A weight: numbers uniform in [centre - spread, centre + spread). */
export interface Weight {
  readonly name: string;
  readonly dims: readonly number[];
  readonly centre: number;
  readonly spread: number;
}

/**
 * The names of all weights and where their numbers lie. Linear layers are [in, out]; their spread keeps activations
 * near variance 1, and attention far from uniform, so that a wrong formula shows.
 */
export function xlmRobertaWeights(shape: XlmRobertaShape): ReadonlyMap<string, Weight> {
  const { hidden, intermediate, tokenVectors = hidden } = shape;
  const weights: Weight[] = [];
  const table = (name: string, rows: number, spread: number) =>
    weights.push({ name, dims: [rows, hidden], centre: 0, spread });
  const linear = (name: string, from: number, to: number, gain = 1) =>
    weights.push(
      { name: `${name}.weight`, dims: [from, to], centre: 0, spread: gain * Math.sqrt(3 / from) },
      { name: `${name}.bias`, dims: [to], centre: 0, spread: 0.1 },
    );
  const norm = (name: string) =>
    weights.push(
      { name: `${name}.weight`, dims: [hidden], centre: 1, spread: 0.2 },
      { name: `${name}.bias`, dims: [hidden], centre: 0, spread: 0.1 },
    );
  table('embeddings.word', shape.vocabulary, 1);
  table('embeddings.position', shape.maxPositions, 0.5);
  table('embeddings.token_type', 1, 0.2);
  norm('embeddings.norm');
  for (let layer = 0; layer < shape.layers; layer++) {
    const of = `layer.${layer}`;
    linear(`${of}.query`, hidden, hidden, 1.4);
    linear(`${of}.key`, hidden, hidden, 1.4);
    linear(`${of}.value`, hidden, hidden);
    linear(`${of}.attention`, hidden, hidden);
    norm(`${of}.attention_norm`);
    linear(`${of}.intermediate`, hidden, intermediate);
    linear(`${of}.output`, intermediate, hidden);
    norm(`${of}.output_norm`);
  }
  linear('sparse', hidden, 1);
  linear('colbert', hidden, tokenVectors);
  return new Map(weights.map((weight) => [weight.name, weight]));
}

/** A part of a weight's numbers, row-major; all of them by default. */
export function numbersOf(
  { name, dims, centre, spread }: Weight,
  { seed = 1 }: XlmRobertaShape,
  from = 0,
  count = dims.reduce((product, dim) => product * dim, 1) - from,
): Float32Array {
  const numbers = randomNumbers(count, seedOf(name, seed), from);
  for (let i = 0; i < count; i++) numbers[i] = centre + spread * numbers[i]!;
  return numbers;
}
