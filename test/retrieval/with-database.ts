import { afterAll, describe } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { testDatabase } from '../support/database.js';

/** `describe` whose tests share one database: each makes a knowledge base of its own in it, see `World`. */
export function describeWithDatabase(name: string, tests: (open: () => Promise<Database>) => void): void {
  describe(name, () => {
    let database: Promise<Database> | undefined;
    afterAll(async () => (await database)?.stop());
    tests(() => {
      database ??= testDatabase();
      return database;
    });
  });
}
