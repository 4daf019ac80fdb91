import { sql } from 'drizzle-orm';
import type { Connection } from './database.js';

/** A quarter of PostgreSQL's autovacuum_naptime: what was imported is asked for at once. */
const EVERY_MS = 15_000;

/**
 * PGlite has no autovacuum: without this, queues and edited facts would fill the directory with dead rows, and the
 * planner would know nothing of what the tables hold.
 * @returns the function that ends it
 */
export function vacuumRegularly(connection: Connection): () => void {
  const timer = setInterval(() => {
    // A statement that comes after stop() is refused, and then there is nothing to do.
    vacuumWhereDue(connection).catch(() => undefined);
  }, EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/**
 * Vacuums and analyses, one by one, the tables that autovacuum would (with its default thresholds). What they are
 * counted by is lost when the database closes, so those that hold something and never had their turn get it as well.
 * @returns their names
 */
export async function vacuumWhereDue(connection: Connection): Promise<string[]> {
  await connection.rows(sql`select pg_stat_force_next_flush()`);
  const due = await connection.rows<{ name: string }>(sql`
    select s.relname as name from pg_stat_user_tables s join pg_class c on c.oid = s.relid
    where s.n_dead_tup > 50 + 0.2 * s.n_live_tup
      or s.n_mod_since_analyze > 50 + 0.1 * s.n_live_tup
      or s.n_ins_since_vacuum > 1000 + 0.2 * s.n_live_tup
      or (c.reltuples < 0 and pg_relation_size(c.oid) > 0)
    order by s.relname`);
  for (const { name } of due) await connection.run(sql`vacuum (analyze) ${sql.identifier(name)}`);
  return due.map(({ name }) => name);
}
