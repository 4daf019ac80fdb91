import { type Client, GraphqlFailure } from '../client.js';
import type { FactToImport } from './source.js';

const mutation = `mutation ($input: AssertFactsInput!) {
  assertFacts(input: $input) { inserted updated alreadyKnown }
}`;

interface AssertReply {
  readonly assertFacts: {
    readonly inserted: number;
    readonly updated: number;
    readonly alreadyKnown: number;
  };
}

interface LinedFact {
  readonly line: number;
  readonly fact: FactToImport;
}

interface BadLine {
  readonly line: number;
  readonly reason: string;
}

export interface BatchOptions {
  readonly client: Client;
  readonly knowledgeBase: string | undefined;
  readonly size: number;
  /** Told of every line that is not stored, in their order. */
  readonly refused: (line: number, reason: string) => void;
}

/** So many characters of facts at most go into one request: the server's limit is 20 MB. */
const LARGEST_REQUEST = 6_000_000;

/** Collects facts and stores them batch by batch; counts what came of them. */
export class FactBatches {
  readonly #options: BatchOptions;
  #batch: LinedFact[] = [];
  #bad: BadLine[] = [];
  #characters = 0;
  #sending: Promise<void> = Promise.resolve();
  inserted = 0;
  updated = 0;
  alreadyKnown = 0;

  constructor(options: BatchOptions) {
    this.#options = options;
  }

  /** Resolves when there is room for another. */
  async add(line: number, fact: FactToImport): Promise<void> {
    this.#batch.push({ line, fact });
    this.#characters += (fact.prolog?.length ?? 100) + (fact.text?.length ?? 0);
    if (this.#batch.length >= this.#options.size || this.#characters >= LARGEST_REQUEST) await this.#next();
  }

  /** A line that was found bad before it got here: reported in its place among those that the server refuses. */
  async addBad(line: number, reason: string): Promise<void> {
    this.#bad.push({ line, reason });
    if (this.#bad.length >= this.#options.size) await this.#next();
  }

  /** Resolves when all that was added is stored, or refused. */
  async flush(): Promise<void> {
    await this.#next();
    await this.#sending;
  }

  /** While one batch is on its way, the next is read. */
  async #next(): Promise<void> {
    const [batch, bad] = [this.#batch, this.#bad];
    [this.#batch, this.#bad, this.#characters] = [[], [], 0];
    await this.#sending;
    this.#sending = this.#send(batch, bad);
    // It is awaited with the next batch; until then a failure must not count as unhandled.
    this.#sending.catch(() => undefined);
  }

  /**
   * A batch is stored whole or not at all, and a refusal names the first bad fact: those before it are good and go
   * alone, it is reported, those behind it are the next batch. So each fact is sent twice at most.
   */
  async #send(batch: readonly LinedFact[], bad: BadLine[]): Promise<void> {
    try {
      for (let rest = batch; rest.length > 0; ) {
        const refusal = await this.#store(rest);
        if (refusal === undefined) break;
        const { index, reason } = refusal;
        if (index > 0) await this.#store(rest.slice(0, index));
        bad.push({ line: rest[index]!.line, reason });
        rest = rest.slice(index + 1);
      }
    } finally {
      bad.sort((a, b) => a.line - b.line);
      for (const { line, reason } of bad) this.#options.refused(line, reason);
    }
  }

  /** @returns the first bad fact, for which the batch was refused; undefined when it was stored */
  async #store(batch: readonly LinedFact[]): Promise<{ index: number; reason: string } | undefined> {
    const { client, knowledgeBase } = this.#options;
    const input = { facts: batch.map(({ fact }) => fact), knowledgeBase, awaitEmbedding: false };
    try {
      const { assertFacts } = await client.request<AssertReply>(mutation, { input });
      this.inserted += assertFacts.inserted;
      this.updated += assertFacts.updated;
      this.alreadyKnown += assertFacts.alreadyKnown;
      return undefined;
    } catch (error) {
      const index = error instanceof GraphqlFailure ? error.details.index : undefined;
      if (typeof index !== 'number' || batch[index] === undefined) throw error;
      return { index, reason: (error as Error).message.replace(/^Fact \d+: /, '') };
    }
  }
}
