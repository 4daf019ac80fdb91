import { parseModule } from '../../knowledge/parsed-module.js';
import type { Resolvers } from '../generated/schema-types.js';
import { given } from '../given.js';
import { ruleModuleId } from '../node-id.js';
import { questionPatterns } from '../question-patterns.js';

export const rulesResolvers: Resolvers = {
  Query: {
    ruleModules: (_, { knowledgeBase }, { application }) => application.knowledge.ruleModules(knowledgeBase),
    async ruleModule(_, { name, knowledgeBase }, { application }) {
      const modules = await application.knowledge.ruleModules(knowledgeBase);
      return modules.find((module) => module.name === name) ?? null;
    },
    checkRules: (_, { source, knowledgeBase }, { application }) =>
      application.ruleBook.check(source, knowledgeBase),
  },

  Mutation: {
    putRuleModule: (_, { input }, { application }) => application.putRuleModule(given(input)),
    acceptRoute: (_, accepted, { application }) => application.acceptRoute(accepted),
    async deleteRuleModule(_, { name, knowledgeBase }, { application }) {
      return { deletedId: ruleModuleId(await application.deleteRuleModule(name, knowledgeBase)) };
    },
  },

  RuleModule: {
    id: ruleModuleId,
    async predicates(module, _, { loaders }) {
      const known = await loaders.predicates(module.knowledgeBase);
      return [...parseModule(module.source).predicates.values()].map(
        ({ name, arity, clauses, description }) => {
          const predicate = known.find((each) => each.name === name && each.arity === arity);
          // A module that is not enabled defines predicates that nothing else may know.
          return (
            predicate ?? {
              name,
              arity,
              kind: 'RULES',
              factCount: 0,
              ruleCount: clauses,
              description,
              template: null,
            }
          );
        },
      );
    },
    questionPatterns: ({ source }) => questionPatterns(source),
  },
};
