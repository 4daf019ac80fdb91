import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Connection, Database } from '../../src/database/database.js';
import { vacuumWhereDue } from '../../src/database/pglite-vacuum.js';
import { QueryError } from '../../src/database/query-error.js';
import { knowledgeBases } from '../../src/database/tables.js';
import { onlyOnPglite, onlyOnPostgres, testDatabase } from '../support/database.js';

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
  await database.run(
    sql`create table notes (id bigint generated always as identity, text text unique, data jsonb)`,
  );
});
afterAll(() => database.stop());

const note = (connection: Connection, text: string) =>
  connection.run(sql`insert into notes (text) values (${text})`);
const noted = async (text: string) =>
  (await database.rows(sql`select from notes where text = ${text}`)).length === 1;

describe('values', () => {
  test('come back as what they went in', async () => {
    const instant = new Date('2026-03-04T05:06:07.089Z');
    const [row] = await database.rows(sql`
      select ${7_000_000_000}::int8 as int8, ${instant}::timestamptz as instant, ${{ a: [1, 'x', null] }}::jsonb as json,
        ${new Uint8Array([0, 92, 255])}::bytea as bytes, ${1e-7}::float8 as float, ${true}::boolean as yes,
        ${null}::text as nothing, ${'é\n"\\'}::text as text, ${'"a"'}::jsonb as "jsonString", 'NaN'::float8 as nan`);
    expect(row).toEqual({
      int8: 7_000_000_000,
      instant,
      json: { a: [1, 'x', null] },
      bytes: new Uint8Array([0, 92, 255]),
      float: 1e-7,
      yes: true,
      nothing: null,
      text: 'é\n"\\',
      jsonString: 'a',
      nan: Number.NaN,
    });
  });

  test('come back as what they went in when they are arrays', async () => {
    const texts = ['a "b"', 'c\\d', '', 'NULL', '{,}', ' ', 'é', null];
    const bytes = [new Uint8Array([1, 2]), new Uint8Array()];
    const [row] = await database.rows(sql`
      select ${sql.param([1, 2 ** 53 - 1, null])}::int8[] as integers, ${sql.param(texts)}::text[] as texts,
        ${sql.param(bytes)}::bytea[] as bytes, ${sql.param([])}::text[] as empty,
        ${sql.param([true, false])}::boolean[] as booleans, ${sql.param([
          [1, 2],
          [3, 4],
        ])}::int[] as nested,
        '[0:1]={5,6}'::int[] as bounded, ${sql.param([{ a: '"' }])}::jsonb[] as objects`);
    expect(row).toEqual({
      integers: [1, 2 ** 53 - 1, null],
      texts,
      bytes,
      empty: [],
      booleans: [true, false],
      nested: [
        [1, 2],
        [3, 4],
      ],
      bounded: [5, 6],
      objects: [{ a: '"' }],
    });
  });

  test('of a view into a larger buffer are only its bytes', async () => {
    const view = new Uint8Array([9, 8, 7, 6, 5]).subarray(1, 3);
    const pooled = Buffer.from('xyz');
    const rows = await database.rows(sql`select ${view}::bytea as view, ${pooled}::bytea as pooled`);
    expect(rows).toEqual([{ view: new Uint8Array([8, 7]), pooled: new Uint8Array([120, 121, 122]) }]);
    expect([...view]).toEqual([8, 7]);
  });

  test('come back as whole numbers or not at all', async () => {
    await expect(database.rows(sql`select 9007199254740993::int8 as n`)).rejects.toThrow(RangeError);
  });

  test('come back alike through drizzle', async () => {
    const [made] = await database.orm.insert(knowledgeBases).values({ name: 'by drizzle' }).returning();
    expect(made).toMatchObject({ name: 'by drizzle', revision: 0, factCount: 0 });
    expect(made!.createdAt).toBeInstanceOf(Date);
    const found = await database.orm.query.knowledgeBases.findFirst({
      where: eq(knowledgeBases.id, made!.id),
    });
    expect(found).toEqual(made);
  });
});

describe('a statement', () => {
  test('says how many rows it touched', async () => {
    expect(await database.run(sql`insert into notes (text) values ('t1'), ('t2')`)).toBe(2);
    expect(await database.run(sql`update notes set data = '1' where text in ('t1', 't2', 't3')`)).toBe(2);
    expect(await database.run(sql`create table nothing ()`)).toBe(0);
  });

  test('that PostgreSQL refuses throws its SQLSTATE, and leaves the session usable', async () => {
    await note(database, 'unique');
    const error = await note(database, 'unique').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(QueryError);
    expect(error).toMatchObject({ sqlState: '23505', constraint: 'notes_text_key' });
    await expect(database.rows(sql`selekt 1`)).rejects.toMatchObject({ sqlState: '42601' });
    await expect(database.rows(sql`select 1/${0}::int`)).rejects.toMatchObject({ sqlState: '22012' });
    expect(await database.rows(sql`select 1 as one`)).toEqual([{ one: 1 }]);
  });

  test('is one statement: a second one after it is refused', async () => {
    await expect(database.run(sql`select 1; select 2`)).rejects.toMatchObject({ sqlState: '42601' });
  });
});

describe('a transaction', () => {
  test('keeps what it wrote, and gives what its work gives', async () => {
    expect(await database.transaction(async (transaction) => note(transaction, 'kept'))).toBe(1);
    expect(await noted('kept')).toBe(true);
  });

  test('that throws leaves nothing, and throws that error', async () => {
    const error = new Error('enough');
    const attempt = database.transaction(async (transaction) => {
      await note(transaction, 'undone');
      throw error;
    });
    await expect(attempt).rejects.toBe(error);
    expect(await noted('undone')).toBe(false);
  });

  test('commits statements that its work sent and did not wait for', async () => {
    await database.transaction(async (transaction) => {
      void note(transaction, 'unawaited');
    });
    expect(await noted('unawaited')).toBe(true);
  });

  test('whose failed statement was caught says that nothing was committed', async () => {
    const attempt = database.transaction(async (transaction) => {
      await note(transaction, 'lost');
      await transaction.rows(sql`select 1/0`).catch(() => undefined);
    });
    await expect(attempt).rejects.toThrow('Nothing was committed');
    expect(await noted('lost')).toBe(false);
    expect(await database.rows(sql`select 1 as one`)).toEqual([{ one: 1 }]);
  });

  test('refuses statements once it is over', async () => {
    let kept: Connection | undefined;
    await database.transaction(async (transaction) => {
      kept = transaction;
    });
    await expect(note(kept!, 'late')).rejects.toThrow('has been committed');
    expect(await noted('late')).toBe(false);
  });

  test('refuses a statement past its own connection, which would wait for it for ever', async () => {
    const attempt = database.transaction(() => database.rows(sql`select 1`));
    await expect(attempt).rejects.toThrow('use the connection that it was given');
    const nested = database.transaction(() => database.transaction(async () => 1));
    await expect(nested).rejects.toThrow('use the connection that it was given');
  });

  test('with a snapshot sees one state, and does not write', async () => {
    await database
      .transaction(
        async (transaction) => {
          const count = async () =>
            (await transaction.rows<{ n: number }>(sql`select count(*) as n from notes`))[0]!.n;
          const before = await count();
          if (database.capabilities.concurrent) await elsewhere(() => note(database, 'meanwhile'));
          expect(await count()).toBe(before);
          await expect(note(transaction, 'read only')).rejects.toMatchObject({ sqlState: '25006' });
          throw new Error('done');
        },
        { snapshot: true },
      )
      .catch((error: Error) => expect(error.message).toBe('done'));
  });

  test('takes turns with others: none is lost, none sees half of another', async () => {
    await database.run(sql`create table account (balance int)`);
    await database.run(sql`insert into account values (0)`);
    const seen: number[] = [];
    const deposit = () =>
      database.transaction(async (transaction) => {
        await transaction.run(sql`update account set balance = balance + 1`);
        await transaction.run(sql`update account set balance = balance + 1`);
      });
    const look = async () => {
      seen.push((await database.rows<{ balance: number }>(sql`select balance from account`))[0]!.balance);
    };
    await Promise.all(Array.from({ length: 40 }, (_, at) => (at % 2 ? deposit() : look())));
    await look();
    expect(seen).toHaveLength(21);
    expect(seen.at(-1)).toBe(40);
    expect(seen.every((balance) => balance % 2 === 0)).toBe(true);
  });
});

function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** Runs outside of the transaction that the caller is in, as another request would. */
async function elsewhere<T>(work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    outside.push(() => work().then(resolve, reject));
  });
}

const outside: (() => void)[] = [];
const runner = setInterval(() => {
  for (const work of outside.splice(0)) work();
}, 5);
afterAll(() => clearInterval(runner));

describe('a signal', () => {
  test('that aborts rolls back, whatever the work does then', async () => {
    const controller = new AbortController();
    let later: Promise<unknown> | undefined;
    const attempt = database.transaction(
      async (transaction) => {
        await note(transaction, 'aborted');
        controller.abort(new Error('gone'));
        later = note(transaction, 'after the abort').catch((error: unknown) => error);
        await new Promise((resolve) => setTimeout(resolve, 20_000).unref());
      },
      { signal: controller.signal },
    );
    await expect(attempt).rejects.toMatchObject({ code: 'CANCELLED', cause: new Error('gone') });
    expect(await later).toMatchObject({ code: 'CANCELLED' });
    expect(await noted('aborted')).toBe(false);
    expect(await noted('after the abort')).toBe(false);
  });

  test('that has aborted before lets nothing begin', async () => {
    let began = false;
    const attempt = database.transaction(
      async () => {
        began = true;
      },
      { signal: AbortSignal.abort() },
    );
    await expect(attempt).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(began).toBe(false);
  });

  test('that aborts after the commit changes nothing, and is let go of', async () => {
    const controller = new AbortController();
    await database.transaction((transaction) => note(transaction, 'before the abort'), {
      signal: controller.signal,
    });
    controller.abort();
    expect(await noted('before the abort')).toBe(true);
  });
});

onlyOnPostgres('a signal, on a server', () => {
  test('cancels the statement that is running', async () => {
    const controller = new AbortController();
    const attempt = database.transaction(
      async (transaction) => {
        setTimeout(() => controller.abort(), 100);
        await transaction.run(sql`select pg_sleep(25)`);
      },
      { signal: controller.signal },
    );
    const begin = Date.now();
    await expect(attempt).rejects.toMatchObject({ code: 'CANCELLED' });
    const sleeping = sql`select from pg_stat_activity where query = 'select pg_sleep(25)' and state = 'active'`;
    await expect.poll(async () => (await database.rows(sleeping)).length, { timeout: 5_000 }).toBe(0);
    expect(Date.now() - begin).toBeLessThan(10_000);
  });

  test('cancels a statement that runs by itself, and spares the next one of its connection', async () => {
    const controller = new AbortController();
    const attempt = database.rows(sql`select pg_sleep(26)`, { signal: controller.signal });
    setTimeout(() => controller.abort(), 100);
    await expect(attempt).rejects.toMatchObject({ code: 'CANCELLED' });
    const sleeping = sql`select from pg_stat_activity where query = 'select pg_sleep(26)' and state = 'active'`;
    await expect.poll(async () => (await database.rows(sleeping)).length, { timeout: 5_000 }).toBe(0);
    const next = Array.from({ length: 30 }, () => database.rows(sql`select 1 as one`));
    for (const rows of await Promise.all(next)) expect(rows).toEqual([{ one: 1 }]);
  });

  test('ends the waiting for a connection', async () => {
    const held = gate();
    const holders = Array.from({ length: 10 }, () => database.transaction(() => held.opened));
    const controller = new AbortController();
    const attempt = database.transaction(async () => 1, { signal: controller.signal });
    setTimeout(() => controller.abort(), 50);
    await expect(attempt).rejects.toMatchObject({ code: 'CANCELLED' });
    held.open();
    await Promise.all(holders);
  });

  test('a connection that the server closes costs one statement, not the process', async () => {
    const [own] = await database.rows<{ pid: number }>(sql`select pg_backend_pid() as pid`);
    await database.transaction(async (transaction) => {
      await transaction.run(sql`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()`);
    });
    await expect.poll(() => database.rows(sql`select 1 as one`).catch(() => undefined)).toEqual([{ one: 1 }]);
    expect(own).toBeDefined();
  });
});

onlyOnPostgres('a prepared statement', () => {
  test('outlives what takes its plan away: a pooler, or a change of its table', async () => {
    await database.run(sql`create table prepared (word text)`);
    await database.run(sql`insert into prepared values ('7')`);
    const read = (word: string) =>
      database.rows(sql`select * from prepared where word = ${word}`, { prepared: true });
    for (let n = 0; n < 8; n++) expect(await read('7')).toEqual([{ word: '7' }]);
    expect(await read('8')).toEqual([]);
    await database.run(sql`alter table prepared add column length int default 1`);
    for (let n = 0; n < 3; n++) expect(await read('7')).toEqual([{ word: '7', length: 1 }]);
    await Promise.all(
      Array.from({ length: 10 }, () =>
        database.transaction(async (each) => {
          await each.run(sql`deallocate all`);
          await each.run(sql`select pg_sleep(0.05)`);
        }),
      ),
    );
    expect(await read('7')).toEqual([{ word: '7', length: 1 }]);
  });

  test('of which there are many does not fill the server', async () => {
    const held: number[] = [];
    for (let n = 0; n < 250; n++) {
      await database.rows(sql`select ${sql.raw(String(n))} as n`, { prepared: true });
      const [row] = await database.rows<{ plans: number }>(
        sql`select count(*)::int as plans from pg_prepared_statements`,
      );
      held.push(row!.plans);
    }
    expect(Math.max(...held)).toBeLessThanOrEqual(100);
    expect(Math.max(...held)).toBeGreaterThan(1);
  });
});

onlyOnPglite('the embedded database', () => {
  test('serves in order of arrival, statements and transactions alike', async () => {
    const order: string[] = [];
    const statement = (name: string) => database.rows(sql`select 1`).then(() => order.push(name));
    const transaction = (name: string) =>
      database.transaction(async (each) => {
        await each.rows(sql`select 1`);
        await each.rows(sql`select 2`);
        order.push(name);
      });
    await Promise.all([statement('a'), transaction('B'), statement('c'), transaction('D'), statement('e')]);
    expect(order).toEqual(['a', 'B', 'c', 'D', 'e']);
  });

  test('leaves the event loop free while a statement runs', async () => {
    let ticks = 0;
    const ticking = setInterval(() => ticks++, 5);
    await database.rows(sql`select count(*) from generate_series(1, 2000000)`);
    clearInterval(ticking);
    expect(ticks).toBeGreaterThan(3);
  });

  test('lets those who wait finish before it stops, and refuses everybody after', async () => {
    const own = await testDatabase();
    const waiting = [
      own.rows(sql`select 1 as one`),
      own.transaction((each) => each.rows(sql`select 2 as two`)),
    ];
    await own.stop();
    expect(await Promise.all(waiting)).toEqual([[{ one: 1 }], [{ two: 2 }]]);
    await expect(own.rows(sql`select 1`)).rejects.toMatchObject({ code: 'CANCELLED' });
    await own.stop();
  });

  test('lets a waiting transaction leave when its signal aborts', async () => {
    const held = gate();
    const holder = database.transaction(() => held.opened);
    const controller = new AbortController();
    const attempt = database.transaction(async () => 1, { signal: controller.signal });
    controller.abort();
    await expect(attempt).rejects.toMatchObject({ code: 'CANCELLED' });
    held.open();
    await holder;
    expect(await database.rows(sql`select 1 as one`)).toEqual([{ one: 1 }]);
  });

  test('vacuums the tables that autovacuum would, and no others', async () => {
    await database.run(sql`create table churned (n int)`);
    await database.run(sql`insert into churned select generate_series(1, 2000)`);
    await database.run(sql`delete from churned where n % 2 = 0`);
    expect(await vacuumWhereDue(database)).toContain('churned');
    expect(await vacuumWhereDue(database)).toEqual([]);
    const [row] = await database.rows(
      sql`select n_dead_tup as dead, n_live_tup as live from pg_stat_user_tables where relname = 'churned'`,
    );
    expect(row).toEqual({ dead: 0, live: 1000 });
  });
});
