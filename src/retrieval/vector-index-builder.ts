import { sql } from 'drizzle-orm';
import type { Database } from '../database/database.js';
import { CorollaryError } from '../errors.js';
import { type EmbeddingSpace, spaceColumns } from './embedding-spaces.js';
import type { IndexKind } from './index-kind.js';
import type { IndexerLog } from './indexer.js';
import type { SpaceEmbedders } from './space-embedders.js';
import { buildVectorIndex, indexKind, kindFor } from './vector-index.js';

/** Comparing so many components (rows x dimensions) takes some milliseconds, more than an index. */
export const INDEX_COMPONENTS = 5_000_000;
/** After a failure an index is not tried again for so long. */
const RETRY_MS = 60_000;

interface LargeSpace extends EmbeddingSpace {
  readonly rows: number;
  readonly index: IndexKind | null;
}

/** Gives active spaces of this server's models that have outgrown exact search their index, one at a time and in the background. */
export class VectorIndexBuilder {
  readonly #stopped = new AbortController();
  #building: Promise<void> | undefined;
  #notBefore = 0;

  constructor(
    readonly database: Database,
    readonly embedders: SpaceEmbedders,
    readonly log: IndexerLog,
    /** Components from which on a space gets an index. */
    readonly components = INDEX_COMPONENTS,
    /** Which kind of index they get, as far as their dimensions allow. */
    readonly kind: IndexKind = 'halfvec',
  ) {}

  /** To be called when no sentences wait: an index is built faster over all vectors than with them. */
  consider(): void {
    if (this.database.capabilities.vectorIndex === undefined || this.#stopped.signal.aborted) return;
    if (this.#building !== undefined || performance.now() < this.#notBefore) return;
    this.#building = this.#buildMissing().finally(() => {
      this.#building = undefined;
    });
  }

  /** Resolves when what was being built is there. */
  async settled(): Promise<void> {
    await this.#building;
  }

  /** What is being built is given up, and begun again at the next start. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#building;
  }

  async #buildMissing(): Promise<void> {
    try {
      for (const space of await this.#large()) {
        const kind = kindFor(this.database, space, this.kind);
        if (kind === undefined || kind === space.index) continue;
        await buildVectorIndex(this.database, space, space.rows, this.#stopped.signal, kind);
      }
    } catch (err) {
      if (err instanceof CorollaryError && err.code === 'CANCELLED') return;
      this.#notBefore = performance.now() + RETRY_MS;
      this.log.warn({ err }, 'An index over vectors could not be built; search compares every vector');
    }
  }

  /** Of this server's models. */
  async #large(): Promise<LargeSpace[]> {
    const spaces = await this.database.rows<LargeSpace>(sql`
      select ${spaceColumns}, k.sentence_count as rows, ${indexKind} as index
      from embedding_spaces s join knowledge_bases k on k.id = s.knowledge_base
      where s.state = 'ACTIVE' and k.sentence_count * s.dimensions > ${this.components}
      order by s.id`);
    const served = await Promise.all(
      spaces.map((space) =>
        this.embedders.of(space).then(
          () => [space],
          () => [],
        ),
      ),
    );
    return served.flat();
  }
}
