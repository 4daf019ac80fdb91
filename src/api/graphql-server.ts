import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { Log } from '../log.js';
import type { Context } from './context.js';
import { dateTimeScalar } from './date-time-scalar.js';
import { errorFormatter } from './errors.js';
import { jsonScalar } from './json-scalar.js';
import { prologScalar } from './prolog-scalar.js';
import { queryLimits } from './query-limits.js';
import { askingResolvers } from './resolvers/asking.js';
import { embeddingResolvers } from './resolvers/embedding.js';
import { knowledgeResolvers } from './resolvers/knowledge.js';
import { nodeResolvers } from './resolvers/node.js';
import { reasoningResolvers } from './resolvers/reasoning.js';
import { reembeddingResolvers } from './resolvers/reembedding.js';
import { retrievalResolvers } from './resolvers/retrieval.js';
import { rulesResolvers } from './resolvers/rules.js';
import { statusResolvers } from './resolvers/status.js';
import { schemaText } from './schema-text.js';

const resolvers = [
  { DateTime: dateTimeScalar, JSON: jsonScalar, Prolog: prologScalar },
  nodeResolvers,
  askingResolvers,
  retrievalResolvers,
  reasoningResolvers,
  knowledgeResolvers,
  rulesResolvers,
  embeddingResolvers,
  reembeddingResolvers,
  statusResolvers,
];

/** Of a query's text, variables not counted: beyond this a query is generated, and should use variables. */
export const MOST_TOKENS = 10_000;

/** What one operation may ask, over HTTP and over WebSocket. */
export const operationLimits = queryLimits({ depth: 15, fields: 5_000, aliases: 50 });

/** The schema with everything that answers it, without any transport. */
export function createGraphqlServer(
  log: Log,
  plugins: readonly ApolloServerPlugin<Context>[] = [],
): ApolloServer<Context> {
  return new ApolloServer<Context>({
    typeDefs: schemaText(),
    resolvers,
    introspection: true,
    csrfPrevention: true,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    formatError: errorFormatter(log),
    parseOptions: { maxTokens: MOST_TOKENS },
    validationRules: [operationLimits],
    // The server that this runs in stops by its own order: see server.ts.
    stopOnTerminationSignals: false,
    logger: log,
    plugins: [
      ...plugins,
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
}
