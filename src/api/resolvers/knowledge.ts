import { CorollaryError } from '../../errors.js';
import { toJson } from '../../prolog/json-value.js';
import type { Resolvers } from '../generated/schema-types.js';
import { given } from '../given.js';
import { factId, knowledgeBaseId } from '../node-id.js';
import { asOfOf } from '../requests.js';

const MOST_SIMILAR = 100;

export const knowledgeResolvers: Resolvers = {
  Query: {
    fact: (_, { id }, { application }) => application.knowledge.fact(id),
    facts: (_, { asOf, ...request }, { application }) =>
      application.knowledge.facts({ ...request, asOf: asOfOf(asOf) }),
    predicates: (_, { knowledgeBase }, { application }) => application.knowledge.predicates(knowledgeBase),
    knowledgeBases: (_, __, { application }) => application.knowledge.knowledgeBases(),
    knowledgeBase: async (_, { name }, { application }) =>
      (await application.knowledge.knowledgeBases()).find((each) => each.name === name) ?? null,
  },

  Mutation: {
    async assertFacts(_, { input }, { application, signal }) {
      const { facts, awaitEmbedding, knowledgeBase, clientMutationId } = given(input);
      const asserted = await application.assertFacts(facts, {
        knowledgeBase,
        awaitEmbedding: awaitEmbedding ?? true,
        signal,
      });
      return { ...asserted, clientMutationId: clientMutationId ?? null };
    },
    async retractFacts(_, { input }, { application, signal }) {
      const { knowledgeBase, clientMutationId, ...request } = input;
      const retracted = await application.knowledge.retractFacts(request, {
        ...(knowledgeBase != null && { knowledgeBase }),
        signal,
      });
      return { ...retracted, clientMutationId: clientMutationId ?? null };
    },
    createKnowledgeBase: (_, { name }, { application }) => application.createKnowledgeBase(name),
    async deleteKnowledgeBase(_, { name }, { application }) {
      return { deletedId: knowledgeBaseId(await application.deleteKnowledgeBase(name)) };
    },
  },

  Fact: {
    id: factId,
    arguments: (fact) => fact.arguments.map(toJson),
    text: ({ sentence }) => sentence,
    async similar(fact, { first }, { loaders }) {
      const limit = first ?? 10;
      if (limit < 1 || limit > MOST_SIMILAR) {
        throw new CorollaryError(
          'BAD_INPUT',
          `first is a whole number from 1 to ${MOST_SIMILAR}, not ${limit}`,
          {
            first: limit,
          },
        );
      }
      const near = await loaders.nearest(fact, limit);
      const facts = await loaders.facts(
        near.facts.map(({ fact: id }) => ({ knowledgeBase: fact.knowledgeBase, id })),
      );
      return near.facts.map(({ similarity }, index) => ({
        fact: facts[index]!,
        score: similarity,
        channels: [{ channel: 'DENSE', score: similarity, rank: index + 1 }],
      }));
    },
  },

  FactConnection: {
    totalCount: (page) => page.totalCount(),
  },

  KnowledgeBase: {
    id: knowledgeBaseId,
    ruleCount: ({ id }, _, { application }) => application.knowledge.ruleCount(id),
  },
};
