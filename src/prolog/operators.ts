/** An operator and the highest priorities that its operands may have. Nothing is a postfix operator. */
export interface Operator {
  readonly priority: number;
  /** 0 for a prefix operator. */
  readonly left: number;
  readonly right: number;
}

type PrefixKind = 'fy' | 'fx';
type InfixKind = 'xfx' | 'xfy' | 'yfx';

/** No term has a higher priority than `0.8 :: head :- body`. */
export const MAX_PRIORITY = 1206;
/** In argument lists and lists a comma separates: a term of this priority or above needs brackets there. */
export const ARGUMENT_PRIORITY = 999;
export const COMMA_PRIORITY = 1000;

/** The default table of SWI-Prolog, and `::` between a confidence and the clause that it belongs to. */
const PREFIX: readonly (readonly [number, PrefixKind, string])[] = [
  [1200, 'fx', ':- ?-'],
  [
    1150,
    'fx',
    'discontiguous dynamic initialization meta_predicate module_transparent multifile public table ' +
      'thread_initialization thread_local volatile',
  ],
  [900, 'fy', '\\+'],
  [200, 'fy', '+ - \\'],
  [1, 'fx', '$'],
];

const INFIX: readonly (readonly [number, InfixKind, string])[] = [
  [1205, 'xfx', '::'],
  [1200, 'xfx', ':- --> ==> =>'],
  [1105, 'xfy', '|'],
  [1100, 'xfy', ';'],
  [1050, 'xfy', '-> *->'],
  [COMMA_PRIORITY, 'xfy', ','],
  [700, 'xfx', '< = =.. =:= =< == =@= =\\= > >= @< @=< @> @>= \\= \\== \\=@= as is :< >:< :='],
  [600, 'xfy', ':'],
  [500, 'yfx', '+ - /\\ \\/ '],
  [400, 'yfx', '* / // << >> div mod rdiv rem xor'],
  [200, 'xfx', '**'],
  [200, 'xfy', '^'],
];

function table(rows: readonly (readonly [number, PrefixKind | InfixKind, string])[]): Map<string, Operator> {
  const operators = new Map<string, Operator>();
  for (const [priority, kind, names] of rows) {
    const left = kind === 'yfx' ? priority : kind.startsWith('f') ? 0 : priority - 1;
    const right = kind === 'xfy' || kind === 'fy' ? priority : priority - 1;
    for (const name of names.split(' ').filter((each) => each !== ''))
      operators.set(name, { priority, left, right });
  }
  return operators;
}

const prefixOperators = table(PREFIX);
const infixOperators = table(INFIX);

export function prefixOperator(name: string): Operator | undefined {
  return prefixOperators.get(name);
}

export function infixOperator(name: string): Operator | undefined {
  return infixOperators.get(name);
}

/** Every operator with its kind, for tests that compare the table with an engine's. */
export function operatorTable(): { name: string; priority: number; kind: string }[] {
  return [...PREFIX, ...INFIX].flatMap(([priority, kind, names]) =>
    names
      .split(' ')
      .filter((name) => name !== '')
      .map((name) => ({ name, priority, kind })),
  );
}
