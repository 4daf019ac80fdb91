import { CorollaryError } from '../../errors.js';
import type { Embedder } from '../embedder.js';
import type { OpenEmbedderOptions } from '../open-embedder.js';
import type { RegistryEntry, RemoteModelEntry } from '../registry.js';

/** @throws CorollaryError EMBEDDING_SPACE_UNAVAILABLE when the endpoint cannot be used */
export async function openRemoteEmbedder(
  entry: RemoteModelEntry,
  _registry: ReadonlyMap<string, RegistryEntry>,
  _options: OpenEmbedderOptions & { dimensions: number },
): Promise<Embedder> {
  throw new CorollaryError('EMBEDDING_SPACE_UNAVAILABLE', `The model ${entry.name} is remote.`, {
    model: entry.name,
  });
}
