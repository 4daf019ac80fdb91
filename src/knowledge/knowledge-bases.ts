import { sql } from 'drizzle-orm';
import type { Connection, Database } from '../database/database.js';
import { wordSpace } from '../database/postings.js';
import { dropSpacePartitions } from '../database/spaces.js';
import { CorollaryError } from '../errors.js';
import { nearNames } from '../near-names.js';
import type { KnowledgeBase } from './knowledge.js';
import { lockKnowledgeBase } from './revision.js';

export const DEFAULT_KNOWLEDGE_BASE = 'default';

interface KnowledgeBaseRow {
  id: number;
  name: string;
  revision: number;
  fact_count: number;
  created_at: Date;
}

const columns = sql.raw('id, name, revision, fact_count, created_at');

function toKnowledgeBase(row: KnowledgeBaseRow): KnowledgeBase {
  const { id, name, revision } = row;
  return { id, name, revision, factCount: row.fact_count, createdAt: row.created_at };
}

/** @throws CorollaryError BAD_INPUT, KNOWLEDGE_BASE_EXISTS */
export async function createKnowledgeBase(connection: Connection, name: string): Promise<KnowledgeBase> {
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(name)) {
    throw new CorollaryError(
      'BAD_INPUT',
      "A knowledge base's name is 1 to 64 letters, digits, hyphens, underscores and full stops",
      { name },
    );
  }
  const created = await insertUnlessThere(connection, name);
  if (created === undefined) {
    throw new CorollaryError('KNOWLEDGE_BASE_EXISTS', `There is a knowledge base ${name} already`, { name });
  }
  return created;
}

/** The knowledge base `default`, made if it is not there; any number of servers may ask at once. */
export async function ensureDefaultKnowledgeBase(connection: Connection): Promise<KnowledgeBase> {
  return (
    (await insertUnlessThere(connection, DEFAULT_KNOWLEDGE_BASE)) ??
    (await findKnowledgeBase(connection, DEFAULT_KNOWLEDGE_BASE))
  );
}

async function insertUnlessThere(connection: Connection, name: string): Promise<KnowledgeBase | undefined> {
  // Milliseconds, like every instant here: what a caller reads as a Date can be given back as `asOf`.
  const rows = await connection.rows<KnowledgeBaseRow>(sql`
    insert into knowledge_bases (name, created_at)
    values (${name}, date_trunc('milliseconds', clock_timestamp()))
    on conflict (name) do nothing
    returning ${columns}`);
  return rows[0] && toKnowledgeBase(rows[0]);
}

/** In order of name. */
export async function listKnowledgeBases(connection: Connection): Promise<KnowledgeBase[]> {
  const rows = await connection.rows<KnowledgeBaseRow>(
    sql`select ${columns} from knowledge_bases order by name`,
  );
  return rows.map(toKnowledgeBase);
}

/** @throws CorollaryError KNOWLEDGE_BASE_NOT_FOUND, with the names that are near */
export async function findKnowledgeBase(
  connection: Connection,
  name: string | null = DEFAULT_KNOWLEDGE_BASE,
): Promise<KnowledgeBase> {
  const wanted = name ?? DEFAULT_KNOWLEDGE_BASE;
  const rows = await connection.rows<KnowledgeBaseRow>(
    sql`select ${columns} from knowledge_bases where name = ${wanted}`,
    { prepared: true },
  );
  return rows[0] ? toKnowledgeBase(rows[0]) : notFound(connection, wanted);
}

async function notFound(connection: Connection, name: string): Promise<never> {
  const near = nearNames(
    name,
    (await listKnowledgeBases(connection)).map((each) => each.name),
  );
  const hint = near.length === 0 ? '' : `; is it ${near.join(' or ')}?`;
  throw new CorollaryError(
    'KNOWLEDGE_BASE_NOT_FOUND',
    `There is no knowledge base ${JSON.stringify(name.slice(0, 100))}${hint}`,
    {
      name,
      near,
    },
  );
}

/** With everything that refers to it. @throws CorollaryError KNOWLEDGE_BASE_NOT_FOUND */
export async function deleteKnowledgeBase(database: Database, name: string): Promise<KnowledgeBase> {
  return database.transaction(async (transaction) => {
    const knowledgeBase = await findKnowledgeBase(transaction, name);
    await lockKnowledgeBase(transaction, knowledgeBase);
    const spaces = await transaction.rows<{ id: number }>(
      sql`select id from embedding_spaces where knowledge_base = ${knowledgeBase.id}`,
    );
    for (const { id } of spaces) await dropSpacePartitions(transaction, id);
    await transaction.run(sql`delete from postings where space = ${wordSpace(knowledgeBase.id)}`);
    await transaction.run(sql`delete from knowledge_bases where id = ${knowledgeBase.id}`);
    return knowledgeBase;
  });
}
