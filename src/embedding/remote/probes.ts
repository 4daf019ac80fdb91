import type { EmbedAs, EmbeddedText } from '../embedder.js';
import type { TextForm } from '../engine.js';
import type { HttpEndpoint } from './http-endpoint.js';

/** Short, so that no endpoint truncates them; different in meaning, length and script. */
export const probeTexts = [
  'The payment service timed out after thirty seconds.',
  'Whales are mammals.',
  'Zürich liegt am See; 東京は日本の首都です。',
] as const;

/** Cosine of the same text's vectors: half precision stays above 0.999, and another model, pooling or prefix below. */
const sameSpace = 0.995;
/** For one endpoint, whose rounding may depend on the batch. */
const sameText = 0.99;

export type Embed = (texts: readonly string[], form: TextForm) => Promise<readonly EmbeddedText[]>;

const formOf = (as: EmbedAs): TextForm => ({ as, also: [], long: 'truncate' });

/**
 * Shows that the endpoint computes, that its vectors belong to their texts, and that a text has one vector whatever it
 * is sent with.
 * @throws EndpointFailure
 */
export async function probeEndpoint(embed: Embed, endpoint: HttpEndpoint): Promise<void> {
  const together = await embed(probeTexts, formOf('passage'));
  const last = probeTexts.length - 1;
  if (together.slice(1).every(({ dense }) => isEqual(dense, together[0]!.dense)))
    throw endpoint.failure('lasting', 'gives every text the same vector');
  const [alone] = await embed([probeTexts[last]!], formOf('passage'));
  const same = cosine(alone!.dense, together[last]!.dense);
  if (same < sameText)
    throw endpoint.failure(
      'lasting',
      `gives a text another vector alone than among others (cosine ${same.toFixed(3)}): its answers are out of order, or depend on the batch`,
    );
}

/**
 * Compares with the model that the endpoint is said to serve, as passages and as queries, so that prefixes count.
 * @throws EndpointFailure that says how far the vectors lie apart
 */
export async function probeSameSpace(
  embed: Embed,
  local: Embed,
  localName: string,
  endpoint: HttpEndpoint,
): Promise<void> {
  for (const as of ['passage', 'query'] as const) {
    const [theirs, ours] = await Promise.all([embed(probeTexts, formOf(as)), local(probeTexts, formOf(as))]);
    const least = Math.min(...theirs.map(({ dense }, i) => cosine(dense, ours[i]!.dense)));
    if (!(least >= sameSpace))
      throw endpoint.failure(
        'lasting',
        `is not in the vector space of ${localName}, as the registry says: the vectors of one ${as} have a cosine of ` +
          `${least.toFixed(3)}, below ${sameSpace}. It serves another model, or pools or prefixes otherwise; ` +
          'mend it, or take "sameSpaceAs" out of the entry',
      );
  }
}

const isEqual = (a: Float32Array, b: Float32Array) => a.every((x, d) => x === b[d]);

function cosine(a: Float32Array, b: Float32Array): number {
  let [dot, aa, bb] = [0, 0, 0];
  for (let d = 0; d < a.length; d++) {
    dot += a[d]! * b[d]!;
    aa += a[d]! ** 2;
    bb += b[d]! ** 2;
  }
  return dot / Math.sqrt(aa * bb);
}
