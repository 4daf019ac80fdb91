import { CorollaryError } from '../errors.js';
import type { KnowledgeBase } from '../knowledge/knowledge.js';
import { atomText } from '../prolog/atom-text.js';
import { readTerm } from '../prolog/reader.js';
import type { Term } from '../prolog/term.js';
import { writeTerm } from '../prolog/writer.js';
import { SpacePin } from '../retrieval/pinned-space.js';
import type { Retriever, SimilarFacts } from '../retrieval/retrieval.js';
import type { SimilarLookup, SimilarRow, SimilarRows } from './deduction/deduction.js';
import { float } from './fact-rows.js';

/** similar/3 and nearest/3 give at most this many facts, those nearest to the text. */
const MOST_SIMILAR = 1_000;
/** Facts that are less than this similar are not similar at all. */
export const LEAST_SIMILARITY = 0.1;

/** The facts that similar/3 brought: a pattern may be a plain variable. */
export type FactsOf = (
  knowledgeBase: number,
  facts: readonly number[],
) => Promise<ReadonlyMap<number, Omit<SimilarRow, 'fact' | 'similarity'>>>;

/**
 * Answers the semantic predicates of one request: each call once, however often a goal repeats it, all at the
 * request's revision and in one embedding space.
 */
export class SemanticCalls {
  embedMs = 0;
  retrieveMs = 0;
  /** Some call had more facts to give than `MOST_SIMILAR`. */
  cut = false;
  /** A failure that is the caller's to see. */
  failure: CorollaryError | undefined;

  readonly #answers = new Map<string, Promise<string>>();

  constructor(
    readonly retriever: Retriever,
    readonly factsOf: FactsOf,
    readonly knowledgeBase: KnowledgeBase,
    readonly revision: number,
    readonly signal?: AbortSignal,
    readonly pin = new SpacePin(),
  ) {}

  /** `call` is canonical text of the call; the answer is text of what it gives, or of failed(Code, Message). */
  answer(call: string): Promise<string> {
    // Variables are named by the engine, differently each time.
    const term = readTerm(call).term;
    const key = call.replace(/\b_[G\d]\w*/g, '_');
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const answer = this.#compute(term).catch((error: unknown) => {
      if (error instanceof CorollaryError) this.failure ??= error;
      const code = error instanceof CorollaryError ? error.code : 'REASONER_FAILED';
      return `failed(${atomText(code)},${atomText(error instanceof Error ? error.message : String(error))})`;
    });
    this.#answers.set(key, answer);
    return answer;
  }

  /** For deduction, which asks for as many facts as it can use. @throws CorollaryError */
  async similar({ name, of, pattern, limit }: SimilarLookup): Promise<SimilarRows> {
    const common = {
      ...this.#common(Math.min(limit, MOST_SIMILAR)),
      pattern: readTerm(pattern, { maxNesting: Number.POSITIVE_INFINITY }).term,
    };
    const found =
      name === 'similar'
        ? await this.retriever.similar({ ...common, text: String(of) })
        : await this.retriever.nearest({ ...common, fact: Number(of) });
    this.embedMs += found.embedMs;
    this.retrieveMs += found.retrieveMs;
    const facts = await this.factsOf(
      this.knowledgeBase.id,
      found.facts.map(({ fact }) => fact),
    );
    const rows = found.facts.flatMap(({ fact, similarity }) => {
      const known = facts.get(fact);
      if (known === undefined) return [];
      const { predicate, arity, prolog, confidence } = known;
      return [{ fact, similarity: Number(decimal(similarity)), predicate, arity, prolog, confidence }];
    });
    return { rows, isAll: !found.cut };
  }

  /** For deduction. */
  async similarity([a, b]: readonly [string, string]): Promise<number> {
    return Number(decimal(await this.retriever.similarity(a, b, this.knowledgeBase, this.pin)));
  }

  #common(limit: number) {
    const { knowledgeBase, revision, pin, signal } = this;
    return {
      knowledgeBase,
      pin,
      revision,
      limit,
      minSimilarity: LEAST_SIMILARITY,
      ...(signal === undefined ? {} : { signal }),
    };
  }

  async #compute(call: Term): Promise<string> {
    if (call.kind !== 'compound') throw new Error(`no semantic call: ${writeTerm(call)}`);
    const [first, second] = call.args as readonly [Term, Term];
    const common = this.#common(MOST_SIMILAR);
    if (call.name === 'similarity') {
      return String(
        decimal(await this.retriever.similarity(plain(first), plain(second), this.knowledgeBase, this.pin)),
      );
    }
    if (call.name === 'similar') {
      return this.#rows(await this.retriever.similar({ ...common, text: plain(first), pattern: second }));
    }
    const fact = first.kind === 'integer' ? Number(first.value) : Number.NaN;
    return this.#rows(await this.retriever.nearest({ ...common, fact, pattern: second }));
  }

  async #rows({ facts, cut, embedMs, retrieveMs }: SimilarFacts): Promise<string> {
    this.embedMs += embedMs;
    this.retrieveMs += retrieveMs;
    this.cut ||= cut;
    const known = await this.factsOf(
      this.knowledgeBase.id,
      facts.map(({ fact }) => fact),
    );
    const rows = facts.flatMap(({ fact, similarity }) => {
      const found = known.get(fact);
      if (found === undefined) return [];
      return [`row(${fact},${decimal(similarity)},${found.prolog},${float(found.confidence)})`];
    });
    return `[${rows.join(',')}]`;
  }
}

function plain(term: Term): string {
  if (term.kind === 'string') return term.value;
  return term.kind === 'atom' ? term.name : writeTerm(term);
}

const decimal = (value: number) => (Number.isInteger(value) ? `${value}.0` : value.toFixed(6));
