import type { Resolvers } from '../generated/schema-types.js';

export const statusResolvers: Resolvers = {
  Query: {
    status: (_, __, { application }) => application.status(),
  },
};
