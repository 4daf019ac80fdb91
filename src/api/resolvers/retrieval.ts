import { CorollaryError } from '../../errors.js';
import { listSpaces } from '../../retrieval/embedding-spaces.js';
import type { Resolvers } from '../generated/schema-types.js';
import { given } from '../given.js';
import { asOfOf, retrievalOptionsOf } from '../requests.js';

export const retrievalResolvers: Resolvers = {
  Query: {
    search(_, { input }, { application, signal }) {
      const { retrieval, asOf, ...rest } = given(input);
      return application.asker.search({
        ...rest,
        ...(retrieval && { retrieval: retrievalOptionsOf(retrieval) }),
        asOf: asOfOf(asOf),
        signal,
      });
    },
  },

  SearchResult: {
    async embeddingSpace({ knowledgeBase, space: searched }, _, { application }) {
      const spaces = await listSpaces(application.database, knowledgeBase.id);
      const space = spaces.find(({ id, state }) =>
        searched === null ? state === 'ACTIVE' : id === searched,
      );
      if (space !== undefined) return space;
      throw new CorollaryError(
        'EMBEDDING_SPACE_UNAVAILABLE',
        `${knowledgeBase.name} has no active embedding space yet: it is made with the first sentence.`,
      );
    },
  },
};
