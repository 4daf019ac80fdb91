import { readProgram } from '../dist/prolog/reader.js';
import { writeTerm } from '../dist/prolog/writer.js';
import { startReasonerPool } from '../dist/reasoning/open-reasoner.js';
import { PrologEvaluator } from '../dist/reasoning/prolog-evaluator.js';
import { RuleReasoner } from '../dist/reasoning/reasoner.js';

const limits = { answers: 1_000_000, inferences: 1_000_000_000, timeMs: 60_000, memoryMb: 1_024 };

/**
 * The real reasoner, SWI-Prolog in a thread, over facts and rules that no database holds.
 * @param {string} facts as a program's text
 * @param {string} rules a module's source
 */
export function openMemoryReasoner(facts, rules) {
  const changes = readProgram(facts).clauses.map(({ term }, i) => {
    const weighted = term.name === '::';
    const fact = weighted ? term.args[1] : term;
    const arity = fact.args?.length ?? 0;
    return {
      id: i + 1,
      predicate: fact.name,
      arity,
      prolog: writeTerm(fact),
      confidence: weighted ? term.args[0].value : 1,
      hasSentence: false,
      assertedIn: 1,
      retractedIn: null,
    };
  });
  const predicates = [
    ...new Map(
      changes.map(({ predicate: name, arity }) => [`${name}/${arity}`, { name, arity, kind: 'FACTS' }]),
    ).values(),
  ];
  const module = { knowledgeBase: 1, id: 1, name: 'bench', source: rules, enabled: true };
  const evaluator = new PrologEvaluator({
    pool: startReasonerPool({ reasoner: 'swi', workers: 1 }),
    feed: async function* () {
      yield changes;
    },
    retriever: {},
    predicateOf: async () => new Map(),
  });
  const reasoner = new RuleReasoner(
    { ruleModules: async () => [module], predicates: async () => predicates },
    evaluator,
  );
  return {
    /** @throws when the goal was ended by a limit */
    async prove(goal, options = {}) {
      const knowledgeBase = { id: 1, name: 'bench', revision: 1 };
      const outcome = await reasoner.prove({
        knowledgeBase,
        revision: 1,
        goal,
        scoring: 'PRODUCT',
        limits,
        skip: 0,
        first: 20,
        ...options,
      });
      if (!outcome.complete) throw new Error(`${goal}: ended by ${outcome.limitReached}`);
      return outcome;
    },
    stop: () => reasoner.stop(),
  };
}
