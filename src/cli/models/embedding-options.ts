import type { Config } from '../../config.js';
import type { OpenEmbedderOptions } from '../../embedding/open-embedder.js';

/** As the server opens a model. */
export function embeddingOptions(config: Config): OpenEmbedderOptions {
  return {
    modelsDirectory: config.modelsDirectory,
    device: config.embeddingDevice,
    endpoint: { url: config.embeddingEndpoint, key: config.embeddingApiKey },
  };
}
