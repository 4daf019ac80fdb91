import { compareTerms } from '../../prolog/compare.js';
import type { ConstantTable } from './constants.js';

/** Orders rows by the standard order of their values, column by column. */
export function compareRows(
  columns: readonly Int32Array[],
  constants: ConstantTable,
  a: number,
  b: number,
): number {
  for (const column of columns) {
    if (column[a] === column[b]) continue;
    return compareTerms(constants.term(column[a]!), constants.term(column[b]!));
  }
  return 0;
}
