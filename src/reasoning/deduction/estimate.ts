import type { Relation } from './relation.js';

const SAMPLE = 256;
const estimates = new WeakMap<Relation, Map<string, { rows: number; perKey: number }>>();

/**
 * How many rows a look-up by one value at each of these positions finds, for a value that some row has: the rows' number
 * times the chance that two rows agree there, estimated from pairs of a sample. The best single position counts.
 */
export function rowsPerKey(relation: Relation, positions: readonly number[]): number {
  const { rows, arity } = relation;
  if (rows === 0) return 0;
  if (positions.length === 0) return rows;
  if (positions.length === arity) return 1;
  return Math.max(1, Math.min(...positions.map((position) => perKey(relation, position))));
}

function perKey(relation: Relation, position: number): number {
  const own = estimates.get(relation) ?? new Map<string, { rows: number; perKey: number }>();
  estimates.set(relation, own);
  const name = String(position);
  const known = own.get(name);
  if (known !== undefined && known.rows * 2 > relation.rows) return known.perKey;
  const keys = relation.keysOf([position]);
  const result = keys === undefined ? sampled(relation, position) : relation.rows / keys;
  own.set(name, { rows: relation.rows, perKey: result });
  return result;
}

function sampled({ rows, columns }: Relation, position: number): number {
  const column = columns[position]!;
  const size = Math.min(SAMPLE, rows);
  const counts = new Map<number, number>();
  for (let i = 0; i < size; i++) {
    const value = column[Math.floor((i * rows) / size)]!;
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  let pairs = 0;
  for (const count of counts.values()) pairs += count * (count - 1);
  return size < 2 ? 1 : (rows * pairs) / (size * (size - 1));
}
