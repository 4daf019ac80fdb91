import { listSpaces } from '../../retrieval/embedding-spaces.js';
import type { Resolvers } from '../generated/schema-types.js';
import { nodeTypeOf, parseNodeId } from '../node-id.js';
import { jobOrNull } from './reembedding.js';

export const nodeResolvers: Resolvers = {
  Query: {
    async node(_, { id }, { application, loaders }) {
      const key = parseNodeId(id);
      if (key.kind === 'fact') return application.knowledge.fact(id);
      if (key.kind === 'job') return jobOrNull(application, key.job);
      const knowledgeBase = await loaders.knowledgeBase(key.knowledgeBase);
      if (knowledgeBase === undefined || key.kind === 'knowledge-base') return knowledgeBase ?? null;
      if (key.kind === 'rules') {
        const modules = await application.knowledge.ruleModules(knowledgeBase.name);
        return modules.find(({ name }) => name === key.name) ?? null;
      }
      const spaces = await listSpaces(application.database, knowledgeBase.id);
      return spaces.find((space) => space.id === key.space) ?? null;
    },
  },

  Node: { __resolveType: nodeTypeOf },
};
