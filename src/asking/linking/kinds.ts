/** Two places are of one kind when of the one with fewer constants so large a part stands at the other, too. */
const LEAST_SHARED = 0.5;
/** Fewer constants tell nothing. */
const LEAST_CONSTANTS = 3;
/** A constant at more places than this says nothing about any pair of them. */
const MOST_PLACES = 40;

/**
 * Which places hold mostly the same constants, so that what stands at one may be asked for at the other.
 *
 * @param constants for each constant, in how many facts it stands at which place
 */
export function kindsOfPlaces(
  constants: readonly ReadonlyMap<number, number>[],
): ReadonlyMap<number, ReadonlySet<number>> {
  const sizes = new Map<number, number>();
  const shared = new Map<number, Map<number, number>>();
  for (const places of constants) {
    const at = [...places].flatMap(([place, facts]) => (facts > 0 ? [place] : []));
    for (const place of at) sizes.set(place, (sizes.get(place) ?? 0) + 1);
    if (at.length < 2 || at.length > MOST_PLACES) continue;
    for (const one of at) {
      const row = shared.get(one) ?? new Map<number, number>();
      shared.set(one, row);
      for (const other of at) if (other !== one) row.set(other, (row.get(other) ?? 0) + 1);
    }
  }
  const kinds = new Map<number, Set<number>>();
  for (const [one, row] of shared) {
    const kind = new Set([one]);
    for (const [other, count] of row) {
      const fewer = Math.min(sizes.get(one)!, sizes.get(other)!);
      if (fewer >= LEAST_CONSTANTS && count >= LEAST_SHARED * fewer) kind.add(other);
    }
    kinds.set(one, kind);
  }
  return kinds;
}
