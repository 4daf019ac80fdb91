import type { EmbeddedText, Embedder } from '../../embedder.js';
import type { ModelEntry } from '../../registry.js';
import { type Check, checked, skipped } from './check.js';
import { oddTexts } from './odd-texts.js';
import { cosine, length } from './vector-arithmetic.js';

/** Of unit length, in float32 or what an endpoint sends of it. */
const UNIT_TOLERANCE = 1e-3;
/** Two runs over the same batch may add up in another order on several threads. */
const REPEAT_TOLERANCE = 1e-5;
/** Padding and batch shape choose other kernels: 1e-6 to 1e-4 apart in fp32. */
const BATCH_TOLERANCE = 1e-3;

/** What must hold of every model's vectors, over a fixed set of odd texts. */
export async function* vectorChecks(embedder: Embedder, entry: ModelEntry): AsyncGenerator<Check> {
  const together = () => embedder.embed(oddTexts, 'passage', { bulk: true });
  let first: EmbeddedText[] | undefined;
  yield await checked('unit vectors', async () => {
    first = await together();
    return unitVectors(first, entry);
  });
  if (first === undefined) return;
  const once = first;
  yield await checked('repeatability', async () =>
    atMost(furthest(once, await together()), REPEAT_TOLERANCE, 'apart from one run to the next'),
  );
  const invariance = 'batch invariance';
  if (entry.runtime === 'onnx' && !entry.graph.batches) {
    yield skipped(invariance, 'the registry says that its texts run one by one (batches: false)');
    return;
  }
  yield await checked(invariance, async () => {
    const alone: EmbeddedText[] = [];
    for (const text of oddTexts) alone.push(...(await embedder.embed([text], 'passage', { bulk: true })));
    const tolerance = entry.precision === 'fp32' ? BATCH_TOLERANCE : 10 * BATCH_TOLERANCE;
    return atMost(furthest(once, alone), tolerance, 'apart alone and among others');
  });
  yield await checked('different texts differ', async () => {
    const [a, b] = [once[0]!.dense, once[8]!.dense];
    const similarity = cosine(a, b);
    if (similarity > 0.9999) throw new Error(`two unlike texts have a cosine of ${similarity.toFixed(6)}`);
    return `cosine ${similarity.toFixed(3)} of two unlike texts`;
  });
}

function unitVectors(embedded: readonly EmbeddedText[], entry: ModelEntry): string {
  let zeros = 0;
  for (const [i, { dense }] of embedded.entries()) {
    const text = JSON.stringify(oddTexts[i]!.slice(0, 40));
    if (dense.some((x) => !Number.isFinite(x))) throw new Error(`a number of ${text} is not finite`);
    const norm = length(dense);
    if (norm === 0) zeros++;
    else if (entry.normalise && Math.abs(norm - 1) > UNIT_TOLERANCE)
      throw new Error(`the vector of ${text} has length ${norm.toFixed(5)}`);
  }
  if (length(embedded[0]!.dense) === 0) throw new Error('an English sentence has a vector of zeros');
  return `${embedded.length - zeros} of ${embedded.length} odd texts, ${zeros} of which it knows nothing are zeros`;
}

/** The greatest difference of two numbers in the same place. */
function furthest(a: readonly EmbeddedText[], b: readonly EmbeddedText[]): number {
  let most = 0;
  for (const [i, { dense }] of a.entries()) {
    const other = b[i]!.dense;
    dense.forEach((x, d) => {
      most = Math.max(most, Math.abs(x - other[d]!));
    });
  }
  return most;
}

function atMost(found: number, allowed: number, what: string): string {
  const text = `${found.toExponential(1)} ${what}`;
  if (!(found <= allowed)) throw new Error(`${text}; ${allowed.toExponential(0)} is allowed`);
  return text;
}
