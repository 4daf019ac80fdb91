import { readProgram } from '../dist/prolog/reader.js';
import { writeTerm } from '../dist/prolog/writer.js';
import { openReasoner, startReasonerPool } from '../dist/reasoning/open-reasoner.js';

const limits = { answers: 1_000_000, inferences: 1_000_000_000, timeMs: 60_000, memoryMb: 1_024 };

/** The first 20 answers with their proofs, and how many there are in all. */
export const firstPage = { scoring: 'PRODUCT', limits, skip: 0, first: 20, proofs: true, count: true };

/**
 * @typedef {object} MemoryFact
 * @property {string} predicate
 * @property {number} arity
 * @property {string} prolog canonical text
 * @property {number} confidence
 */

/**
 * The real reasoner, in threads, over facts and rules that no database holds.
 * @param {string | MemoryFact[]} facts a program's text, or facts that have been read
 * @param {string} rules a module's source
 */
export function openMemoryReasoner(facts, rules, { workers = 1 } = {}) {
  const store = new MemoryStore(rules);
  store.assert(typeof facts === 'string' ? readFacts(facts) : facts);
  const pool = startReasonerPool({ reasoner: 'swi', workers });
  const opened = openReasoner({ pool, knowledge: store, retriever: {} });
  return {
    /**
     * The first 20 answers with their proofs, and how many there are in all, unless `options` say otherwise.
     * @throws when the goal was ended by a limit
     */
    async prove(goal, options = {}) {
      const reasoner = await opened;
      const { revision } = store;
      const outcome = await reasoner.prove({
        knowledgeBase: { id: 1, name: 'bench', revision },
        revision,
        goal,
        ...firstPage,
        ...options,
      });
      if (!outcome.complete) throw new Error(`${goal}: ended by ${outcome.limitReached}`);
      return outcome;
    },
    /** In a revision of their own. @param {MemoryFact[]} more */
    assert: (more) => store.assert(more),
    stop: async () => (await opened).stop(),
  };
}

/** Facts in one batch of the feed. */
const batch = 10_000;

/** Stands in for the KnowledgeStore: one knowledge base, one rule module, nothing ever retracted. */
class MemoryStore {
  revision = 0;
  #last = 0;
  /** By revision, from 1, and by predicate: batches as the feed gives them. */
  #batches = [new Map()];
  #predicates = new Map();
  #module;

  constructor(source) {
    this.#module = { knowledgeBase: 1, id: 1, name: 'bench', source, enabled: true };
  }

  assert(facts) {
    this.revision += 1;
    const byPredicate = new Map();
    for (const { predicate, arity, prolog, confidence } of facts) {
      const indicator = `${predicate}/${arity}`;
      if (!byPredicate.has(indicator)) byPredicate.set(indicator, { predicate, arity, lines: [] });
      this.#last += 1;
      const line = `${this.#last}\t${confidence}\t${this.revision}\t\t0\t${prolog}`;
      byPredicate.get(indicator).lines.push(line);
    }
    const batches = new Map();
    for (const [indicator, { predicate, arity, lines }] of byPredicate) {
      const before = this.#predicates.get(indicator)?.factCount ?? 0;
      const factCount = before + lines.length;
      this.#predicates.set(indicator, { name: predicate, arity, kind: 'FACTS', factCount });
      batches.set(indicator, []);
      for (let i = 0; i < lines.length; i += batch) {
        batches.get(indicator).push({ predicate, arity, lines: lines.slice(i, i + batch).join('\n') });
      }
    }
    this.#batches.push(batches);
  }

  async ruleModules() {
    return [this.#module];
  }

  async predicates() {
    return [...this.#predicates.values()];
  }

  async *factBatches(_knowledgeBase, since, until, predicates) {
    for (const batches of this.#batches.slice(since + 1, until + 1)) {
      for (const predicate of predicates) yield* batches.get(predicate) ?? [];
    }
  }
}

function readFacts(text) {
  return readProgram(text).clauses.map(({ term }) => {
    const isWeighted = term.name === '::';
    const fact = isWeighted ? term.args[1] : term;
    return {
      predicate: fact.name,
      arity: fact.args?.length ?? 0,
      prolog: writeTerm(fact),
      confidence: isWeighted ? term.args[0].value : 1,
    };
  });
}
