import type { ConstantTable } from './constants.js';

/** Orders rows as the texts of the lists of their values compare (see rankAnswers). */
export function compareRows(
  columns: readonly Int32Array[],
  constants: ConstantTable,
  a: number,
  b: number,
): number {
  for (const [i, column] of columns.entries()) {
    if (column[a] === column[b]) continue;
    const end = i === columns.length - 1 ? ']' : ',';
    return constants.text(column[a]!) + end < constants.text(column[b]!) + end ? -1 : 1;
  }
  return 0;
}
