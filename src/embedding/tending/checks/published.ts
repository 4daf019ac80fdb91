import type { EmbeddedText, Embedder, EmbeddingOutput } from '../../embedder.js';
import type { OnnxModelEntry } from '../../registry.js';
import { lateInteractionScore, lexicalScore } from '../../scores.js';
import { type Check, checked, skipped } from './check.js';
import { cosine } from './vector-arithmetic.js';

/** Published numbers are of other runtimes, GPUs and half precision: bge-m3's own differ by 0.001 from page to page. */
const TOLERANCE = { fp32: 0.01, fp16: 0.01, int8: 0.03, int4: 0.06 } as const;

/** One result a number that the registry has from the model's authors. */
export async function* publishedChecks(embedder: Embedder, entry: OnnxModelEntry): AsyncGenerator<Check> {
  const tolerance = TOLERANCE[entry.precision];
  const also = (['sparse', 'tokens'] as const).filter((output) => embedder.outputs.has(output));
  for (const { query, passage, ...numbers } of entry.reference) {
    const pair = `${JSON.stringify(shortened(query))} / ${JSON.stringify(shortened(passage))}`;
    const embed = async () => {
      const [q] = await embedder.embed([query], 'query', { also });
      const [p] = await embedder.embed([passage], 'passage', { also });
      return [q!, p!] as const;
    };
    for (const { output, label, published, score } of scoresOf(numbers)) {
      const name = `published ${label} of ${pair}`;
      if (output !== 'dense' && !embedder.outputs.has(output)) {
        yield skipped(name, `as it is installed, the model gives no ${output} vectors`);
        continue;
      }
      yield await checked(name, async () => {
        const found = score(...(await embed()));
        const text = `${found.toFixed(4)}, published ${published}`;
        if (!(Math.abs(found - published) <= tolerance))
          throw new Error(`${text}; ${tolerance} apart is allowed`);
        return text;
      });
    }
  }
  yield* publishedTextChecks(embedder, entry, tolerance);
}

type Score = (query: EmbeddedText, passage: EmbeddedText) => number;

function scoresOf(numbers: {
  readonly cosine?: number | undefined;
  readonly sparse?: number | undefined;
  readonly tokens?: number | undefined;
}): { output: EmbeddingOutput; label: string; published: number; score: Score }[] {
  const all = [
    {
      output: 'dense',
      label: 'cosine',
      published: numbers.cosine,
      score: (q, p) => cosine(q.dense, p.dense),
    },
    {
      output: 'sparse',
      label: 'lexical score',
      published: numbers.sparse,
      score: (q, p) => lexicalScore(q.sparse!, p.sparse!),
    },
    {
      output: 'tokens',
      label: 'late interaction',
      published: numbers.tokens,
      score: (q, p) => lateInteractionScore(q.tokenVectors!, p.tokenVectors!),
    },
  ] satisfies { output: EmbeddingOutput; label: string; published: number | undefined; score: Score }[];
  return all.flatMap(({ published, ...rest }) => (published === undefined ? [] : [{ ...rest, published }]));
}

/** What is published of single passages: the sum of a vector's components, its first ones, lexical weights. */
async function* publishedTextChecks(
  embedder: Embedder,
  entry: OnnxModelEntry,
  tolerance: number,
): AsyncGenerator<Check> {
  for (const { text, sum, first, weights } of entry.referenceTexts) {
    const quoted = JSON.stringify(shortened(text));
    if (sum !== undefined) {
      yield await checked(`published component sum of ${quoted}`, async () => {
        const [{ dense } = { dense: new Float32Array() }] = await embedder.embed([text], 'passage');
        const found = dense.reduce((all, x) => all + x, 0);
        return near(found, sum, 2 * tolerance, 'the components add up to');
      });
    }
    if (first !== undefined) {
      yield await checked(`published first components of ${quoted}`, async () => {
        const [{ dense } = { dense: new Float32Array() }] = await embedder.embed([text], 'passage');
        const apart = Math.max(...first.map((x, i) => Math.abs(x - dense[i]!)));
        // A component is the 30th part of a unit vector's length.
        return near(apart, 0, tolerance / 4, `the first ${first.length} are apart by at most`);
      });
    }
    if (weights === undefined) continue;
    const name = `published lexical weights of ${quoted}`;
    if (!embedder.outputs.has('sparse')) {
      yield skipped(name, 'as it is installed, the model gives no sparse vectors');
      continue;
    }
    yield await checked(name, async () => {
      const [{ sparse } = {}] = await embedder.embed([text], 'passage', { also: ['sparse'] });
      const found = new Map([...sparse!.ids].map((id, i) => [String(id), sparse!.weights[i]!]));
      const ids = new Set([...found.keys(), ...Object.keys(weights)]);
      const apart = Math.max(...[...ids].map((id) => Math.abs((found.get(id) ?? 0) - (weights[id] ?? 0))));
      return near(apart, 0, tolerance, `${ids.size} ids, apart by at most`);
    });
  }
}

function near(found: number, published: number, allowed: number, what: string): string {
  const text = `${what} ${found.toFixed(4)}${published === 0 ? '' : `, published ${published}`}`;
  if (!(Math.abs(found - published) <= allowed)) throw new Error(`${text}; ${allowed} apart is allowed`);
  return text;
}

const shortened = (text: string) => (text.length <= 30 ? text : `${text.slice(0, 29)}…`);
