import { readTerm } from '../../../src/prolog/reader.js';
import { indicatorOf, list } from '../../../src/prolog/term.js';
import { writeTerm } from '../../../src/prolog/writer.js';
import { compileDatalog } from '../../../src/reasoning/deduction/datalog-program.js';
import { deduce } from '../../../src/reasoning/deduction/deducer.js';
import type {
  DeductionHost,
  DeductionOutcome,
  DeductionQuestion,
} from '../../../src/reasoning/deduction/deduction.js';
import { FactStore } from '../../../src/reasoning/deduction/fact-store.js';
import { questionClauses } from '../../../src/reasoning/deduction/question-clauses.js';
import { readRuleSource } from '../../../src/reasoning/rule.js';
import type { NaiveFact } from '../differential/naive-evaluator.js';

export interface GivenFact {
  readonly prolog: string;
  readonly confidence: number;
  readonly hasSentence?: boolean;
}

/** Facts and rules as deduction holds them, in this thread and without a database. */
export class DeducedProgram {
  readonly facts: readonly NaiveFact[];
  readonly #store = new FactStore();
  readonly #indicators = new Set<string>();
  readonly #rules: ReturnType<typeof compileDatalog>;

  constructor(facts: readonly GivenFact[], rules: string) {
    // Of a fact that is given twice the last confidence counts, as when it is asserted again.
    const distinct = new Map(facts.map((fact) => [writeTerm(readTerm(fact.prolog).term), fact]));
    this.facts = [...distinct].map(([prolog, { confidence, hasSentence = false }], i) => ({
      id: i + 1,
      prolog,
      confidence,
      hasSentence,
    }));
    for (const { id, prolog, confidence, hasSentence } of this.facts) {
      const indicator = indicatorOf(readTerm(prolog).term)!;
      this.#indicators.add(indicator);
      const slash = indicator.lastIndexOf('/');
      const lines = `${id}\t${confidence}\t1\t\t${hasSentence ? 1 : 0}\t${prolog}`;
      this.#store.load(
        { predicate: indicator.slice(0, slash), arity: Number(indicator.slice(slash + 1)), lines },
        0,
      );
    }
    this.#rules = compileDatalog(readRuleSource('rules', rules).rules, this.#indicators);
  }

  /** @throws when the goal needs Prolog */
  ask(
    goal: string,
    options: Partial<DeductionQuestion> = {},
    host: Partial<DeductionHost> = {},
  ): DeductionOutcome {
    const { term, variables } = readTerm(goal);
    const named = variables.filter((name) => !name.startsWith('_'));
    const question = questionClauses(term, named, this.#rules, this.#indicators);
    if ('reason' in question) throw new Error(question.reason);
    return deduce(
      this.#rules.program,
      this.#store,
      {
        ...question,
        goal: term,
        arity: named.length,
        scoring: 'PRODUCT',
        revision: 1,
        mode: 'plain',
        retrieved: [],
        floor: 1,
        excluded: [],
        assumed: [],
        external: [],
        skip: 0,
        first: 100_000,
        proofs: false,
        count: true,
        answers: 100_000,
        inferences: 100_000_000,
        memoryBytes: 1_000_000_000,
        ...options,
      },
      { ...patientHost, ...host },
    );
  }
}

/** Facts without sentences, all held: nothing is asked of the host but whether to go on. */
const patientHost: DeductionHost = {
  tick: () => 'go',
  similar: () => [],
  similarity: () => [],
  lookup: () => [],
  retrieve: () => ({ facts: [], isAll: true }),
  similaritiesOf: (facts) => facts.map(() => null),
};

export const answerLines = ({ answers }: DeductionOutcome): string[] =>
  answers.map(({ score, values }) => `${score} ${writeTerm(list(values))}`);
