import { sql } from 'drizzle-orm';
import type { Config } from './config.js';
import type { Database } from './database/database.js';
import { BorrowedEmbedder } from './embedding/borrowed-embedder.js';
import type { Embedder } from './embedding/embedder.js';
import { type OpenEmbedderOptions, openEmbedder } from './embedding/open-embedder.js';
import { bundledModel } from './embedding/registry.js';
import { CorollaryError } from './errors.js';
import type { Log } from './log.js';
import { openProjected } from './reembedding/projection/stored-projection.js';
import type { ActiveSpace, EmbeddingSpace } from './retrieval/embedding-spaces.js';

/** A model that is being opened; undefined when it cannot be, which whoever needs it finds out again. */
export type LikelyModel = Promise<Embedder | undefined>;

export function openLikelyModel(config: Config): LikelyModel {
  return openEmbedder(config.embeddingModel ?? bundledModel, embedderOptions(config)).catch(() => undefined);
}

/** What the settings say about models. */
export function embedderOptions(config: Config): OpenEmbedderOptions {
  return {
    modelsDirectory: config.modelsDirectory,
    device: config.embeddingDevice,
    idleMs: config.embeddingIdleMinutes === 0 ? undefined : config.embeddingIdleMinutes * 60_000,
    endpoint: { url: config.embeddingEndpoint, key: config.embeddingApiKey },
    fallbacks: config.embeddingFallbacks,
  };
}

/** For a `catch`: passes the error on when what was begun beside it is over. */
export function stopping(likely: LikelyModel) {
  return async (error: unknown): Promise<never> => {
    await (await likely)?.stop();
    throw error;
  };
}

/**
 * The configured model, else the one that made the vectors of `default`, else the bundled one. A server that lacks the
 * model of the vectors starts all the same, with the bundled one: reasoning and words need no vectors.
 * @throws CorollaryError when the configured model cannot be opened
 */
export async function openModel(
  config: Config,
  space: ActiveSpace | undefined,
  likely: LikelyModel,
  log: Log,
): Promise<Embedder> {
  const wanted = config.embeddingModel ?? space?.model ?? bundledModel;
  // A projected space wants all that the model gives.
  const dimensions = wanted === space?.model && space.projection === null ? space.dimensions : undefined;
  const opened = await likely;
  if (opened?.model === wanted && (dimensions ?? opened.dimensions) === opened.dimensions) return opened;
  try {
    const embedder = await openEmbedder(wanted, { ...embedderOptions(config), dimensions });
    await opened?.stop();
    return embedder;
  } catch (error) {
    if (!(error instanceof CorollaryError)) throw error;
    if (config.embeddingModel !== undefined) {
      await opened?.stop();
      throw new CorollaryError('START_FAILED', `EMBEDDING_MODEL: ${error.message}`, error.details, {
        cause: error,
      });
    }
    if (opened === undefined) throw error;
    log.warn({ model: wanted, error: error.message }, 'The model of the stored vectors cannot be opened');
    return opened;
  }
}

/**
 * The model of a space, to answer questions in it and to embed its sentences; behind its projection, where it has one.
 * @param own what this server has open already: a projected space of it shares it
 * @throws CorollaryError as `openEmbedder`
 */
export async function openSpaceModel(
  config: Config,
  database: Database,
  space: EmbeddingSpace,
  own: Embedder,
): Promise<Embedder> {
  const { model, dimensions, projection } = space;
  const open = (dimensions: number) =>
    openEmbedder(model, { ...embedderOptions(config), dimensions, fallbacks: [] });
  if (projection === null) return open(dimensions);
  const [of] = await database.rows<{ dimensions: number; fingerprint: string }>(sql`
    select input_dimensions as dimensions, fingerprint from projections where id = ${projection}`);
  if (of === undefined) {
    throw new CorollaryError('EMBEDDING_SPACE_UNAVAILABLE', 'The projection of this space is no more.');
  }
  const base = of.fingerprint === own.fingerprint ? new BorrowedEmbedder(own) : await open(of.dimensions);
  try {
    return await openProjected(database, base, projection);
  } catch (error) {
    await base.stop();
    throw error;
  }
}
