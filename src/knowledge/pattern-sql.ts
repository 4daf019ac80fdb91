import { type SQL, sql } from 'drizzle-orm';
import { CorollaryError } from '../errors.js';
import { encodeStored } from '../prolog/stored-term.js';
import { CONS, type Compound, compound, type Term } from '../prolog/term.js';
import { isGround } from '../prolog/variables.js';
import { writeTerm } from '../prolog/writer.js';
import { argumentKey, factHash } from './argument-keys.js';

/** Deeper terms are in no fact. */
const DEEPEST = 200;
/** Lists with open tails within each other: each doubles the places that a value may lie at. */
const MOST_OPEN_LISTS = 6;

/**
 * The facts `f` that unify with `pattern`, entirely in SQL: ground arguments by their keys (see
 * argument-keys.ts), everything else by its path in the stored arguments (see prolog/stored-term.ts).
 *
 * @throws CorollaryError BAD_INPUT for a pattern that is nested too deeply
 */
export function patternSql(pattern: Term): SQL {
  if (pattern.kind === 'variable') return sql`true`;
  if (pattern.kind !== 'atom' && pattern.kind !== 'compound') return sql`false`;
  if (isGround(pattern)) {
    const prolog = writeTerm(pattern);
    return sql`f.hash = decode(${factHash(prolog)}, 'hex') and f.prolog = ${prolog}`;
  }
  const { name, args } = pattern as Compound;
  // No fact's name holds what PostgreSQL cannot store.
  if (name.includes('\0')) return sql`false`;
  const ground = args
    .map((argument, position) => ({ argument, position }))
    .filter(({ argument }) => isGround(argument));
  const keys = ground.map(
    ({ argument, position }) => sql`${argumentKey(name, args.length, position, writeTerm(argument))}::bigint`,
  );
  const matching = new Matching();
  for (const [position, argument] of args.entries()) matching.match(argument, [{ path: [position] }], 0, 0);
  return sql.join(
    [
      sql`f.predicate = ${name} and f.arity = ${args.length}`,
      ...(keys.length === 0 ? [] : [sql`f.argument_keys @> array[${sql.join(keys, sql`, `)}]`]),
      ...matching.conditions,
    ],
    sql` and `,
  );
}

/** Where a value lies within `f.arguments`; with `from`, the elements of the list there from that one on. */
interface Place {
  readonly path: readonly (string | number)[];
  readonly from?: number;
}

class Matching {
  readonly conditions: SQL[] = [];
  readonly #variables = new Map<string, SQL>();

  /** Adds what must hold for the value to unify with `pattern`; of its possible `places` one at most has a value. */
  match(pattern: Term, places: readonly Place[], depth: number, openLists: number): void {
    if (depth > DEEPEST)
      throw new CorollaryError('BAD_INPUT', `A pattern is nested at most ${DEEPEST} levels deep`);
    const value = valueAt(places);
    if (pattern.kind === 'variable') {
      const bound = this.#variables.get(pattern.name);
      if (bound === undefined) this.#variables.set(pattern.name, value);
      else this.conditions.push(sql`${value} = ${bound}`);
    } else if (isGround(pattern)) {
      this.conditions.push(sql`${value} = ${JSON.stringify(encodeStored(pattern))}::jsonb`);
    } else if (pattern.kind === 'compound') {
      if (pattern.name === CONS && pattern.args.length === 2)
        this.#matchList(pattern, places, value, depth, openLists);
      else this.#matchCompound(pattern, places, value, depth, openLists);
    }
  }

  #matchCompound(
    { name, args }: Compound,
    places: readonly Place[],
    value: SQL,
    depth: number,
    openLists: number,
  ): void {
    this.#isCompound(value, name, args.length);
    for (const [at, argument] of args.entries())
      this.match(argument, within(places, 't', at), depth + 1, openLists);
  }

  /** A proper list lies as an array; a list that ends in another term as compounds, cell by cell. */
  #matchList(
    pattern: Compound,
    places: readonly Place[],
    value: SQL,
    depth: number,
    openLists: number,
  ): void {
    const { items, tail } = cells(pattern);
    const isProper = tail.kind === 'atom' && tail.name === '[]';
    const isOpen = tail.kind === 'variable';
    if (isOpen && openLists >= MOST_OPEN_LISTS) {
      throw new CorollaryError(
        'BAD_INPUT',
        `At most ${MOST_OPEN_LISTS} lists with open tails lie within each other in a pattern`,
      );
    }
    const toCell = (at: number) => Array.from({ length: at }, () => ['t', 1] as const).flat();
    if (isProper) {
      this.conditions.push(sql`jsonb_typeof(${value}) = 'array'`, hasLength(value, items.length));
    } else {
      const improper = new Matching();
      for (const at of items.keys()) improper.#isCompound(valueAt(within(places, ...toCell(at))), CONS, 2);
      const chain = sql.join(improper.conditions, sql` and `);
      const array = sql`jsonb_typeof(${value}) = 'array' and ${valueAt(within(places, items.length - 1))} is not null`;
      this.conditions.push(isOpen ? sql`((${array}) or (${chain}))` : chain);
    }
    for (const [at, item] of items.entries()) {
      const inArray = within(places, at);
      const inCells = within(places, ...toCell(at), 't', 0);
      const alternatives = isProper ? inArray : isOpen ? [...inArray, ...inCells] : inCells;
      this.match(item, alternatives, depth + 1, openLists + (isOpen ? 1 : 0));
    }
    if (isProper) return;
    const inCells = within(places, ...toCell(items.length));
    const inArray = places.map(({ path }) => ({ path, from: items.length }));
    this.match(tail, isOpen ? [...inArray, ...inCells] : inCells, depth + 1, openLists);
  }

  #isCompound(value: SQL, name: string, arity: number): void {
    const { c } = encodeStored(compound(name)) as { c: unknown };
    this.conditions.push(
      sql`${value} -> 'c' = ${JSON.stringify(c)}::jsonb`,
      hasLength(sql`(${value} -> 't')`, arity),
    );
  }
}

/** The last element is there, and none behind it: unlike jsonb_array_length this fails on no value. */
function hasLength(array: SQL, length: number): SQL {
  return sql`${array} -> ${length - 1}::int is not null and ${array} -> ${length}::int is null`;
}

function cells(list: Compound): { items: Term[]; tail: Term } {
  const items: Term[] = [];
  let tail: Term = list;
  while (tail.kind === 'compound' && tail.name === CONS && tail.args.length === 2) {
    items.push(tail.args[0]!);
    tail = tail.args[1]!;
  }
  return { items, tail };
}

function within(places: readonly Place[], ...steps: readonly (string | number)[]): Place[] {
  return places.map(({ path }) => ({ path: [...path, ...steps] }));
}

function valueAt(places: readonly Place[]): SQL {
  const values = places.map(({ path, from }) => {
    const value = sql`(f.arguments #> ${`{${path.join()}}`}::text[])`;
    if (from === undefined) return value;
    return sql`case when jsonb_typeof(${value}) = 'array'
      then jsonb_path_query_array(${value}, ${`$[${from} to last]`}::jsonpath) end`;
  });
  return values.length === 1 ? values[0]! : sql`coalesce(${sql.join(values, sql`, `)})`;
}
