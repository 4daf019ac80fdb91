import type { XlmRobertaShape } from '../../../bench/graphs/xlm-roberta-weights.js';

/** The numbers of a weight by its name; linear layers are [in, out]. */
export type WeightsOf = (name: string) => ArrayLike<number>;

export interface Outputs {
  /** Unit length. */
  readonly dense: number[];
  /** The last hidden states: [tokens][hidden]. */
  readonly hidden: number[][];
  /** For each token, special ones too. */
  readonly tokenWeights: number[];
  /** Of all tokens but the first, unit length. */
  readonly tokenVectors: number[][];
}

/**
 * BGE-M3 in float64, one text at a time and so without padding, from the formulas of the papers: the transformer's encoder
 * (Vaswani et al. 2017) in BERT's arrangement (Devlin et al. 2019), with fairseq's positions, and the three heads of
 * M3-Embedding (Chen et al. 2024, section 3.2). Nothing here is shared with what it judges but the weights.
 */
export function forward(shape: XlmRobertaShape, weightsOf: WeightsOf, ids: readonly number[]): Outputs {
  const { hidden: width, heads, layers } = shape;
  const row = (name: string, index: number) =>
    Array.from({ length: width }, (_, d) => weightsOf(name)[index * width + d]!);
  const norm = (name: string, x: readonly number[]) => {
    const mean = x.reduce((sum, value) => sum + value, 0) / width;
    const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / width;
    return x.map(
      (value, d) =>
        ((value - mean) / Math.sqrt(variance + 1e-5)) * weightsOf(`${name}.weight`)[d]! +
        weightsOf(`${name}.bias`)[d]!,
    );
  };
  const linear = (name: string, x: readonly number[]) => {
    const weight = weightsOf(`${name}.weight`);
    const bias = Array.from(weightsOf(`${name}.bias`));
    return bias.map((b, o) => x.reduce((sum, value, i) => sum + value * weight[i * bias.length + o]!, b));
  };

  let states = ids.map((id, place) => {
    const parts = [row('embeddings.word', id), row('embeddings.position', place + 2)];
    return norm('embeddings.norm', added(...parts, row('embeddings.token_type', 0)));
  });
  for (let layer = 0; layer < layers; layer++) {
    const of = `layer.${layer}`;
    const [queries, keys, values] = ['query', 'key', 'value'].map((name) =>
      states.map((state) => linear(`${of}.${name}`, state)),
    ) as [number[][], number[][], number[][]];
    const size = width / heads;
    const contexts = queries.map((query) =>
      Array.from({ length: heads }, (_, head) => {
        const part = (vector: readonly number[]) => vector.slice(head * size, (head + 1) * size);
        const shares = softmax(keys.map((key) => dot(part(query), part(key)) / Math.sqrt(size)));
        return Array.from({ length: size }, (_, d) =>
          values.reduce((sum, value, t) => sum + shares[t]! * part(value)[d]!, 0),
        );
      }).flat(),
    );
    states = states.map((state, t) => {
      const attended = norm(`${of}.attention_norm`, added(linear(`${of}.attention`, contexts[t]!), state));
      const raised = linear(`${of}.intermediate`, attended).map(gelu);
      return norm(`${of}.output_norm`, added(linear(`${of}.output`, raised), attended));
    });
  }
  return {
    dense: unit(states[0]!),
    hidden: states,
    tokenWeights: states.map((state) => Math.max(0, linear('sparse', state)[0]!)),
    tokenVectors: states.slice(1).map((state) => unit(linear('colbert', state))),
  };
}

/** The greatest weight of each id, ids 0 to 3 left out, in the order of the ids. */
export function lexicalWeights(ids: readonly number[], weights: readonly number[]): [number, number][] {
  const ordinary = [...new Set(ids)].filter((id) => id > 3).sort((a, b) => a - b);
  return ordinary
    .map((id): [number, number] => [id, Math.max(...weights.filter((_, t) => ids[t] === id))])
    .filter(([, weight]) => weight > 0);
}

export function unit(x: readonly number[]): number[] {
  const length = Math.sqrt(dot(x, x));
  return x.map((value) => value / length);
}

export function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

function added(...vectors: readonly number[][]): number[] {
  return vectors[0]!.map((_, d) => vectors.reduce((sum, vector) => sum + vector[d]!, 0));
}

function softmax(scores: readonly number[]): number[] {
  const greatest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - greatest));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

function gelu(x: number): number {
  return x * 0.5 * (1 + erf(x / Math.SQRT2));
}

/** By its Maclaurin series; beyond 5 it is ±1 to twelve digits. */
function erf(x: number): number {
  if (Math.abs(x) > 5) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; n < 120; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}
