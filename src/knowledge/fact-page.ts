import { type SQL, sql } from 'drizzle-orm';
import type { Connection } from '../database/database.js';
import { CorollaryError } from '../errors.js';
import { factFilterSql } from './fact-filter.js';
import { type FactRow, factColumns, factTables, toFact } from './fact-row.js';
import type { AsOf, Fact, FactFilter, KnowledgeBase } from './knowledge.js';
import { revisionAt } from './revision.js';

export interface FactPageRequest {
  readonly filter?: FactFilter | null;
  /** From the beginning, or from `after`; 0 to 1,000. 100 when neither `first` nor `last` is given. */
  readonly first?: number | null;
  readonly after?: string | null;
  /** From the end, or up to `before`; 0 to 1,000. Not together with `first`. */
  readonly last?: number | null;
  readonly before?: string | null;
  /** A cursor's own revision goes before it. */
  readonly asOf?: AsOf | null;
}

export interface FactPage {
  /** In order of assertion. */
  readonly edges: readonly { readonly cursor: string; readonly node: Fact }[];
  readonly nodes: readonly Fact[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  /** The revision that this page, and every page from its cursors, is of. */
  readonly revision: number;
  /** How many facts the pages have together. Counted when asked for. */
  totalCount(): Promise<number>;
}

/**
 * One page of the facts that match a filter. Cursors carry the revision of the first page, so that paging
 * through a knowledge base that is written to meets every fact once.
 *
 * @throws CorollaryError BAD_INPUT, BAD_CURSOR, REVISION_NOT_FOUND, PROLOG_SYNTAX (in the filter)
 */
export async function factPage(
  connection: Connection,
  knowledgeBase: KnowledgeBase,
  request: FactPageRequest,
): Promise<FactPage> {
  const { first, last, filter } = request;
  const backward = isGiven(last);
  if (backward && isGiven(first)) throw new CorollaryError('BAD_INPUT', 'Give first or last, not both');
  const size = pageSize(backward ? 'last' : 'first', backward ? last : (first ?? 100));
  const after = readCursor(request.after, knowledgeBase);
  const before = readCursor(request.before, knowledgeBase);
  if (after !== undefined && before !== undefined && after.revision !== before.revision) {
    throw badCursor('after and before are cursors of different revisions');
  }
  const revision =
    after?.revision ?? before?.revision ?? (await revisionAt(connection, knowledgeBase, request.asOf));
  const matching = sql`f.knowledge_base = ${knowledgeBase.id} and ${factFilterSql(filter, revision)}`;

  const lowest = after?.fact ?? 0;
  const beyond = before?.fact ?? Number.MAX_SAFE_INTEGER;
  const rows = await connection.rows<FactRow>(sql`
    select ${factColumns} from ${factTables}
    where ${matching} and f.id > ${lowest} and f.id < ${beyond}
    order by f.id ${backward ? sql`desc` : sql`asc`}
    limit ${size + 1}`);
  const more = rows.length > size;
  const nodes = rows.slice(0, size).map(toFact);
  if (backward) nodes.reverse();

  // An empty page stands in the gap beside its cursor.
  const start = nodes[0]?.id ?? (backward ? beyond : lowest + 1);
  const end = nodes.at(-1)?.id ?? (backward ? beyond - 1 : lowest);
  const any = async (where: SQL) => {
    const found = await connection.rows(sql`select 1 from facts f where ${matching} and ${where} limit 1`);
    return found.length > 0;
  };
  const edges = nodes.map((node) => ({ cursor: writeCursor(knowledgeBase, revision, node.id), node }));
  return {
    edges,
    nodes,
    pageInfo: {
      hasNextPage: (!backward && more) || (before !== undefined && (await any(sql`f.id > ${end}`))),
      hasPreviousPage: (backward && more) || (after !== undefined && (await any(sql`f.id < ${start}`))),
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    revision,
    totalCount: async () => {
      if (filter == null && revision === knowledgeBase.revision) return knowledgeBase.factCount;
      const [row] = await connection.rows<{ count: number }>(
        sql`select count(*) from facts f where ${matching}`,
      );
      return row!.count;
    },
  };
}

const MOST = 1_000;

function pageSize(name: string, size: number): number {
  if (Number.isInteger(size) && size >= 0 && size <= MOST) return size;
  throw new CorollaryError('BAD_INPUT', `${name} is a whole number from 0 to ${MOST}, not ${size}`, {
    [name]: size,
  });
}

interface Cursor {
  readonly revision: number;
  readonly fact: number;
}

function writeCursor(knowledgeBase: KnowledgeBase, revision: number, fact: number): string {
  return Buffer.from(`facts ${knowledgeBase.id} ${revision} ${fact}`).toString('base64url');
}

function readCursor(text: string | null | undefined, knowledgeBase: KnowledgeBase): Cursor | undefined {
  if (text == null) return undefined;
  const [kind, base, revision, fact] = Buffer.from(text, 'base64url').toString().split(' ');
  const cursor = { revision: Number(revision), fact: Number(fact) };
  // Written again it must come out the same: this refuses everything that factPage has not made.
  const made = kind === 'facts' && writeCursor(knowledgeBase, cursor.revision, cursor.fact) === text;
  if (!made || !Number.isSafeInteger(cursor.revision) || !Number.isSafeInteger(cursor.fact)) {
    throw badCursor(
      kind === 'facts' && base !== String(knowledgeBase.id)
        ? 'The cursor belongs to another knowledge base'
        : 'This is not a cursor that facts has given out',
    );
  }
  if (cursor.revision < 0 || cursor.revision > knowledgeBase.revision || cursor.fact < 0) {
    throw badCursor('The cursor belongs to a revision that is not there');
  }
  return cursor;
}

function badCursor(message: string): CorollaryError {
  return new CorollaryError('BAD_CURSOR', message);
}

function isGiven<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}
