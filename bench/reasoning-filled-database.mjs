import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import pg from 'pg';
import { argumentKey, factHash } from '../dist/knowledge/argument-keys.js';
import { factText } from './programs/program.mjs';

/**
 * A directory for PGlite, or a database of its own on a server, that outlives the application.
 * @param {string} [serverUrl]
 * @returns {Promise<{ environment: Record<string, string>, remove: () => Promise<void> }>}
 */
export async function newDatabase(serverUrl) {
  const directory = await mkdtemp(join(tmpdir(), 'corollary-bench-'));
  const removeDirectory = () => rm(directory, { recursive: true, force: true });
  if (serverUrl === undefined) return { environment: { DATA_DIR: directory }, remove: removeDirectory };
  const name = `corollary_bench_${randomBytes(4).toString('hex')}`;
  await onServer(serverUrl, `create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    environment: { DATA_DIR: directory, DATABASE_URL: url.href },
    async remove() {
      await onServer(serverUrl, `drop database if exists ${name} with (force)`);
      await removeDirectory();
    },
  };
}

async function onServer(connectionString, statement) {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** Rows in one statement. */
const batch = 20_000;

/**
 * Stores facts whose arguments are atoms, none of which is there yet, in one revision: what an import would leave, in a
 * fraction of its time, since the indexes are made afterwards.
 * @param {import('./programs/program.mjs').ProgramFact[]} facts
 */
export async function fillDatabase({ database, knowledge }, facts) {
  const { id, revision } = await knowledge.knowledgeBase();
  const indexes = await database.rows(sql`
    select indexname as name, indexdef as definition from pg_indexes
    where tablename = 'facts' and indexname <> 'facts_knowledge_base_id_pk'`);
  for (const { name } of indexes) await database.run(sql`drop index ${sql.identifier(name)}`);
  for (let i = 0; i < facts.length; i += batch) {
    const rows = facts.slice(i, i + batch).map(rowOf);
    await database.run(sql`
      insert into facts (knowledge_base, predicate, arity, prolog, arguments, argument_keys, hash, confidence, asserted_in)
      select ${id}::int, p, a, t, v, k, decode(h, 'hex'), c, ${revision + 1}::bigint
      from json_to_recordset(${JSON.stringify(rows)}::json)
        as given (p text, a smallint, t text, v jsonb, k bigint[], h text, c double precision)`);
  }
  for (const { definition } of indexes) await database.run(sql.raw(definition));
  await database.run(sql`
    insert into predicates (knowledge_base, name, arity, fact_count)
    select knowledge_base, predicate, arity, count(*) from facts where knowledge_base = ${id} group by 1, 2, 3`);
  await database.run(sql`
    insert into revisions (knowledge_base, number, committed_at) values (${id}, ${revision + 1}, now())`);
  await database.run(sql`
    update knowledge_bases set revision = revision + 1, fact_count = ${facts.length} where id = ${id}`);
  await database.run(sql`analyze facts`);
}

function rowOf(fact) {
  const { predicate, args, confidence } = fact;
  const text = factText(fact);
  return {
    p: predicate,
    a: args.length,
    t: text,
    v: args,
    k: args.map((argument, i) => argumentKey(predicate, args.length, i, argument)),
    h: factHash(text),
    c: confidence,
  };
}
