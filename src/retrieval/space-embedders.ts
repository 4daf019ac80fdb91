import type { Embedder } from '../embedding/embedder.js';
import { type EmbeddingSpace, requireSpaceOf } from './embedding-spaces.js';

/** The models of this server, by the space that they give vectors of. */
export interface SpaceEmbedders {
  /** The one that knowledge bases without a space get one of. */
  readonly own: Embedder;
  /** That of a space, opened when it is not. @throws CorollaryError EMBEDDING_SPACE_UNAVAILABLE when this server has not that model */
  of(space: EmbeddingSpace): Promise<Embedder>;
}

/** A single embedder is a server with one model. */
export function spaceEmbedders(given: Embedder | SpaceEmbedders): SpaceEmbedders {
  if ('of' in given) return given;
  return {
    own: given,
    async of(space) {
      requireSpaceOf(given, space);
      return given;
    },
  };
}
