import { randomUUID } from 'node:crypto';
import { unwrapResolverError } from '@apollo/server/errors';
import type { GraphQLFormattedError } from 'graphql';
import { CorollaryError } from '../errors.js';
import type { Log } from '../log.js';

const INTERNAL = 'INTERNAL_SERVER_ERROR';

/**
 * Errors as clients see them. A `CorollaryError` is shown with its code and details; GraphQL's own complaints about
 * a query are shown as they are; anything else is a defect, is logged under an id, and only the id is shown.
 */
export function errorFormatter(log: Log) {
  return (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    const cause = unwrapResolverError(error);
    if (cause instanceof CorollaryError) {
      return { ...formatted, message: cause.message, extensions: { ...cause.details, code: cause.code } };
    }
    const code = formatted.extensions?.code;
    if (code !== undefined && code !== INTERNAL) {
      const { stacktrace: _, ...extensions } = formatted.extensions ?? {};
      return { ...formatted, extensions };
    }
    const id = randomUUID();
    log.error({ err: cause, id, path: formatted.path }, 'A request failed');
    return {
      ...formatted,
      message: `Something went wrong on the server. The log says more under the id ${id}.`,
      extensions: { code: INTERNAL, id },
    };
  };
}
