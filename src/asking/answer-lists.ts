import { LRUCache } from 'lru-cache';
import type { ScoredFact } from '../retrieval/retrieval.js';
import type { Answer } from './asking.js';
import type { Page, Proved } from './page.js';

/** Bytes that all lists together are reckoned at. */
const MOST_BYTES = 32 * 2 ** 20;
const KEPT_MS = 2 * 60_000;
/** Whoever turns to a second page is likely to turn to a third: so many pages are made at once. */
const PAGES = 10;
const MOST_ANSWERS = 1_000;
/** About what an answer, a node of its proof and a retrieved fact take. */
const BYTES = { answer: 500, node: 400, fact: 500 };

/** What came of a goal: the answers from one place to another. */
export interface Answered {
  readonly outcome: Proved;
  readonly retrieved: readonly ScoredFact[];
}

interface AnswerList extends Answered {
  /** Place of the first answer. */
  readonly from: number;
}

/**
 * Answers behind those of a page that was asked for, for the pages that follow: each would cost its goal again. The first
 * page makes none, so that nobody pays for pages who does not turn them. Where a list is gone (after two minutes, for want
 * of room, or on another server) the page is computed again, with the same answers.
 */
export class AnswerLists {
  readonly #kept = new LRUCache<string, AnswerList>({
    maxSize: MOST_BYTES,
    sizeCalculation: bytesOf,
    ttl: KEPT_MS,
  });

  /**
   * @param request everything that decides what the answers are, and what of them is there
   * @param compute the answers of a page
   */
  async page(request: string, page: Page, compute: (page: Page) => Promise<Answered>): Promise<Answered> {
    const { offset, first } = page;
    if (offset === 0 || first === 0) return compute(page);
    const kept = this.#kept.get(request);
    if (kept !== undefined && holds(kept, page)) {
      const outcome = { ...kept.outcome, reasonMs: 0, embedMs: 0, retrieveMs: 0 };
      return { ...kept, outcome: cut({ ...kept, outcome }, page) };
    }
    const ahead = Math.max(first, Math.min(MOST_ANSWERS, first * PAGES));
    const list = { ...(await compute({ ...page, first: ahead })), from: offset };
    // The limits are those of one page.
    if (!list.outcome.complete) return ahead === first ? list : compute(page);
    this.#kept.set(request, list);
    return { ...list, outcome: cut(list, page) };
  }
}

function holds({ from, outcome }: AnswerList, { offset, first }: Page): boolean {
  const end = from + outcome.answers.length;
  return from <= offset && (offset + first <= end || !outcome.more);
}

function cut({ from, outcome }: AnswerList, { offset, first }: Page): Proved {
  const start = offset - from;
  return {
    ...outcome,
    answers: outcome.answers.slice(start, start + first),
    more: outcome.more || start + first < outcome.answers.length,
  };
}

function bytesOf({ outcome, retrieved }: AnswerList): number {
  const ofAnswer = ({ proof, text }: Answer) =>
    BYTES.answer + (text?.length ?? 0) + BYTES.node * (proof?.nodes.length ?? 0);
  const answers = outcome.answers.reduce((sum, answer) => sum + ofAnswer(answer), 1);
  return retrieved.reduce((sum, { fact }) => sum + BYTES.fact + 2 * fact.prolog.length, answers);
}
