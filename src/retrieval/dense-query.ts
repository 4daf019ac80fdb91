import { type SQL, sql } from 'drizzle-orm';
import type { Connection } from '../database/database.js';
import { vectorBytes } from '../database/vector-bytes.js';
import type { ActiveSpace, EmbeddingSpace } from './embedding-spaces.js';
import type { FactScope } from './live-facts.js';

export interface DenseHit {
  readonly fact: number;
  /** In [-1, 1]. */
  readonly cosine: number;
}

/** What facts are compared with: a vector of the space ([dimensions] float32), or the stored one of a fact. */
export type Probe = { readonly vector: Float32Array } | { readonly storedVectorOf: number };

export interface DenseQuery {
  readonly space: ActiveSpace;
  readonly probe: Probe;
  readonly scope: FactScope;
  readonly limit: number;
  /** Whether an index or a side table of bits may be used, which misses about one in a hundred. Default no. */
  readonly approximate?: boolean;
}

export interface DenseOutcome {
  readonly hits: DenseHit[];
  /** Certainly the nearest: every vector that might be one of them was compared. */
  readonly exact: boolean;
}

/** A row of a statement that compares. */
export interface Compared {
  readonly fact: number;
  readonly distance: number | null;
}

/** As a statement that looks at the facts of the nearest says it: which of them may be returned. */
export type Looked = Compared & { readonly live: boolean };

export const vectorTypeOf = (
  { capabilities: { vectorType } }: Connection,
  { dimensions }: EmbeddingSpace,
): SQL => sql.raw(`${vectorType}(${dimensions})`);

/** The vector to compare with, of type `type`. */
export function probeSql({ capabilities }: Connection, probe: Probe, type: SQL, space: EmbeddingSpace): SQL {
  return 'vector' in probe
    ? sql`${vectorBytes(probe.vector, capabilities.vectorType)}::${type}`
    : sql`(select p.embedding::${type} from embeddings p
           where p.space = ${space.id} and p.fact = ${probe.storedVectorOf})`;
}

/** The distance to a vector that is all zero is NaN, to one that is gone null; PostgreSQL sorts both last. */
export function hitsOf(rows: readonly Compared[]): DenseHit[] {
  return rows.flatMap(({ fact, distance }) =>
    distance === null || Number.isNaN(distance)
      ? []
      : [{ fact, cosine: Math.max(-1, Math.min(1, 1 - distance)) }],
  );
}
