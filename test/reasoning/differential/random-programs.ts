import fc from 'fast-check';

/** What the values of an argument are; predicates are joined on arguments of one sort only. */
type Sort = 'name' | 'number' | 'list';

interface Predicate {
  readonly name: string;
  readonly sorts: readonly Sort[];
  /** Rules call what is not above them, and negate or aggregate over what is below; stored predicates are at -1. */
  readonly level: number;
}

export interface RandomFact {
  readonly prolog: string;
  readonly confidence: number;
}

/** A stratified program whose rules are safe and whose built-ins have their inputs, with questions about it. */
export class RandomProgram {
  constructor(
    readonly facts: readonly RandomFact[],
    /** Source of a rule module. */
    readonly rules: string,
    readonly goals: readonly string[],
    /** `name/arity` of the predicates with rules. */
    readonly derived: readonly string[],
    /** Facts that may be supposed; none of them is among `facts`. */
    readonly suppositions: readonly RandomFact[],
  ) {}

  [fc.toStringMethod](): string {
    return [
      '',
      ...this.facts.map(factText),
      this.rules.trim(),
      ...this.goals.map((goal) => `?- ${goal}.`),
      ...(this.suppositions.length > 0 ? [`supposed: ${this.suppositions.map(factText).join(' ')}`] : []),
      '',
    ].join('\n');
  }
}

export const factText = ({ prolog, confidence }: RandomFact): string =>
  confidence === 1 ? `${prolog}.` : `${confidence} :: ${prolog}.`;

export interface ProgramOptions {
  /**
   * `exact`: products of confidences are exact, so that scores are equal whatever the order of multiplication and ties
   * are ties. `rough`: decimals, whose products are rounded.
   */
  readonly confidences?: 'exact' | 'rough';
  /** Default true. */
  readonly recursion?: boolean;
  /** Quoted texts; default true. */
  readonly strings?: boolean;
  /** Arguments a predicate may have; default 3. */
  readonly mostArguments?: number;
  /** Rules a predicate may have; default 3. Fewer keep the number of proofs small. */
  readonly mostRules?: number;
}

const CONFIDENCES = { exact: [1, 0.5, 0.75, 0.25], rough: [1, 0.9, 0.7, 0.3, 0.35, 0.81] };
// Some come more often than others, so that joins find something.
const NAMES = ['a', 'b', 'a', 'b', "'C d'", '"e f"'];
const NUMBERS = ['1', '2', '1', '0', '3'];
const links: readonly Sort[] = ['name', 'name'];
const LISTS = ['[]', '[a]', '[a,b]'];

/** Programs of every construct, and closures whose proofs are deep. */
export const anyProgram = (options: ProgramOptions = {}): fc.Arbitrary<RandomProgram> =>
  fc.oneof({ weight: 3, arbitrary: randomProgram(options) }, randomClosure(options));

export interface ClosureOptions extends ProgramOptions {
  /** Default 5. */
  readonly nodes?: number;
  /** At most; default 14. */
  readonly edges?: number;
}

/** Predicates that call each other along the edges of a graph with cycles: linearly or not, to the left or right. */
export function randomClosure({
  confidences = 'exact',
  nodes = 5,
  edges = 14,
}: ClosureOptions = {}): fc.Arbitrary<RandomProgram> {
  const confidence = fc.constantFrom(...CONFIDENCES[confidences]);
  const node = fc.constantFrom(...Array.from({ length: nodes }, (_, i) => `n${i}`));
  const edge = fc.constantFrom('f0', 'f1');
  const way = fc.constantFrom('p0', 'p1', 'p2');
  const link = fc.oneof(edge, way);
  const fact = (predicate: fc.Arbitrary<string>) =>
    fc.record({ name: predicate, from: node, to: node, confidence }).map(
      ({ name, from, to, confidence: weight }): RandomFact => ({
        prolog: `${name}(${from},${to})`,
        confidence: weight,
      }),
    );
  const selector = ({ prolog }: RandomFact) => prolog;
  return fc
    .record({
      facts: fc.uniqueArray(fact(edge), {
        minLength: Math.floor(edges / 7),
        maxLength: edges,
        size: 'max',
        selector,
      }),
      bases: fc.tuple(edge, edge, edge),
      chains: fc.array(fc.record({ confidence, head: way, first: link, second: link }), {
        minLength: 1,
        maxLength: 5,
      }),
      ways: fc.tuple(way, way),
      node,
      suppositions: fc.uniqueArray(fact(edge), { maxLength: 3, selector }),
    })
    .map(({ facts, bases, chains, ways: [one, other], node: start, suppositions }) => {
      const known = new Set(facts.map(selector));
      return new RandomProgram(
        facts,
        [
          ':- dynamic f0/2, f1/2.',
          ...bases.map((base, i) => `p${i}(X, Y) :- ${base}(X, Y).`),
          ...chains.map((chain) =>
            clauseText(
              chain.confidence,
              `${chain.head}(X, Z) :- ${chain.first}(X, Y), ${chain.second}(Y, Z).`,
            ),
          ),
          `q(X, Y) :- ${one}(X, Y), \\+ ${other}(Y, X).`,
          `q(X, X) :- ${one}(X, X), aggregate_all(count, f0(X, _), N), N > 1.`,
          '',
        ].join('\n'),
        [`${one}(X, Y)`, `${one}(${start}, Y)`, `${one}(X, Y), ${other}(Y, Z)`, `${other}(X, X)`, 'q(X, Y)'],
        ['p0/2', 'p1/2', 'p2/2', 'q/2'],
        suppositions.filter((each) => !known.has(each.prolog)),
      );
    });
}

export function randomProgram({
  confidences = 'exact',
  recursion = true,
  strings = true,
  mostArguments = 3,
  mostRules = 3,
}: ProgramOptions = {}): fc.Arbitrary<RandomProgram> {
  const weights = CONFIDENCES[confidences];
  const choice = fc.nat(1_023);
  const choices = fc.array(choice, { minLength: 3, maxLength: 3 });
  const storedSort = fc.constantFrom<Sort>('name', 'name', 'number');
  const derivedSort = fc.constantFrom<Sort>(
    'name',
    'name',
    'name',
    'name',
    'number',
    'number',
    'number',
    'list',
  );
  const sorts = (sort: fc.Arbitrary<Sort>) =>
    fc
      .tuple(fc.constantFrom(2, 1, 2, 2, 3), fc.array(sort, { minLength: 3, maxLength: 3 }))
      .map(([arity, all]) => all.slice(0, Math.min(arity, mostArguments)));
  const confidence = fc.constantFrom(...weights, 1);
  const fact = fc.record({ predicate: choice, values: choices, confidence });
  const goal: fc.Arbitrary<GoalSeed> = fc.record({ kind: choice, predicate: choice, choices, more: choices });
  const rule: fc.Arbitrary<RuleSeed> = fc.record({
    confidence,
    shape: fc.nat(2),
    body: fc.oneof(
      fc.array(goal, { minLength: 1, maxLength: 2 }),
      fc.array(goal, { minLength: 2, maxLength: 4 }),
    ),
    head: choices,
  });
  return fc
    .record({
      stored: fc.array(sorts(storedSort), { minLength: 1, maxLength: 3 }),
      facts: fc.array(fact, { minLength: 4, maxLength: 20 }),
      derived: fc.array(
        fc.record({
          level: fc.nat(2),
          sorts: fc.oneof({ weight: 2, arbitrary: sorts(derivedSort) }, fc.constant(links)),
          rules: fc.array(rule, { minLength: 1, maxLength: mostRules }),
        }),
        { minLength: 2, maxLength: 6 },
      ),
      goals: fc.array(fc.array(goal, { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 3 }),
      suppositions: fc.array(fact, { maxLength: 3 }),
    })
    .map((seed) => {
      const domain: Domain = {
        name: strings ? NAMES : NAMES.filter((name) => !name.startsWith('"')),
        number: NUMBERS,
        list: LISTS,
      };
      const stored = [links, ...seed.stored].map(
        (sorts, i): Predicate => ({ name: `f${i}`, sorts, level: -1 }),
      );
      const derived = seed.derived.map(
        // Without recursion each predicate is a level of its own, and a rule calls lower ones only.
        ({ level, sorts }, i): Predicate => ({ name: `p${i}`, sorts, level: recursion ? level : i }),
      );
      const all = [...stored, ...derived];
      const rules = seed.derived.flatMap((definition, i) =>
        definition.rules.map((ruleSeed, n) => {
          const { level } = derived[i]!;
          const callable = all.filter((other) => (recursion ? other.level <= level : other.level < level));
          // The first rule of a predicate rests on facts first, so that there is something to begin with.
          const [first, ...rest] = ruleSeed.body as [GoalSeed, ...GoalSeed[]];
          const body = n === 0 ? [{ ...first, kind: 0 }, ...rest.slice(0, 1)] : ruleSeed.body;
          return ruleText(derived[i]!, { ...ruleSeed, body }, { stored, all: callable, domain });
        }),
      );
      const goals = seed.goals.map((body, i) => {
        const builder = new BodyBuilder({ stored, all, domain }, Number.POSITIVE_INFINITY);
        // The first question is about a predicate with rules, and about nothing else.
        if (i === 0) builder.literal(body[0]!.choices, derived[body[0]!.predicate % derived.length]!);
        else for (const part of body) builder.add(part);
        return builder.question();
      });
      const facts = new Map<string, RandomFact>();
      const factOf = ({ predicate, values, confidence: weight }: (typeof seed.facts)[number]): RandomFact => {
        const { name, sorts } = all[predicate % all.length]!;
        const args = sorts.map((sort, i) => domain[sort][values[i]! % domain[sort].length]!);
        return { prolog: `${name}(${args.join(',')})`, confidence: weight };
      };
      for (const each of seed.facts) {
        const made = factOf({ ...each, predicate: withFew(each.predicate, stored.length, derived.length) });
        facts.set(made.prolog, made);
      }
      const supposed = new Map<string, RandomFact>();
      for (const each of seed.suppositions) {
        const made = factOf({ ...each, predicate: each.predicate % stored.length });
        if (!facts.has(made.prolog)) supposed.set(made.prolog, made);
      }
      const indicators = (predicates: readonly Predicate[]) =>
        predicates.map(({ name, sorts }) => `${name}/${sorts.length}`);
      return new RandomProgram(
        [...facts.values()],
        [`:- dynamic ${indicators(stored).join(', ')}.`, ...rules, ''].join('\n'),
        goals,
        indicators(derived),
        [...supposed.values()],
      );
    });
}

/** Of many choices some: seven in eight are stored predicates, the rest predicates that have rules too. */
const withFew = (choice: number, stored: number, derived: number): number =>
  choice % 8 === 7 ? stored + ((choice >> 3) % derived) : (choice >> 3) % stored;

type Domain = Readonly<Record<Sort, readonly string[]>>;

interface Surroundings {
  readonly stored: readonly Predicate[];
  /** What may be called. */
  readonly all: readonly Predicate[];
  readonly domain: Domain;
}

interface GoalSeed {
  readonly kind: number;
  readonly predicate: number;
  readonly choices: readonly number[];
  readonly more: readonly number[];
}

interface RuleSeed {
  /** 2: a chain where there can be one. */
  readonly shape: number;
  readonly confidence: number;
  readonly body: readonly GoalSeed[];
  readonly head: readonly number[];
}

function ruleText(
  predicate: Predicate,
  { confidence, shape, body, head }: RuleSeed,
  around: Surroundings,
): string {
  const links = around.all.filter(isBinary);
  if (shape === 2 && links.length > 0 && isBinary(predicate)) {
    const [first, second] = head.map((choice) => of(links, choice).name);
    return clauseText(confidence, `${predicate.name}(X, Z) :- ${first}(X, Y), ${second}(Y, Z).`);
  }
  const builder = new BodyBuilder(around, predicate.level);
  for (const goal of body) builder.add(goal);
  if (builder.isRecursive) builder.boundNumbers();
  const args = predicate.sorts.map((sort, i) => builder.known(sort, head[i]!));
  return clauseText(confidence, `${predicate.name}(${args.join(', ')}) :- ${builder.text()}.`);
}

const clauseText = (confidence: number, clause: string): string =>
  confidence === 1 ? clause : `${confidence} :: ${clause}`;

/** Two names: such predicates make chains, and so closures, linear ones and others, and round cycles. */
const isBinary = ({ sorts }: Predicate): boolean => sorts.join() === 'name,name';

/** Puts goals one after the other and knows which variables have values by then. */
class BodyBuilder {
  readonly #goals: string[] = [];
  #bound: Record<Sort, string[]> = { name: [], number: [], list: [] };
  /** Numbers that were computed, and so can grow round a recursion. */
  readonly #computed: string[] = [];
  #made = 0;
  isRecursive = false;

  constructor(
    readonly around: Surroundings,
    readonly level: number,
    inside?: BodyBuilder,
  ) {
    if (inside === undefined) return;
    this.#made = inside.#made;
    this.#bound = Object.fromEntries(
      Object.entries(inside.#bound).map(([sort, names]) => [sort, [...names]]),
    ) as Record<Sort, string[]>;
  }

  text(): string {
    return this.#goals.length === 0 ? 'true' : this.#goals.join(', ');
  }

  /** As a question: variables without a value at its end begin with `_`, and so are no part of its answers. */
  question(): string {
    const bound = new Set(Object.values(this.#bound).flat());
    return this.text().replaceAll(/\b[XNL]\d+\b/g, (name) => (bound.has(name) ? name : `_${name}`));
  }

  add({ kind, predicate, choices, more }: GoalSeed): void {
    const { stored, all } = this.around;
    const [a, b, c] = choices as [number, number, number];
    const any = all[predicate % all.length]!;
    const kinds: (() => void)[] = [
      () => this.literal(choices, stored[predicate % stored.length]!),
      () => this.literal(choices, any),
      () => this.literal(choices, any),
      () => this.literal(choices, all.at(-1 - (predicate % Math.min(2, all.length)))!),
      () => this.#goals.push(this.#test(a, b, c)),
      () => this.#negation(predicate, choices, more),
      () => this.#arithmetic(a, b, c),
      () => this.#disjunction(predicate, choices, more),
      () => this.#ifThenElse(predicate, choices, more),
      () => this.#aggregate(predicate, choices, more),
      () => this.#choose(a, b),
    ];
    // Half of all goals are calls.
    kinds[kind % 2 === 0 ? (kind >> 1) % 4 : (kind >> 1) % kinds.length]!();
  }

  literal(choices: readonly number[], { name, sorts, level }: Predicate): void {
    if (level >= 0 && level === this.level) this.isRecursive = true;
    this.#goals.push(`${name}(${sorts.map((sort, i) => this.#any(sort, choices[i]!)).join(', ')})`);
  }

  /** Keeps computed numbers within bounds, so that a recursion comes to an end. */
  boundNumbers(): void {
    for (const name of this.#computed) this.#goals.push(`${name} >= 0`, `${name} =< 5`);
  }

  /** A variable that has a value, or a constant where there is none. */
  known(sort: Sort, choice: number): string {
    const bound = this.#bound[sort];
    return bound.length === 0 || choice % 8 === 7
      ? this.#constant(sort, choice >> 3)
      : of(bound, choice >> 3);
  }

  #constant(sort: Sort, choice: number): string {
    return of(this.around.domain[sort], choice);
  }

  /** In a call: a variable with or without a value, a constant, or `_`. */
  #any(sort: Sort, choice: number): string {
    const kind = choice % 16;
    if (kind < 6 && this.#bound[sort].length > 0) return of(this.#bound[sort], choice >> 4);
    if (kind < 14 || sort === 'list') return this.#fresh(sort);
    return kind === 14 ? this.#constant(sort, choice >> 4) : '_';
  }

  #fresh(sort: Sort): string {
    const name = `${{ name: 'X', number: 'N', list: 'L' }[sort]}${this.#made++}`;
    this.#bound[sort].push(name);
    return name;
  }

  #test(a: number, b: number, c: number): string {
    if (a % 2 === 0) {
      const operator = of(['<', '>=', '=<', '>', '=:=', '=\\='], a >> 1);
      return `${this.known('number', b)} ${operator} ${this.known('number', c)}`;
    }
    const operator = of(['\\==', '==', '@<', '@>='], a >> 1);
    return `${this.known('name', b)} ${operator} ${this.known('name', c)}`;
  }

  /** What is below this level, or stored. */
  #below(predicate: number): Predicate {
    const below = this.around.all.filter(({ level }) => level < this.level);
    return below[predicate % below.length]!;
  }

  #inside(): BodyBuilder {
    return new BodyBuilder(this.around, this.level, this);
  }

  #negation(predicate: number, choices: readonly number[], more: readonly number[]): void {
    const inside = this.#inside();
    const { name, sorts } = this.#below(predicate);
    if (more[0]! % 3 === 2) {
      // With variables of its own, and a test on them.
      inside.literal(choices, { name, sorts, level: -1 });
      inside.#goals.push(inside.#test(more[0]! >> 2, more[1]!, more[2]!));
    } else {
      const args = sorts.map((sort, i) => (choices[i]! % 5 === 4 ? '_' : inside.known(sort, choices[i]!)));
      inside.#goals.push(`${name}(${args.join(', ')})`);
    }
    // Its variables are its own: none of the same name comes later.
    this.#made = inside.#made;
    this.#goals.push(`\\+ ${inside.#enclosed()}`);
  }

  #arithmetic(a: number, b: number, c: number): void {
    const [left, right] = [this.known('number', b), this.known('number', c)];
    const expression = of(
      [`${left} + 1`, `${left} - ${right}`, `${left} * 2 - ${right}`, `${left} + ${right}`],
      a,
    );
    const name = this.#fresh('number');
    this.#computed.push(name);
    this.#goals.push(`${name} is ${expression}`);
  }

  /** Only what both branches give a value to has one afterwards. */
  #disjunction(predicate: number, choices: readonly number[], more: readonly number[]): void {
    const { stored, all } = this.around;
    const [left, right] = [this.#inside(), this.#inside()];
    left.literal(choices, of(all, predicate));
    if (more[0]! % 4 === 3) left.#goals.push(left.#test(more[0]! >> 2, more[1]!, more[2]!));
    if (more[0]! % 8 === 1) right.#goals.push(right.#test(more[0]! >> 3, more[1]!, more[2]!));
    else right.literal(more, of(more[0]! % 2 === 0 ? stored : all, predicate >> 3));
    this.#join(left, right);
    this.#goals.push(`( ${left.text()} ; ${right.text()} )`);
  }

  /** The condition is a test, or asks for one stored fact. */
  #ifThenElse(predicate: number, choices: readonly number[], more: readonly number[]): void {
    const { stored, all } = this.around;
    const [a, b, c] = more as [number, number, number];
    let condition = this.#test(a >> 1, b, c);
    if (a % 2 === 1) {
      const { name, sorts } = of(stored, predicate);
      condition = `${name}(${sorts.map((sort, i) => this.known(sort, more[i]! >> 1)).join(', ')})`;
    }
    const [then, otherwise] = [this.#inside(), this.#inside()];
    then.literal(choices, of(all, predicate >> 2));
    if (b % 4 === 0) otherwise.#goals.push('fail');
    else if (b % 4 === 1) otherwise.#goals.push(otherwise.#test(b >> 2, c, a));
    else otherwise.literal(more, of(all, predicate >> 4));
    this.#join(then, otherwise);
    this.#goals.push(`( ${condition} -> ${then.text()} ; ${otherwise.text()} )`);
  }

  #join(left: BodyBuilder, right: BodyBuilder): void {
    for (const sort of ['name', 'number', 'list'] as const) {
      this.#bound[sort] = left.#bound[sort].filter((name) => right.#bound[sort].includes(name));
    }
    this.#made = Math.max(left.#made, right.#made);
    this.isRecursive ||= left.isRecursive || right.isRecursive;
  }

  #aggregate(predicate: number, choices: readonly number[], more: readonly number[]): void {
    const inside = this.#inside();
    const form = of(['count', 'sum', 'max', 'min', 'set', 'setof', 'findall'], more[0]!);
    // The order of what findall finds is that of the facts.
    const { name, sorts } = form === 'findall' ? of(this.around.stored, predicate) : this.#below(predicate);
    // What stands for `_` in setof would tell groups apart.
    const args = form === 'setof' ? choices.map((each) => (each % 16 === 15 ? each - 15 : each)) : choices;
    inside.literal(args, { name, sorts, level: -1 });
    if (more[1]! % 4 === 3) inside.#goals.push(inside.#test(more[1]! >> 2, more[2]!, more[0]!));
    this.#made = inside.#made;
    const goal = inside.#enclosed();
    const own = (sort: Sort) => inside.#bound[sort].filter((each) => !this.#bound[sort].includes(each));
    const [number] = own('number');
    const [item, group] = own('name');
    if (number !== undefined && (form === 'sum' || form === 'max' || form === 'min')) {
      // SWI-Prolog's max and min of nothing hold for any result that is there already: `aggregate_all(max(X), fail, 2)`.
      const fresh = this.#fresh('number');
      this.#bound.number.pop();
      this.#goals.push(`aggregate_all(${form}(${number}), ${goal}, ${fresh})`);
      this.#result('number', (result) => `${result} = ${fresh}`);
    } else if (item !== undefined && form === 'setof') {
      // One of the other variables may tell groups apart: it has a value afterwards.
      const isGrouped = group !== undefined && more[2]! % 2 === 0;
      const hidden = [...own('name'), ...own('number'), ...own('list')]
        .filter((each) => each !== item && !(isGrouped && each === group))
        .map((each) => `${each}^`);
      this.#result('list', (result) => `setof(${item}, ${hidden.join('')}${goal}, ${result})`);
      if (isGrouped) this.#bound.name.push(group);
    } else if (item !== undefined && form === 'set') {
      this.#result('list', (result) => `aggregate_all(set(${item}), ${goal}, ${result})`);
    } else if (item !== undefined && form === 'findall') {
      this.#result('list', (result) => `findall(${item}, ${goal}, ${result})`);
    } else if (form === 'count' || form === 'sum' || form === 'findall') {
      this.#result('number', (result) => `aggregate_all(count, ${goal}, ${result})`);
    } else this.#goals.push(`\\+ ${goal}`);
  }

  /** As an argument of a construct that takes a goal. */
  #enclosed(): string {
    return this.#goals.length === 1 ? this.text() : `( ${this.text()} )`;
  }

  #result(sort: Sort, goal: (result: string) => string): void {
    const name = this.#fresh(sort);
    if (sort === 'number') this.#computed.push(name);
    this.#goals.push(goal(name));
  }

  #choose(a: number, b: number): void {
    const kind = a % 4;
    if (kind === 0) this.#goals.push(`between(1, ${this.known('number', b)}, ${this.#anyOf('number', a)})`);
    else if (kind === 1) this.#goals.push(`member(${this.#anyOf('name', a)}, [a, b, 'C d'])`);
    else if (kind === 2) {
      const value = this.known('name', b);
      this.#goals.push(`${this.#fresh('name')} = ${value}`);
    } else {
      const items = this.known('list', b);
      this.#goals.push(`member(${this.#anyOf('name', a)}, ${items})`);
    }
  }

  #anyOf(sort: Sort, choice: number): string {
    return (choice >> 2) % 3 === 0 ? this.known(sort, choice >> 4) : this.#fresh(sort);
  }
}

const of = <T>(items: readonly T[], choice: number): T => items[choice % items.length]!;
