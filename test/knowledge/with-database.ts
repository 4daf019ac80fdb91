import { sql } from 'drizzle-orm';
import { afterAll, describe, it } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { dropSpacePartitions } from '../../src/database/spaces.js';
import { testDatabase } from '../support/database.js';

type ItWithDatabase = (behaviour: string, test: (database: Database) => Promise<void>) => void;

const TIMEOUT_MS = 120_000;

/** `describe` whose tests each find an empty database: one for all of them, emptied before each. */
export function describeWithDatabase(name: string, define: (it: ItWithDatabase) => void): void {
  describe(name, () => {
    let opened: Promise<Database> | undefined;
    afterAll(async () => (await opened)?.stop());
    define((behaviour, test) => {
      const inEmptyDatabase = async () => {
        opened ??= testDatabase();
        const database = await opened;
        await empty(database);
        await test(database);
      };
      it(behaviour, inEmptyDatabase, TIMEOUT_MS);
    });
  });
}

async function empty(database: Database): Promise<void> {
  const spaces = await database.rows<{ id: number }>(sql`select id from embedding_spaces`);
  for (const { id } of spaces) await dropSpacePartitions(database, id);
  await database.run(sql`truncate knowledge_bases restart identity cascade`);
}
