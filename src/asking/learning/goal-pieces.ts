import { compound, indicatorOf, type Term, variable } from '../../prolog/term.js';
import { variablesOf } from '../../prolog/variables.js';
import { conjunction, conjuncts, type Hole, type Piece, type PieceTree } from '../grammar/piece.js';

/** Whether a constant of a goal is named by its question, and so becomes a slot. */
export type IsNamed = (constant: Term) => boolean;

/** The predicates that are conditions of some conjunction: what makes an argument such as `largest(X, state(X))`'s a goal. */
export function conditionsOf(goals: Iterable<Term>): Set<string> {
  const found = new Set<string>();
  for (const goal of goals) {
    const pending: { term: Term; isGoal: boolean }[] = [{ term: goal, isGoal: true }];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const { term, isGoal } = next;
      if (term.kind !== 'compound') continue;
      if (isConjunction(term)) {
        for (const each of conjuncts(term)) pending.push({ term: each, isGoal: true });
        continue;
      }
      if (isGoal) found.add(indicatorOf(term)!);
      for (const argument of term.args) pending.push({ term: argument, isGoal: false });
    }
  }
  return found;
}

/**
 * Takes a goal apart at the variables that alone connect its parts: `capital(C), loc(C, S), next_to(S, T)` is
 * `capital(C)` with a hole on C for `loc(C, S)` with a hole on S for `next_to(S, T)`. Conditions that share more than
 * one variable stay in one piece.
 *
 * @param conditions predicates whose terms are goals where they stand as an argument
 * @param answer the variable that the pieces are about; a whole goal, whose variables keep their names, when left out
 */
export function piecesOf(
  goal: Term,
  conditions: ReadonlySet<string>,
  isNamed: IsNamed,
  answer = '',
): PieceTree {
  return new Splitter(conditions, isNamed).piece(conjuncts(goal), answer === '' ? [] : [answer], answer);
}

class Splitter {
  constructor(
    readonly conditions: ReadonlySet<string>,
    readonly isNamed: IsNamed,
  ) {}

  /** `around`: variables that are seen from outside; of a part the one that it is about. */
  piece(literals: readonly Term[], around: readonly string[], answer: string): PieceTree {
    const draft = new Draft();
    const goal = this.#split(literals, around, draft, true);
    return draft.finished(goal, answer);
  }

  /** Conditions that stay, holes where the others stood. */
  #split(literals: readonly Term[], around: readonly string[], draft: Draft, hasHead: boolean): Term {
    const kept = new Set<number>();
    const known = new Set(around);
    const keep = (index: number) => {
      kept.add(index);
      for (const name of this.#visible(literals, index, around)) known.add(name);
    };
    if (hasHead) keep(this.#head(literals, around));
    for (;;) {
      const components = componentsOf(literals, kept, known);
      const wide = components.find(({ touched }) => touched.size !== 1);
      if (wide === undefined) {
        return this.#assembled(literals, kept, components, around, draft);
      }
      const next = wide.members.find((index) =>
        variablesOf(literals[index]!).some((name) => known.has(name)),
      );
      keep(next ?? wide.members[0]!);
    }
  }

  /** What the piece is first about: the condition on the answer with the fewest other variables. */
  #head(literals: readonly Term[], around: readonly string[]): number {
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    literals.forEach((literal, index) => {
      const mentions = variablesOf(literal);
      if (around.length > 0 && !around.some((name) => mentions.includes(name))) return;
      const isNegated = literal.kind === 'compound' && literal.name === '\\+';
      const cost = this.#visible(literals, index, around).length + (isNegated ? 100 : 0);
      if (cost < least) {
        least = cost;
        best = index;
      }
    });
    return best;
  }

  /** Variables of one condition that something besides its own goals uses. */
  #visible(literals: readonly Term[], index: number, around: readonly string[]): string[] {
    const elsewhere = new Set(around);
    literals.forEach((literal, other) => {
      if (other !== index) for (const name of variablesOf(literal)) elsewhere.add(name);
    });
    const open = new Set(this.#outsideGoals(literals[index]!));
    return variablesOf(literals[index]!).filter((name) => elsewhere.has(name) || open.has(name));
  }

  /** Variables of the arguments that are no goals. */
  #outsideGoals(term: Term): string[] {
    if (term.kind === 'variable') return [term.name];
    if (term.kind !== 'compound') return [];
    return term.args.flatMap((argument) => (this.#isGoal(argument) ? [] : this.#outsideGoals(argument)));
  }

  #isGoal(term: Term): boolean {
    return term.kind === 'compound' && (isConjunction(term) || this.conditions.has(indicatorOf(term)!));
  }

  #assembled(
    literals: readonly Term[],
    kept: ReadonlySet<number>,
    components: readonly Component[],
    around: readonly string[],
    draft: Draft,
  ): Term {
    const onVariable = new Map<string, number[]>();
    for (const { members, touched } of components) {
      const [name] = touched;
      onVariable.set(name!, [...(onVariable.get(name!) ?? []), ...members]);
    }
    const standing: { at: number; term: Term }[] = [];
    for (const index of [...kept].sort((a, b) => a - b)) {
      const term = this.#within(literals[index]!, literals, index, around, draft);
      standing.push({ at: index, term });
    }
    const isPlain = kept.size === 1 && this.#visible(literals, [...kept][0]!, around).length === 1;
    for (const [name, members] of onVariable) {
      members.sort((a, b) => a - b);
      const part = this.piece(
        members.map((index) => literals[index]!),
        [name],
        name,
      );
      // A condition on one thing and what else is said of it can be said in either order: one piece, not two.
      const at = isPlain ? literals.length : members[0]!;
      standing.push({ at, term: variable(draft.hole(name, part)) });
    }
    standing.sort((a, b) => a.at - b.at);
    return conjunction(standing.map(({ term }) => term));
  }

  /** One condition; goals among its arguments become holes, or are split where two of their variables are seen from outside. */
  #within(
    term: Term,
    literals: readonly Term[],
    index: number,
    around: readonly string[],
    draft: Draft,
  ): Term {
    const outside = new Set([...around, ...this.#outsideGoals(term)]);
    literals.forEach((literal, other) => {
      if (other !== index) for (const name of variablesOf(literal)) outside.add(name);
    });
    const walk = (each: Term): Term => {
      if (each.kind === 'variable') return each;
      if (each.kind !== 'compound') return this.#constant(each, draft);
      if (each !== term && this.#isGoal(each)) {
        const inner = conjuncts(each);
        const seen = variablesOf(each).filter((name) => outside.has(name));
        if (seen.length === 1) return variable(draft.hole(seen[0]!, this.piece(inner, seen, seen[0]!)));
        return this.#split(inner, seen, draft, seen.length === 0);
      }
      return compound(each.name, ...each.args.map(walk));
    };
    return walk(term);
  }

  #constant(term: Term, draft: Draft): Term {
    return this.isNamed(term) ? variable(draft.slot(term)) : term;
  }
}

class Draft {
  readonly #holes: (Hole & { part: PieceTree })[] = [];
  readonly #slots: { name: string; value: Term }[] = [];

  hole(on: string, part: PieceTree): string {
    const name = `_Hole${this.#holes.length}`;
    this.#holes.push({ name, on, part });
    return name;
  }

  slot(value: Term): string {
    const name = `_Slot${this.#slots.length}`;
    this.#slots.push({ name, value });
    return name;
  }

  /** With variables named in order, so that pieces that mean the same are the same. */
  finished(goal: Term, answer: string): PieceTree {
    const order = variablesOf(goal);
    const names = new Map<string, string>();
    const holes = new Map(this.#holes.map((hole) => [hole.name, hole]));
    const slots = new Map(this.#slots.map((slot) => [slot.name, slot]));
    let plain = 0;
    const usedHoles: (Hole & { part: PieceTree })[] = [];
    const usedSlots: { name: string; value: Term }[] = [];
    const isWhole = answer === '';
    if (!isWhole) names.set(answer, letter(plain++));
    for (const name of order) {
      const hole = holes.get(name);
      const slot = slots.get(name);
      if (hole !== undefined) {
        names.set(name, `Part${usedHoles.length + 1}`);
        usedHoles.push(hole);
      } else if (slot !== undefined) {
        names.set(name, `Name${usedSlots.length + 1}`);
        usedSlots.push(slot);
      } else if (!names.has(name)) names.set(name, isWhole ? name : letter(plain++));
    }
    const renamed = (term: Term): Term => {
      if (term.kind === 'variable') return variable(names.get(term.name)!);
      return term.kind === 'compound' ? compound(term.name, ...term.args.map(renamed)) : term;
    };
    const piece: Piece = {
      goal: renamed(goal),
      answer: isWhole ? '' : names.get(answer)!,
      holes: usedHoles.map(({ name, on }) => ({ name: names.get(name)!, on: names.get(on)! })),
      slots: usedSlots.map(({ name }) => names.get(name)!),
    };
    return {
      piece,
      parts: usedHoles.map(({ part }) => part),
      constants: usedSlots.map(({ value }) => value),
    };
  }
}

function letter(index: number): string {
  const name = String.fromCharCode(65 + (index % 26));
  return index < 26 ? name : `${name}${Math.floor(index / 26)}`;
}

interface Component {
  readonly members: number[];
  /** Known variables that the members use. */
  readonly touched: Set<string>;
}

/** Conditions that are not kept, together where they share a variable that is not known. */
function componentsOf(
  literals: readonly Term[],
  kept: ReadonlySet<number>,
  known: ReadonlySet<string>,
): Component[] {
  const components: (Component & { names: Set<string> })[] = [];
  literals.forEach((literal, index) => {
    if (kept.has(index)) return;
    const names = variablesOf(literal);
    const own = { members: [index], touched: new Set<string>(), names: new Set<string>() };
    for (const name of names) (known.has(name) ? own.touched : own.names).add(name);
    for (let other = components.length - 1; other >= 0; other--) {
      const component = components[other]!;
      if (![...own.names].some((name) => component.names.has(name))) continue;
      for (const member of component.members) own.members.push(member);
      for (const name of component.names) own.names.add(name);
      for (const name of component.touched) own.touched.add(name);
      components.splice(other, 1);
    }
    components.push(own);
  });
  return components;
}

function isConjunction(term: Term): boolean {
  return term.kind === 'compound' && term.name === ',' && term.args.length === 2;
}
