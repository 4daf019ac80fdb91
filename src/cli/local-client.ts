import type { ApolloServer } from '@apollo/server';
import { type Context, createContext } from '../api/context.js';
import { createGraphqlServer } from '../api/graphql-server.js';
import { type Application, startApplication } from '../application.js';
import type { Config } from '../config.js';
import { openLog } from '../log.js';
import { type Client, resultOf } from './client.js';

/** Corollary in this process: the same API as over HTTP, on a data directory that no server has open. */
export class LocalClient implements Client {
  readonly where: string;
  readonly outlivesCommand = false;
  readonly #application: Application;
  readonly #graphql: ApolloServer<Context>;
  readonly #signal: AbortSignal;
  #isAsked = false;

  private constructor(application: Application, signal: AbortSignal) {
    this.#application = application;
    this.#graphql = createGraphqlServer(application.log);
    this.#signal = signal;
    const { databaseUrl, dataDirectory } = application.config;
    this.where = databaseUrl === undefined ? dataDirectory : 'the database of DATABASE_URL';
  }

  /** @throws CorollaryError START_FAILED */
  static async open(config: Config, signal: AbortSignal): Promise<LocalClient> {
    return new LocalClient(await startApplication(config, openLog(config.logLevel)), signal);
  }

  async request<Result>(query: string, variables: object = {}): Promise<Result> {
    this.#isAsked = true;
    const response = await this.#graphql.executeOperation(
      { query, variables: { ...variables } },
      { contextValue: createContext(this.#application, this.#signal) },
    );
    if (response.body.kind !== 'single') throw new Error('The API answered in parts');
    return resultOf(response.body.singleResult);
  }

  async close(): Promise<void> {
    // Apollo starts with the first request, and refuses to stop before.
    if (this.#isAsked) await this.#graphql.stop();
    await this.#application.stop();
  }
}
