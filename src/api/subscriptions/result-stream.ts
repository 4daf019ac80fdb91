import {
  createSourceEventStream,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  GraphQLError,
} from 'graphql';
import type { Context } from '../context.js';

export interface ResultStreamOptions {
  /** Without its `contextValue`. */
  readonly operation: ExecutionArgs;
  /** A new one for each result, so that none is made of what was read for an earlier one. */
  readonly context: (signal: AbortSignal) => Context;
}

/**
 * A subscription's results, one for each event of its source. Ending it early aborts the context's signal and does not wait
 * for the next event.
 * @returns the stream, or why there is none
 */
export async function resultStream({
  operation,
  context,
}: ResultStreamOptions): Promise<AsyncGenerator<ExecutionResult, void, undefined> | ExecutionResult> {
  const controller = new AbortController();
  const contextValue = () => context(controller.signal);
  const events = await createSourceEventStream({ ...operation, contextValue: contextValue() });
  if (!(Symbol.asyncIterator in events)) return events;
  const source = events[Symbol.asyncIterator]();
  let ended = false;

  const end = async (): Promise<IteratorResult<ExecutionResult, void>> => {
    ended = true;
    controller.abort();
    // Not awaited: a generator that waits for its next event answers only then.
    void source.return?.().catch(() => undefined);
    return { done: true, value: undefined };
  };
  const stream: AsyncGenerator<ExecutionResult, void, undefined> = {
    async next() {
      if (ended) return { done: true, value: undefined };
      try {
        const event = await source.next();
        if (event.done || ended) return { done: true, value: undefined };
        return {
          done: false,
          value: await execute({ ...operation, rootValue: event.value, contextValue: contextValue() }),
        };
      } catch (error) {
        if (ended) return { done: true, value: undefined };
        throw error;
      }
    },
    return: end,
    async throw(error: unknown) {
      await end();
      throw error;
    },
    [Symbol.asyncIterator]: () => stream,
    async [Symbol.asyncDispose]() {
      await end();
    },
  };
  return stream;
}

/** An error as it goes to clients before it is formatted. */
export function asGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  const originalError = error instanceof Error ? error : new Error(String(error));
  return new GraphQLError(originalError.message, { originalError });
}
