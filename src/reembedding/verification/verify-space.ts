import { sql } from 'drizzle-orm';
import type { Database } from '../../database/database.js';
import type { Embedder } from '../../embedding/embedder.js';
import { CorollaryError } from '../../errors.js';
import { type EmbeddingSpace, MAX_ATTEMPTS } from '../../retrieval/embedding-spaces.js';
import type { Verification } from '../reembedding.js';
import { sampledFacts } from '../stored-vectors.js';
import { neighbourOverlap } from './neighbour-overlap.js';
import { storedAgainstFresh } from './stored-against-fresh.js';

export interface VerifyOptions {
  /** Sentences that are embedded afresh. */
  readonly sample: number;
  /** The space whose neighbours are compared; none: they are not. */
  readonly against?: EmbeddingSpace | undefined;
  /** The overlap that it must have with `against`, in [0, 1]. Default none. */
  readonly minAgreement?: number | undefined;
  /** Which sentences are drawn. Default: the same ones each time. */
  readonly seed?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Half-precision storage, other batches and other threads cost less than a tenth of this; another model costs far more. */
const LEAST_COSINE = 0.999;
/** Half floats have 11 bits. */
const LENGTH_TOLERANCE = 0.01;
/** Each asks for two searches through everything. */
const MOST_COMPARED = 100;
const SEED = 1;

/**
 * What is wrong with a space's vectors, if anything: compares a sample with what the model says now, looks at every vector's
 * length, and at the neighbours that another space gives. Reads all vectors some hundred times with `against`.
 * @param embedder of the space's fingerprint
 * @throws CorollaryError CANCELLED; whatever the embedder throws
 */
export async function verifySpace(
  database: Database,
  embedder: Embedder,
  space: EmbeddingSpace,
  { sample, against, minAgreement, seed = SEED, signal }: VerifyOptions,
): Promise<Verification> {
  const facts = await sampledFacts(database, space, { count: sample, seed });
  throwIfAborted(signal);
  const compared = await storedAgainstFresh(database, embedder, space, facts, LEAST_COSINE, signal);
  const { cosines, withoutVector } = compared;
  const leastCosine = leastFor(compared.ownCosine);
  throwIfAborted(signal);
  const { sentences, covered, lacking, oddLength, oddDimensions } = await shapeOf(database, space);
  throwIfAborted(signal);
  const overlap =
    against === undefined
      ? null
      : await neighbourOverlap(database, space, against, {
          sample: Math.min(sample, MOST_COMPARED),
          seed,
          signal,
        });
  const coverage = sentences === 0 ? 1 : covered / sentences;
  const minCosine = cosines.reduce((least, cosine) => Math.min(least, cosine), 1);
  const meanCosine =
    cosines.length === 0 ? 1 : cosines.reduce((sum, cosine) => sum + cosine, 0) / cosines.length;
  const below = cosines.filter((cosine) => !(cosine >= leastCosine)).length;
  const faults = [
    ...(lacking > 0 ? [`${lacking} of ${sentences} sentences have no vector.`] : []),
    ...(oddDimensions > 0 ? [`${oddDimensions} vectors have not ${space.dimensions} dimensions.`] : []),
    ...(oddLength > 0 ? [`${oddLength} vectors are not of unit length, or not finite.`] : []),
    ...(below > 0
      ? [
          `${below} of ${cosines.length} stored vectors are not what ${embedder.model} gives now: the cosine is ${minCosine.toFixed(4)} at least, ${Number(leastCosine.toFixed(4))} is wanted.`,
        ]
      : []),
    ...(await indexFault(database, space)),
    ...(overlap !== null && minAgreement !== undefined && overlap < minAgreement
      ? [
          `Its ten nearest agree with those of ${against!.model} (${against!.dimensions} dimensions) for ${overlap.toFixed(3)}, at least ${minAgreement} is wanted.`,
        ]
      : []),
  ];
  return {
    sampled: cosines.length + withoutVector,
    minCosine,
    meanCosine,
    neighbourOverlapAt10: overlap,
    coverage,
    passed: faults.length === 0,
    faults,
  };
}

/**
 * What a stored vector must have in common with a fresh one: .999, unless the model's own answers for one text are less
 * alike than that; then twice their difference is allowed, since either of two may be off. Never more than .02: another
 * model differs by far more.
 */
function leastFor(ownCosine: number): number {
  return ownCosine >= LEAST_COSINE ? LEAST_COSINE : Math.max(0.98, 1 - 2 * (1 - ownCosine));
}

interface Shape {
  readonly sentences: number;
  /** Of these, how many have a vector. */
  readonly covered: number;
  /** Have none, and do not wait for one either: what was just written is no fault. */
  readonly lacking: number;
  readonly oddLength: number;
  readonly oddDimensions: number;
}

async function shapeOf(database: Database, space: EmbeddingSpace): Promise<Shape> {
  const { vectorType } = database.capabilities;
  const vector = sql.raw(`e.embedding::${vectorType}`);
  const [shape] = await database.rows<Shape>(sql`
    select count(*) as sentences, count(e.fact) as covered,
      count(*) filter (where e.fact is null and not exists (
        select from embedding_queue q where q.space = ${space.id} and q.fact = f.id and q.attempts < ${MAX_ATTEMPTS})) as lacking,
      count(*) filter (where e.fact is not null and not (abs(length - 1) <= ${LENGTH_TOLERANCE}::float8 or length = 0)) as "oddLength",
      count(*) filter (where vector_dims(${vector}) <> ${space.dimensions}::int) as "oddDimensions"
    from facts f
    left join embeddings e on e.space = ${space.id} and e.fact = f.id
    left join lateral (select sqrt(-(${vector} <#> ${vector})) as length) norm on true
    where f.knowledge_base = ${space.knowledgeBase} and f.retracted_in is null and f.sentence is not null`);
  return shape!;
}

async function indexFault(database: Database, { id }: EmbeddingSpace): Promise<string[]> {
  const [index] = await database.rows<{ valid: boolean }>(sql`
    select i.indisvalid as valid from pg_index i where i.indexrelid = to_regclass(${`embeddings_${id}_hnsw`})`);
  return index?.valid === false ? ['Its index is not complete.'] : [];
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new CorollaryError('CANCELLED', 'The verification was cancelled.');
}
