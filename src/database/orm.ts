import type { SQL } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { drizzle, type PgRemoteDatabase } from 'drizzle-orm/pg-proxy';
import type { Capabilities, Connection, StatementOptions } from './database.js';
import * as tables from './tables.js';
import { type Answer, type Parameter, toArrays, toObjects, toParameter } from './values.js';

/** drizzle with Corollary's tables; the same class over both backends. Its own `transaction` throws: use Database's. */
export type Orm = PgRemoteDatabase<typeof tables>;

/** Runs one statement; what each backend brings. */
export type Execute = (
  statement: string,
  parameters: Parameter[],
  options?: StatementOptions,
) => Promise<Answer>;

const dialect = new PgDialect();

export function connectionOver(execute: Execute, capabilities: Capabilities): Connection {
  const answer = (query: SQL, options?: StatementOptions): Promise<Answer> => {
    const { sql, params } = dialect.sqlToQuery(query);
    return execute(sql, params.map(toParameter), options);
  };
  let orm: Orm | undefined;
  return {
    capabilities,
    rows: async <Row extends object>(query: SQL, options?: StatementOptions) =>
      toObjects<Row>(await answer(query, options)),
    run: async (query) => (await answer(query)).touched,
    get orm() {
      orm ??= ormOver(execute);
      return orm;
    },
  };
}

function ormOver(execute: Execute): Orm {
  return drizzle(
    async (sql, params, method) => {
      const answer = await execute(sql, params.map(toParameter));
      return { rows: method === 'all' ? toArrays(answer) : toObjects(answer) };
    },
    { schema: tables },
  );
}
