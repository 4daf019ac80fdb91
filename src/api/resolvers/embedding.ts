import { CorollaryError } from '../../errors.js';
import { listSpaces } from '../../retrieval/embedding-spaces.js';
import type { Resolvers } from '../generated/schema-types.js';
import { spaceId } from '../node-id.js';

const MOST_TEXTS = 256;
const LONGEST_TEXT = 100_000;

export const embeddingResolvers: Resolvers = {
  Query: {
    models: (_, __, { loaders }) => loaders.models(),
    async embeddingSpaces(_, { knowledgeBase }, { application }) {
      const { id } = await application.knowledge.knowledgeBase(knowledgeBase);
      return listSpaces(application.database, id);
    },
    async embed(_, { input }, { application, signal }) {
      const { texts, as, model, sparse } = input;
      if (texts.length < 1 || texts.length > MOST_TEXTS) {
        throw new CorollaryError('BAD_INPUT', `Give 1 to ${MOST_TEXTS} texts, not ${texts.length}`);
      }
      const long = texts.findIndex((text) => text.length > LONGEST_TEXT);
      if (long >= 0) {
        throw new CorollaryError('BAD_INPUT', `A text has at most ${LONGEST_TEXT} characters`, {
          index: long,
        });
      }
      return application.withModel(model ?? application.embedder.model, (embedder) =>
        embedder.embed(texts, as === 'PASSAGE' ? 'passage' : 'query', {
          signal,
          also: sparse ? ['sparse'] : [],
        }),
      );
    },
  },

  EmbeddingModel: {
    outputs: ({ outputs }) => [
      ...(outputs.has('dense') ? (['DENSE'] as const) : []),
      ...(outputs.has('sparse') ? (['SPARSE'] as const) : []),
    ],
    reranks: ({ outputs }) => outputs.has('tokens'),
    languages: ({ languages }) => languages.join(', '),
    loaded: ({ name }, _, { application: { embedder, embedders } }) =>
      embedder.model === name || embedders.hasModel(name),
    fingerprint: ({ fingerprint }) => fingerprint ?? null,
  },

  EmbeddingSpace: {
    id: spaceId,
    async model(space, _, { loaders }) {
      const known = (await loaders.models()).find(({ name }) => name === space.model);
      if (known !== undefined) return known;
      const { model: name, dimensions } = space;
      const unknown = 'unknown';
      return {
        name,
        description: "Not in this server's registry of models.",
        dimensions,
        truncatableTo: [],
        maxTokens: 0,
        languages: [],
        licence: unknown,
        precision: unknown,
        runtime: unknown,
        outputs: new Set(),
        installed: false,
        fingerprint: undefined,
      };
    },
  },

  Embedding: {
    dense: ({ dense }) => [...dense],
    sparse: ({ sparse }) =>
      sparse === undefined
        ? null
        : Object.fromEntries([...sparse.ids].map((id, i) => [id, sparse.weights[i]])),
  },
};
