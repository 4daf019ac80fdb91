import { sql } from 'drizzle-orm';
import type { Connection, Database } from '../../database/database.js';
import type { Embedder } from '../../embedding/embedder.js';
import { CorollaryError } from '../../errors.js';
import type { EmbeddingSpace } from '../../retrieval/embedding-spaces.js';
import type { ProjectionRequest } from '../reembedding.js';
import { sampledFacts, storedVectors } from '../stored-vectors.js';
import { GraphProjection } from './graph-projection.js';
import { learnInThread } from './learning-thread.js';
import { LinearProjection } from './linear-projection.js';
import { ProjectedEmbedder } from './projected-embedder.js';
import type { Projection, ProjectionMethod } from './projection.js';
import { readProjectionBytes } from './projection-bytes.js';

/** What a projection is learned from, at most: 40 MB of 1,024 dimensions. */
const SAMPLE = 10_000;
/** Any number: the same sentences give the same projection. */
const SEED = 20_051_104;
const READ_AT_ONCE = 250;

/**
 * Learns a projection from the stored vectors of `space`, or tries a graph on them, and stores it for all servers. Takes
 * seconds for 1,024 dimensions, in a thread of its own.
 * @returns the id of its row in `projections`
 * @throws CorollaryError BAD_INPUT for a space that is projected itself, one without vectors, or a request that does not fit
 * them; CANCELLED
 */
export async function learnProjection(
  database: Database,
  space: EmbeddingSpace,
  request: ProjectionRequest,
  signal: AbortSignal,
): Promise<number> {
  if (space.projection !== null) {
    throw new CorollaryError(
      'BAD_INPUT',
      `The vectors of ${space.model} (${space.dimensions} dimensions) that are stored are projected already: ` +
        'derive the space from the vectors of the model itself.',
      { space: space.id },
    );
  }
  const { dimensions } = request;
  if (
    dimensions != null &&
    (!Number.isInteger(dimensions) || dimensions < 1 || dimensions > space.dimensions)
  ) {
    throw new CorollaryError(
      'BAD_INPUT',
      `projection.dimensions is a whole number from 1 to ${space.dimensions}, not ${dimensions}.`,
      { dimensions, most: space.dimensions },
    );
  }
  const sample = await sampleOf(database, space, signal);
  await using projection = disposable(await made(request, space, sample, signal));
  return store(database, space, projection.of, sample.length);
}

async function made(
  { method, dimensions, graph }: ProjectionRequest,
  space: EmbeddingSpace,
  sample: readonly Float32Array[],
  signal: AbortSignal,
): Promise<Projection> {
  if (method === 'GRAPH') {
    if (graph === undefined)
      throw new CorollaryError('BAD_INPUT', 'A projection by a graph needs the graph.');
    const projection = await GraphProjection.tried(graph, sample.slice(0, 512));
    if (dimensions == null || dimensions === projection.to) return projection;
    await projection.stop();
    throw new CorollaryError(
      'BAD_INPUT',
      `The graph gives vectors of ${projection.to} dimensions, not ${dimensions}.`,
      { dimensions, given: projection.to },
    );
  }
  if (graph !== undefined) throw new CorollaryError('BAD_INPUT', `${method} is learned: it takes no graph.`);
  const vectors = new Float32Array(sample.length * space.dimensions);
  sample.forEach((vector, row) => {
    vectors.set(vector, row * space.dimensions);
  });
  const task = { method, vectors, from: space.dimensions, dimensions: dimensions ?? undefined };
  return learnInThread(task, signal);
}

async function sampleOf(
  database: Database,
  space: EmbeddingSpace,
  signal: AbortSignal,
): Promise<Float32Array[]> {
  const facts = await sampledFacts(database, space, { count: SAMPLE, seed: SEED });
  const sample: Float32Array[] = [];
  for (let start = 0; start < facts.length; start += READ_AT_ONCE) {
    if (signal.aborted) throw new CorollaryError('CANCELLED', 'Learning the projection was cancelled.');
    const batch = facts.slice(start, start + READ_AT_ONCE);
    const vectors = await storedVectors(database, space.id, batch);
    // In the order of the draw: sums depend on their order.
    sample.push(...batch.flatMap((fact) => vectors.get(fact) ?? []));
  }
  return sample;
}

async function store(
  database: Database,
  space: EmbeddingSpace,
  projection: Projection,
  sampled: number,
): Promise<number> {
  const { method, from, to, checksum } = projection;
  const details = {
    sampled,
    seed: SEED,
    ...(projection instanceof LinearProjection && { varianceKept: projection.varianceKept }),
  };
  const [row] = await database.rows<{ id: number }>(sql`
    insert into projections (knowledge_base, method, fingerprint, input_dimensions, dimensions, data, checksum, details)
    values (${space.knowledgeBase}, ${method}, ${space.fingerprint}, ${from}, ${to}, ${projection.bytes()}::bytea,
      ${checksum}, ${JSON.stringify(details)}::jsonb)
    returning id`);
  return row!.id;
}

/** What is known of a projection without opening it. */
export interface ProjectionDescription {
  readonly method: ProjectionMethod;
  /** Length of the vectors that it takes. */
  readonly inputDimensions: number;
  readonly checksum: string;
  /** In (0, 1]; null for a graph. */
  readonly varianceKept: number | null;
}

export async function describeProjection(
  connection: Connection,
  id: number,
): Promise<ProjectionDescription | undefined> {
  const [row] = await connection.rows<ProjectionDescription>(sql`
    select method, input_dimensions as "inputDimensions", checksum, (details->>'varianceKept')::float8 as "varianceKept"
    from projections where id = ${id}`);
  return row;
}

/**
 * A projection that was stored, to be stopped in the end.
 * @throws CorollaryError EMBEDDING_SPACE_UNAVAILABLE when it is no more, or this server cannot run it
 */
export async function openProjection(connection: Connection, id: number): Promise<Projection> {
  const [row] = await connection.rows<{ data: Uint8Array; checksum: string }>(sql`
    select data, checksum from projections where id = ${id}`);
  if (row === undefined) {
    throw new CorollaryError('EMBEDDING_SPACE_UNAVAILABLE', 'The projection of this space is no more.');
  }
  const projection = await fromBytes(row.data);
  if (projection.checksum === row.checksum) return projection;
  await projection.stop();
  throw new CorollaryError(
    'EMBEDDING_SPACE_UNAVAILABLE',
    'The stored projection is damaged: its checksum is another.',
  );
}

async function fromBytes(bytes: Uint8Array): Promise<Projection> {
  const { header, body } = readProjectionBytes(bytes);
  const { method, from, to, quantiles, varianceKept = 1 } = header;
  if (method === 'GRAPH') return GraphProjection.stored(body, from, to, quantiles);
  // A copy, since the header's length may leave the numbers at an odd address.
  const numbers = new Float32Array(body.slice().buffer);
  const mean = numbers.subarray(0, from);
  const matrix = numbers.subarray(from);
  return new LinearProjection({ method, from, to, mean, matrix, quantiles, varianceKept });
}

/**
 * What computes queries and new sentences for a space with projection `id`. Stops `base` with it.
 * @param base with the fingerprint that the projection was learned for
 * @throws CorollaryError EMBEDDING_SPACE_UNAVAILABLE
 */
export async function openProjected(
  connection: Connection,
  base: Embedder,
  id: number,
): Promise<ProjectedEmbedder> {
  return new ProjectedEmbedder(base, await openProjection(connection, id));
}

const disposable = (of: Projection) => ({ of, [Symbol.asyncDispose]: () => of.stop() });
