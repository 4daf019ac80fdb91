import { arithmeticPredicates } from './arithmetic-predicates.js';
import type { ValueBuiltin } from './builtin.js';
import { counting } from './counting.js';
import { dates } from './dates.js';
import { listArithmetic } from './list-arithmetic.js';
import { lists } from './lists.js';
import { orderAndKinds } from './order-and-kinds.js';
import { sets } from './sets.js';
import { sorting } from './sorting.js';
import { subText } from './sub-text.js';
import { termParts } from './term-parts.js';
import { textBuilding } from './text-building.js';
import { textConversion } from './text-conversion.js';

/** Prolog's built-ins on values by indicator, with the answers and errors that SWI-Prolog has. */
export const valueBuiltins: ReadonlyMap<string, ValueBuiltin> = new Map([
  ...arithmeticPredicates,
  ...textConversion,
  ...textBuilding,
  ...counting,
  ...listArithmetic,
  ...dates,
  ...lists,
  ...orderAndKinds,
  ...sets,
  ...sorting,
  ...termParts,
  ...subText,
]);
