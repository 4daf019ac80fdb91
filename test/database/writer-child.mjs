import { sql } from 'drizzle-orm';
import { openDatabase } from '../../dist/database/open-database.js';

// Writes numbered rows to the database in the directory given, and says each number once it is committed.
const database = await openDatabase({ databaseUrl: undefined, dataDirectory: process.argv[2] });
await database.run(sql`create table if not exists numbers (number int primary key, text text)`);
const [{ next }] = await database.rows(sql`select coalesce(max(number), 0) + 1 as next from numbers`);
for (let number = next; ; number++) {
  await database.transaction(async (transaction) => {
    await transaction.run(sql`insert into numbers values (${number}, ${'x'.repeat(number % 500)})`);
    await transaction.run(sql`update numbers set text = text || '.' where number = ${number}`);
  });
  process.stdout.write(`${number}\n`);
}
