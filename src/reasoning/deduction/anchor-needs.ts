import type { BodyGoal, Clause, DatalogProgram } from './datalog.js';

/**
 * Where a proof can get its retrieved fact from. Under ANCHORED an answer needs one; where a body has only one goal that can
 * bring it, that goal must, and what can't be retrieved need not be looked at there.
 */
export class AnchorNeeds {
  readonly #canAnchor = new Map<string, boolean>();
  /** Predicates with rules, all of whose calls must bring a retrieved fact. */
  readonly #mustAnchor: ReadonlySet<string>;

  constructor(
    readonly program: DatalogProgram,
    readonly question: readonly Clause[],
    /** Whether some fact of the predicate can be retrieved. */
    readonly hasSentences: (predicate: string) => boolean,
  ) {
    this.#mustAnchor = this.#greatestFixedPoint();
  }

  /** @param isQuestion the clause is the question itself */
  mustAnchor(clause: Clause, goal: BodyGoal, isQuestion: boolean): boolean {
    return (isQuestion || this.#mustAnchor.has(clause.predicate)) && this.#isOnlyAnchor(clause, goal);
  }

  #isOnlyAnchor({ body }: Clause, goal: BodyGoal): boolean {
    return body.every((other) => other === goal || !this.#goalCanAnchor(other));
  }

  #goalCanAnchor(goal: BodyGoal): boolean {
    if (goal.kind === 'semantic') return goal.name !== 'similarity';
    return goal.kind === 'call' && this.#predicateCanAnchor(goal.predicate);
  }

  /** Through its rules too, however they call each other. */
  #predicateCanAnchor(predicate: string): boolean {
    const known = this.#canAnchor.get(predicate);
    if (known !== undefined) return known;
    const reached = new Set([predicate]);
    let can = false;
    for (const each of reached) {
      const clauses = this.program.clauses.get(each);
      if (clauses === undefined || this.program.withFacts.has(each)) can ||= this.hasSentences(each);
      for (const goal of clauses?.flatMap(({ body }) => body) ?? []) {
        if (goal.kind === 'call') reached.add(goal.predicate);
        else can ||= goal.kind === 'semantic' && goal.name !== 'similarity';
      }
    }
    this.#canAnchor.set(predicate, can);
    return can;
  }

  /** All predicates, less those that are called where another goal could bring the fact, until none is left to go. */
  #greatestFixedPoint(): ReadonlySet<string> {
    const { program, question } = this;
    const reached = new Set<string>();
    const callees = (clauses: readonly Clause[]) =>
      clauses.flatMap(({ body }) => body.flatMap((goal) => (goal.kind === 'call' ? [goal.predicate] : [])));
    for (const predicate of callees(question)) reached.add(predicate);
    for (const predicate of reached) {
      for (const callee of callees(program.clauses.get(predicate) ?? [])) reached.add(callee);
    }
    const must = new Set(reached);
    for (let hasChanged = true; hasChanged; ) {
      hasChanged = false;
      const drop = (clause: Clause, isNeeded: boolean) => {
        for (const goal of clause.body) {
          if (goal.kind !== 'call' || (isNeeded && this.#isOnlyAnchor(clause, goal))) continue;
          if (must.delete(goal.predicate)) hasChanged = true;
        }
      };
      for (const clause of question) drop(clause, true);
      for (const predicate of reached) {
        for (const clause of program.clauses.get(predicate) ?? []) drop(clause, must.has(predicate));
      }
    }
    return must;
  }
}
