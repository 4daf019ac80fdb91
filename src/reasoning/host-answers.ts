import type { FactBatch, KnowledgeBase } from '../knowledge/knowledge.js';
import type { FactStream } from '../retrieval/streamed-facts.js';
import type { FactLookup } from './deduction/deduction.js';
import type { FactFeed } from './fact-feed.js';
import type { FactPage } from './lookup-page.js';
import type { SemanticCalls } from './semantic-calls.js';
import type { HostAnswerOf, HostRequest, HostRequestKind } from './thread-messages.js';

/** Pages that were read before they were asked for, at most. */
const MOST_AHEAD = 20;

interface Ahead {
  readonly batch: FactBatch;
  /** Those behind it. */
  readonly pages: AsyncIterator<FactBatch>;
}

/** Answers what the goal of one request needs of the main thread: meaning, and facts that no thread holds. */
export class HostAnswers {
  readonly #ahead = new Map<string, Ahead>();

  constructor(
    readonly semantic: SemanticCalls,
    readonly feed: FactFeed,
    readonly knowledgeBase: KnowledgeBase,
    readonly revision: number,
    /** Of a hybrid question. */
    readonly stream?: FactStream,
  ) {}

  /** @throws CorollaryError that the caller is to see */
  async answer(request: HostRequest): Promise<HostAnswerOf<HostRequestKind>> {
    switch (request.kind) {
      case 'semantic':
        return this.semantic.answer(request.call);
      case 'similar':
        return Promise.all(request.lookups.map((lookup) => this.semantic.similar(lookup)));
      case 'similarity':
        return Promise.all(request.pairs.map((pair) => this.semantic.similarity(pair)));
      case 'lookup':
        return (await Promise.all(request.lookups.map((lookup) => this.#all(lookup)))).flat();
      case 'retrieve': {
        const { from, count } = request.lookup;
        return this.#stream.take(from, count);
      }
      case 'similarities': {
        const known = await this.#stream.similaritiesOf(request.facts);
        return request.facts.map((fact) => known.get(fact) ?? null);
      }
      case 'page':
        return this.#page(request.lookup, request.after);
    }
  }

  get #stream(): FactStream {
    if (this.stream === undefined) throw new Error('nothing is retrieved for this goal');
    return this.stream;
  }

  async #all(lookup: FactLookup): Promise<FactBatch[]> {
    const batches: FactBatch[] = [];
    for await (const batch of this.#facts(lookup)) batches.push(batch);
    return batches;
  }

  /** Whether a page is the last is known from the next one, which is kept until it is asked for. */
  async #page(lookup: FactLookup, after: number): Promise<FactPage> {
    const name = (from: number) => `${from} ${JSON.stringify(lookup)}`;
    const known = this.#ahead.get(name(after));
    this.#ahead.delete(name(after));
    const pages = known?.pages ?? this.#facts(lookup, after)[Symbol.asyncIterator]();
    const batch = known?.batch ?? (await nextOf(pages));
    if (batch === null) return { batch, isLast: true };
    const next = await nextOf(pages);
    if (next !== null) {
      const last = batch.lines.slice(batch.lines.lastIndexOf('\n') + 1);
      this.#ahead.set(name(Number.parseInt(last, 10)), { pages, batch: next });
      if (this.#ahead.size > MOST_AHEAD) this.#ahead.delete(this.#ahead.keys().next().value!);
    }
    return { batch, isLast: next === null };
  }

  #facts(lookup: FactLookup, after = 0): AsyncIterable<FactBatch> {
    return this.feed.byKeys(this.knowledgeBase.id, this.revision, lookup, after);
  }
}

async function nextOf(pages: AsyncIterator<FactBatch>): Promise<FactBatch | null> {
  const next = await pages.next();
  return next.done === true ? null : next.value;
}
