import { sql } from 'drizzle-orm';
import type { Database } from '../database/database.js';

/**
 * Takes a turn of a job whose rate is limited, on behalf of all servers that work on it (the generic cell rate algorithm:
 * the job keeps the time at which the next turn may begin).
 * @param seconds that the turn takes at that rate
 * @returns how long to wait before it, in ms
 */
export async function reserveTurn(database: Database, job: number, seconds: number): Promise<number> {
  const [turn] = await database.rows<{ wait: number }>(sql`
    update jobs set paced_until = greatest(coalesce(paced_until, now()), now()) + make_interval(secs => ${seconds}::float8)
    where id = ${job}
    returning (extract(epoch from paced_until - now()) - ${seconds}::float8)::float8 * 1000 as wait`);
  return Math.max(0, turn?.wait ?? 0);
}
