import type { FactBatch } from '../knowledge/knowledge.js';
import type { FactFeed } from './fact-feed.js';
import { factsPrefix } from './program.js';
import type { ReasonerWorker } from './reasoner-worker.js';

/** What a thread holds of one knowledge base: all its predicates up to the same revision. */
export interface HeldFacts {
  readonly revision: number;
  /** By indicator: which versions of rule modules made the sentences that its rows tell of. */
  readonly predicates: ReadonlyMap<string, string>;
}

export interface FactsWanted {
  readonly knowledgeBase: number;
  /** The facts must be known up to here, and may be known further. */
  readonly revision: number;
  /** Which versions of rule modules are in force: another one may have given sentences to other facts. */
  readonly sentences: string;
  /** Whether it matters which facts have a sentence. */
  readonly asksForSentences: boolean;
  /** Predicates (indicators) whose facts may be asked for, and how many each has now. */
  readonly needed: ReadonlyMap<string, number>;
  readonly feed: FactFeed;
}

/** Knowledge bases that one thread holds facts of. */
const MOST_KNOWLEDGE_BASES = 4;
/** Length of lines that are sent to a thread at once, so that many small predicates take few messages. */
const ENOUGH_TEXT = 500_000;
/** Sentences of rows that came at different times. */
const MIXED = 'mixed';

/**
 * Brings threads the facts that goals need: what changed since a thread was last asked, and predicates that it does not
 * hold yet. A predicate with more rows than there may be, retracted ones included, is not held by any thread but looked
 * up; since rows only become more, it stays so.
 */
export class FactLoader {
  /** Indicators by facts prefix. */
  readonly #tooMany = new Map<string, Set<string>>();

  /** @param mostRows of one predicate */
  constructor(readonly mostRows: number) {}

  /** @returns the needed predicates that are looked up. When this fails, the thread holds part of the facts: stop it. */
  async bring(worker: ReasonerWorker, wanted: FactsWanted): Promise<readonly string[]> {
    const { knowledgeBase, revision, sentences, feed } = wanted;
    const prefix = factsPrefix(knowledgeBase);
    const before = worker.held.get(prefix);
    if (before === undefined && worker.held.size >= MOST_KNOWLEDGE_BASES) {
      const oldest = worker.held.keys().next().value!;
      worker.held.delete(oldest);
      await worker.run<'forget'>({ kind: 'forget', facts: oldest });
    }
    // Until all batches are in, the thread does not count as holding any of it.
    worker.held.delete(prefix);
    const held = new Map(before?.predicates);
    const until = Math.max(before?.revision ?? 0, revision);
    const load = new Loading(worker, prefix);

    const gone = [...held].flatMap(([predicate, made]) => {
      const isStale = wanted.asksForSentences && made !== sentences && wanted.needed.has(predicate);
      return isStale || this.#isTooMany(wanted, predicate) ? [predicate] : [];
    });
    await this.#drop(worker, prefix, held, gone);
    if (before !== undefined && before.revision < until && held.size > 0) {
      for (const [predicate, made] of held) if (made !== sentences) held.set(predicate, MIXED);
      await load.all(feed.batches(knowledgeBase, before.revision, until, [...held.keys()]), before.revision);
    }
    for (const predicate of wanted.needed.keys()) {
      if (held.has(predicate) || this.#isTooMany(wanted, predicate)) continue;
      held.set(predicate, sentences);
      for await (const batch of feed.batches(knowledgeBase, 0, until, [predicate])) {
        await load.add(batch, 0);
        if (load.rowsOf(predicate) > this.mostRows) break;
      }
    }
    await load.finish();
    const grown = [...held.keys()].filter((predicate) => load.rowsOf(predicate) > this.mostRows);
    for (const predicate of grown) this.#overgrown(prefix).add(predicate);
    await this.#drop(worker, prefix, held, grown);
    worker.held.set(prefix, { revision: until, predicates: held });
    return [...wanted.needed.keys()].filter((predicate) => this.#isTooMany(wanted, predicate));
  }

  async #drop(
    worker: ReasonerWorker,
    prefix: string,
    held: Map<string, string>,
    predicates: readonly string[],
  ): Promise<void> {
    if (predicates.length === 0) return;
    for (const predicate of predicates) held.delete(predicate);
    await worker.run<'drop'>({ kind: 'drop', facts: prefix, predicates });
  }

  #overgrown(prefix: string): Set<string> {
    const known = this.#tooMany.get(prefix) ?? new Set();
    this.#tooMany.set(prefix, known);
    return known;
  }

  #isTooMany({ knowledgeBase, needed }: FactsWanted, predicate: string): boolean {
    const tooMany = this.#overgrown(factsPrefix(knowledgeBase));
    if ((needed.get(predicate) ?? 0) > this.mostRows) tooMany.add(predicate);
    return tooMany.has(predicate);
  }
}

/** Sends batches to a thread: it takes one in while the next is being read. */
class Loading {
  #sent: Promise<ReadonlyMap<string, number>> | undefined;
  #batches: FactBatch[] = [];
  #size = 0;
  #held = 0;
  readonly #rows = new Map<string, number>();

  constructor(
    readonly worker: ReasonerWorker,
    readonly facts: string,
  ) {}

  async all(batches: AsyncIterable<FactBatch>, held: number): Promise<void> {
    for await (const batch of batches) await this.add(batch, held);
    await this.#send();
  }

  /** Rows up to revision `held` are held already. */
  async add(batch: FactBatch, held: number): Promise<void> {
    if (held !== this.#held) await this.#send();
    this.#held = held;
    this.#batches.push(batch);
    this.#size += batch.lines.length;
    if (this.#size >= ENOUGH_TEXT) await this.#send();
  }

  /** What the thread has said so far; 0 before that. */
  rowsOf(predicate: string): number {
    return this.#rows.get(predicate) ?? 0;
  }

  async finish(): Promise<void> {
    await this.#send();
    await this.#arrived();
  }

  async #send(): Promise<void> {
    if (this.#batches.length === 0) return;
    await this.#arrived();
    const command = { kind: 'facts', facts: this.facts, batches: this.#batches, held: this.#held } as const;
    this.#batches = [];
    this.#size = 0;
    this.#sent = this.worker.run<'facts'>(command);
    // A failure is for whoever waits for it next.
    this.#sent.catch(() => undefined);
  }

  async #arrived(): Promise<void> {
    for (const [predicate, rows] of (await this.#sent) ?? []) this.#rows.set(predicate, rows);
    this.#sent = undefined;
  }
}
