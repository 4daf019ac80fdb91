import { readFile } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { type messages, PGlite, protocol } from '@electric-sql/pglite';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { vector } from '@electric-sql/pglite-pgvector';
import type { PgliteReply, PgliteRequest, PgliteSource } from './pglite-messages.js';
import { errorReport } from './query-error.js';
import type { Answer, Column, Parameter } from './values.js';

// PGlite blocks the thread it runs in, for as long as a statement takes: this is that thread.

const LOG_LINES = 20;
const log: string[] = [];

function keepLog(line: string): boolean {
  log.push(line);
  if (log.length > LOG_LINES) log.shift();
  return false;
}

function reply(message: PgliteReply, transfer: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer);
}

function fail(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  reply({ kind: 'failed', message, log: log.join('\n') });
}

async function open({ directory, dump }: PgliteSource): Promise<PGlite> {
  const template = dump === undefined ? {} : { loadDataDir: new Blob([await readFile(dump)]) };
  return PGlite.create({
    ...(directory === undefined ? {} : { dataDir: directory }),
    ...template,
    extensions: { vector, pg_trgm },
    onStderr: keepLog,
  });
}

/**
 * One round through PostgreSQL's extended protocol. PGlite's own `query` takes five, to learn the parameters' types;
 * here they arrive as text or as bytes already.
 */
async function execute(
  database: PGlite,
  statement: string,
  parameters: readonly Parameter[],
): Promise<Answer> {
  const { parse, bind, describe, execute, sync } = protocol.serialize;
  const request = Buffer.concat([
    parse({ text: statement }),
    bind({ values: [...parameters] }),
    describe({ type: 'P' }),
    execute({}),
    sync(),
  ]);
  const { messages } = await database.execProtocol(request, { syncToFs: false });
  return toAnswer(messages);
}

type BackendMessage = Awaited<ReturnType<PGlite['execProtocol']>>['messages'][number];

function toAnswer(received: readonly BackendMessage[]): Answer {
  let columns: Column[] = [];
  const rows: (string | null)[][] = [];
  let tag = '';
  for (const message of received) {
    if (message.name === 'dataRow') {
      rows.push((message as messages.DataRowMessage).fields);
    } else if (message.name === 'rowDescription') {
      const { fields } = message as messages.RowDescriptionMessage;
      columns = fields.map(({ name, dataTypeID }) => ({ name, type: dataTypeID }));
    } else if (message.name === 'commandComplete') {
      tag = (message as messages.CommandCompleteMessage).text;
    }
  }
  if (received.at(-1)?.name !== 'readyForQuery') throw new Error('PostgreSQL has ended');
  // "INSERT 0 5", "SELECT 2", "CREATE TABLE"
  const words = tag.split(' ');
  return { columns, rows, command: words[0]!, touched: Number(words.at(-1)) || 0 };
}

async function serve(database: PGlite, request: PgliteRequest): Promise<void> {
  switch (request.kind) {
    case 'execute':
      try {
        reply({ kind: 'answer', answer: await execute(database, request.statement, request.parameters) });
      } catch (error) {
        const report = errorReport(error);
        if (report === undefined) throw error;
        reply({ kind: 'refused', report });
      }
      return;
    case 'dump': {
      const bytes = new Uint8Array(await (await database.dumpDataDir('none')).arrayBuffer());
      reply({ kind: 'dump', bytes }, [bytes.buffer]);
      return;
    }
    case 'close':
      await database.close();
      reply({ kind: 'closed' });
      parentPort?.close();
  }
}

try {
  const database = await open(workerData as PgliteSource);
  parentPort?.on('message', (request: PgliteRequest) => serve(database, request).catch(fail));
  reply({ kind: 'open' });
} catch (error) {
  fail(error);
}
