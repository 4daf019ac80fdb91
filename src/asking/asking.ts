import type { AsOf, KnowledgeBase } from '../knowledge/knowledge.js';
import type { LimitKind, ReasoningLimits, Scope, ScoredAnswer, Scoring } from '../reasoning/reasoning.js';
import type { RetrievalOptions, ScoredFact } from '../retrieval/retrieval.js';
import type { Mention } from './linking/linker.js';
import type { FilledSlot } from './patterns/pattern.js';

export type Route = 'DENSE' | 'LOGIC' | 'HYBRID';

export interface AskRequest {
  readonly question: string;
  readonly goal?: string | null;
  readonly route?: Route | 'AUTO';
  readonly scope?: Scope;
  readonly scoring?: Scoring;
  readonly retrieval?: RetrievalOptions;
  readonly limits?: Partial<ReasoningLimits>;
  readonly assume?: readonly string[];
  /** Ids of facts. */
  readonly without?: readonly number[];
  readonly asOf?: AsOf | null;
  readonly first?: number;
  readonly after?: string | null;
  /** Its name; default `default`. */
  readonly knowledgeBase?: string | null;
  /** Default: everything. */
  readonly wanted?: Wanted;
  readonly signal?: AbortSignal;
}

/** The parts of a result that cost something, so that nobody pays who does not look at them. */
export interface Wanted {
  readonly proofs: boolean;
  readonly texts: boolean;
  /** The number of all answers. */
  readonly count: boolean;
  /** The facts that a HYBRID question retrieved; default true. */
  readonly retrieved?: boolean;
}

export type ProveRequest = Omit<AskRequest, 'question' | 'route' | 'scope' | 'retrieval' | 'goal'> & {
  readonly goal: string;
};

export interface SearchRequest {
  readonly text: string;
  readonly retrieval?: RetrievalOptions;
  readonly first?: number;
  readonly after?: string | null;
  readonly asOf?: AsOf | null;
  readonly knowledgeBase?: string | null;
  readonly signal?: AbortSignal;
}

export interface RouteDecision {
  readonly route: Route;
  readonly reason: string;
  /** In [0, 1]. */
  readonly confidence: number;
  readonly goal: string | null;
  readonly text: string | null;
  /** The question pattern that was matched; null where none was. */
  readonly pattern: MatchedPattern | null;
  /** What went wrong on the way to it, in sentences for a person. */
  readonly warnings: readonly string[];
  readonly alternatives: readonly RouteDecision[];
  /** A goal that nobody who is responsible wrote: it gets less time and work than others. */
  readonly isProposed?: boolean;
}

/** A question pattern of a rule module that fits a question. */
export interface MatchedPattern {
  readonly pattern: string;
  readonly module: string;
  readonly line: number | null;
  /** Filled in; variables have the names that the pattern gives them. */
  readonly goal: string;
  /** Variables of the goal that answer the question. */
  readonly answers: readonly string[];
  readonly slots: readonly FilledSlot[];
  readonly similarity: number;
}

/** An answer as callers see it: of a DENSE question the goal is the fact itself. */
export interface Answer extends ScoredAnswer {
  /** A sentence for a person, from the predicate's template or the fact's sentence; null too where none was wanted. */
  readonly text: string | null;
}

export interface Timings {
  readonly embedMs: number;
  readonly retrieveMs: number;
  readonly reasonMs: number;
  readonly totalMs: number;
}

export interface PageInfo {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly startCursor: string | null;
  readonly endCursor: string | null;
}

export interface AnswerPage {
  readonly edges: readonly { readonly cursor: string; readonly answer: Answer }[];
  readonly pageInfo: PageInfo;
  /** Null while not every answer is known; it may be null too where it was not wanted. */
  readonly totalCount: number | null;
}

export interface ProveResult {
  readonly knowledgeBase: KnowledgeBase;
  readonly answers: AnswerPage;
  readonly complete: boolean;
  readonly limitReached: LimitKind | null;
  readonly warnings: readonly string[];
  readonly revision: number;
  /** Which evaluator answered: `deduction`, `swi` or `tau`. */
  readonly evaluator: string;
  /** Why the goal was for Prolog; null where it was not. */
  readonly evaluatorReason: string | null;
  readonly timings: Timings;
}

export interface AskResult extends Omit<ProveResult, 'evaluator'> {
  /** As in ProveResult; null for DENSE, where nothing is evaluated. */
  readonly evaluator: string | null;
  readonly route: RouteDecision;
  /** The facts that retrieval offered, best first. */
  readonly retrieved: readonly ScoredFact[];
}

export interface SearchResult {
  readonly knowledgeBase: KnowledgeBase;
  /** The embedding space whose vectors were compared; null when none were. */
  readonly space: number | null;
  readonly facts: readonly ScoredFact[];
  readonly pageInfo: PageInfo;
  /** The pages together hold every fact that the request lets through. */
  readonly complete: boolean;
  readonly limitReached: LimitKind | null;
  readonly revision: number;
  readonly timings: Timings;
}

/** Question → route → answers. */
export interface Asker {
  ask(request: AskRequest): Promise<AskResult>;
  prove(request: ProveRequest): Promise<ProveResult>;
  search(request: SearchRequest): Promise<SearchResult>;
  route(question: string, knowledgeBase?: string | null, goal?: string | null): Promise<RouteDecision>;
  /** What words of each text name. */
  mentions(texts: readonly string[], knowledgeBase?: string | null): Promise<readonly (readonly Mention[])[]>;
  /** The directive that declares a goal as the right reading of a question; see `Router.pattern`. */
  pattern(question: string, goal: string, knowledgeBase?: string | null): Promise<string>;
}
