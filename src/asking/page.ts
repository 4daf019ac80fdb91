import type { KnowledgeBase } from '../knowledge/knowledge.js';
import type { GoalOutcome } from '../reasoning/reasoning.js';
import type { SpacePin } from '../retrieval/pinned-space.js';
import type { Answer, AnswerPage, Timings } from './asking.js';
import { pageInfo } from './paging.js';

/** A part of the answers, at the revision and behind the cursor that the request names. */
export interface Page {
  readonly knowledgeBase: KnowledgeBase;
  readonly revision: number;
  /** The embedding space of the request. */
  readonly pin: SpacePin;
  readonly offset: number;
  readonly first: number;
  /** What is asked of the knowledge base, without the page. */
  readonly asked: object;
  /** See `requestKey`. */
  readonly key: string;
  /** The list that the cursor before the page is of; undefined for a first page. */
  readonly list: string | undefined;
  /** Behind the i-th item of the page (from 0), which is cut from a list of `ranked-lists.ts` where one is given. */
  cursor(i: number, list?: string): string;
}

/** What came of a goal, with its answers as callers see them. */
export type Proved = Omit<GoalOutcome, 'answers'> & { readonly answers: readonly Answer[] };

export function answerPage(
  answers: readonly Answer[],
  page: Page,
  hasNextPage: boolean,
  totalCount: number | null,
  list?: string,
): AnswerPage {
  const edges = answers.map((answer, i) => ({ cursor: page.cursor(i, list), answer }));
  const cursors = edges.map(({ cursor }) => cursor);
  return { edges, pageInfo: pageInfo(cursors, page.offset, hasNextPage), totalCount };
}

/** @param started when the request came, by `performance.now()` */
export function timings(
  { embedMs, retrieveMs, reasonMs }: Omit<Timings, 'totalMs'>,
  started: number,
): Timings {
  return { embedMs, retrieveMs, reasonMs, totalMs: performance.now() - started };
}

export const signalOf = ({ signal }: { readonly signal?: AbortSignal }) =>
  signal === undefined ? {} : { signal };
