import type { Database } from '../../src/database/database.js';
import type { Embedder } from '../../src/embedding/embedder.js';
import { CorollaryError } from '../../src/errors.js';
import { KnowledgeStore } from '../../src/knowledge/knowledge-store.js';
import { openProjected } from '../../src/reembedding/projection/stored-projection.js';
import type { Job, ReembedRequest } from '../../src/reembedding/reembedding.js';
import { type ReembeddingOptions, StartedReembedding } from '../../src/reembedding/started-reembedding.js';
import { Indexer, type IndexerOptions } from '../../src/retrieval/indexer.js';
import { OpenedEmbedders } from '../../src/retrieval/opened-embedders.js';
import { FactRetriever } from '../../src/retrieval/retriever.js';
import { FakeEmbedder } from '../retrieval/fake-embedder.js';
import type { World } from '../retrieval/world.js';

/** A model that is not one, under a name of its own. */
export class NamedEmbedder extends FakeEmbedder {
  constructor(
    override readonly model: string,
    dimensions: number,
  ) {
    // Vectors of two models differ, also where they have as many dimensions.
    super({ dimensions, fingerprint: `${model}-${dimensions}` });
  }

  override vectorOf(text: string): Float32Array {
    return super.vectorOf(this.vectors.has(text) ? text : `${this.model} ${text}`);
  }
}

export interface ServerOptions
  extends Partial<Omit<ReembeddingOptions, 'database' | 'knowledge' | 'embedders'>> {
  /** Models that this server has besides its own. */
  readonly models?: readonly Embedder[];
  readonly indexer?: Partial<IndexerOptions>;
}

/** What of one server searches, embeds and re-embeds, over a database that it may share with others. */
export class Server {
  readonly warnings: object[] = [];
  readonly reembedding: StartedReembedding;
  readonly indexer: Indexer;
  readonly retriever: FactRetriever;
  readonly embedders: OpenedEmbedders;

  constructor(
    readonly world: World,
    { models = [], indexer = {}, ...options }: ServerOptions = {},
    database: Database = world.database,
  ) {
    const open = async (model: string, dimensions?: number) => {
      const found = models.find(
        (each) => each.model === model && (dimensions === undefined || each.dimensions === dimensions),
      );
      if (found !== undefined) return found;
      throw new CorollaryError('MODEL_NOT_FOUND', `There is no model ${model}.`);
    };
    this.embedders = new OpenedEmbedders({
      own: world.embedder,
      open: async (space) => {
        if (space.projection === null) return open(space.model, space.dimensions);
        return openProjected(database, await open(space.model), space.projection);
      },
      retryMs: 200,
    });
    this.retriever = new FactRetriever(database, this.embedders);
    const log = { warn: (context: object) => void this.warnings.push(context) };
    this.indexer = new Indexer({ database, embedder: this.embedders, log, idleMs: 100, ...indexer });
    this.indexer.start();
    this.reembedding = StartedReembedding.start({
      database,
      knowledge: new KnowledgeStore(database),
      embedders: this.embedders,
      openModel: open,
      log,
      load: this.retriever.load,
      idleMs: 50,
      watchMs: 50,
      ...options,
    });
  }

  reembed(request: Omit<ReembedRequest, 'knowledgeBase'>): Promise<Job> {
    return this.reembedding.reembed({ ...request, knowledgeBase: this.world.name });
  }

  /** The job as it ended. */
  async ended(job: Job): Promise<Job> {
    let last = job;
    for await (const each of this.reembedding.watch(job.id)) last = each;
    return last;
  }

  async search(text: string, topK = 5) {
    const options = { channels: ['DENSE'] as const, topK };
    return this.retriever.search({ ...(await this.world.now()), text, options });
  }

  spaces() {
    return this.reembedding.spaces(this.world.name);
  }

  async stop(): Promise<void> {
    await this.reembedding.stop();
    await this.indexer.stop();
    await this.embedders.stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}
