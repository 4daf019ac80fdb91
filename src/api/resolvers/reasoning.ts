import type { ProveRequest } from '../../asking/asking.js';
import type { Resolvers } from '../generated/schema-types.js';
import { given } from '../given.js';
import { asOfOf, factNumbers } from '../requests.js';
import { wantedOf } from '../wanted.js';

export const reasoningResolvers: Resolvers = {
  Query: {
    async prove(_, { input }, { application, signal }, info) {
      const { limits, without, asOf, ...rest } = given(input);
      const request: ProveRequest = {
        ...rest,
        ...(limits && { limits: given(limits) }),
        ...(without && { without: await factNumbers(application, without, input.knowledgeBase) }),
        asOf: asOfOf(asOf),
        wanted: wantedOf(info),
        signal,
      };
      return application.asker.prove(request);
    },
  },

  ProveResult: {
    answers: ({ answers, knowledgeBase }) => ({ page: answers, knowledgeBase: knowledgeBase.id }),
  },
};
