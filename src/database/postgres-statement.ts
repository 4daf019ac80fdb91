import type pg from 'pg';
import { errorReport, QueryError } from './query-error.js';
import type { Answer, Parameter } from './values.js';

/** Values arrive as the text that the server wrote: `values.ts` decodes them, for both backends. */
export const undecoded = { getTypeParser: () => (text: string) => text };

/** @throws QueryError for a statement that the server refuses */
export async function execute(
  client: pg.Pool | pg.PoolClient | pg.Client,
  statement: string,
  parameters: Parameter[],
  name?: string,
): Promise<Answer> {
  const query = {
    ...(name !== undefined && { name }),
    text: statement,
    values: parameters,
    rowMode: 'array',
    types: undecoded,
    // Else a statement without parameters might be several, which PGlite refuses.
    queryMode: 'extended',
  } satisfies pg.QueryArrayConfig & { queryMode: string };
  try {
    const { fields, rows, rowCount, command } = await client.query(query);
    return {
      columns: fields.map(({ name, dataTypeID }) => ({ name, type: dataTypeID })),
      rows: rows as (string | null)[][],
      command,
      touched: rowCount ?? 0,
    };
  } catch (error) {
    const report = errorReport(error);
    throw report ? new QueryError(report, statement) : error;
  }
}
