import type { Term } from '../prolog/term.js';

/** A knowledge base as it stood when it was read; `revision` is the number of its last write. */
export interface KnowledgeBase {
  readonly id: number;
  readonly name: string;
  readonly revision: number;
  readonly factCount: number;
  readonly createdAt: Date;
}

export interface Fact {
  readonly knowledgeBase: number;
  readonly id: number;
  readonly predicate: string;
  readonly arity: number;
  readonly arguments: readonly Term[];
  /** Canonical text, without the final full stop. */
  readonly prolog: string;
  readonly sentence: string | null;
  readonly confidence: number;
  readonly source: string | null;
  readonly metadata: unknown;
  readonly assertedIn: number;
  readonly assertedAt: Date;
  readonly retractedIn: number | null;
  readonly retractedAt: Date | null;
}

/** One fact to assert: `prolog`, or `predicate` with `arguments` as JSON (see prolog/json-value.ts). */
export interface FactInput {
  readonly prolog?: string | null;
  readonly predicate?: string | null;
  readonly arguments?: readonly unknown[] | null;
  /** Its sentence; absent: the template's, or the one that the fact has already. */
  readonly text?: string | null;
  /** In (0, 1]; 1 when absent. */
  readonly confidence?: number | null;
  readonly source?: string | null;
  readonly metadata?: unknown;
}

export interface AssertedFacts {
  /** One per input, in its order. */
  readonly facts: readonly Fact[];
  readonly inserted: number;
  /** Known already, but with another sentence, confidence, source or metadata: the old row was retracted in the same revision. */
  readonly updated: number;
  readonly alreadyKnown: number;
  readonly revision: number;
}

/** A past state, by revision or by time; null and undefined mean now. */
export type AsOf = { readonly revision: number } | { readonly time: Date };

export interface FactFilter {
  readonly predicate?: string | null;
  readonly arity?: number | null;
  /** Prolog text; facts that unify with it. */
  readonly matches?: string | null;
  readonly textContains?: string | null;
  readonly source?: string | null;
  readonly minConfidence?: number | null;
  /** JSON object that the fact's metadata contains. */
  readonly metadata?: unknown;
  readonly and?: readonly FactFilter[] | null;
  readonly or?: readonly FactFilter[] | null;
  readonly not?: FactFilter | null;
}

export interface RuleModule {
  readonly knowledgeBase: number;
  readonly id: number;
  readonly name: string;
  readonly source: string;
  readonly enabled: boolean;
  /** The revision that stored this version. */
  readonly revision: number;
  readonly updatedAt: Date;
}

/**
 * Facts of one predicate as a reasoner follows them: a line for each, in order of id, with tabs between its id, its
 * confidence, the revision that asserted it, the one that retracted it (or nothing), 1 when it has a sentence, else 0,
 * and its canonical text, which holds neither tabs nor line breaks.
 */
export interface FactBatch {
  readonly predicate: string;
  readonly arity: number;
  readonly lines: string;
}

/**
 * Facts of a predicate by what stands at some `positions` (from 0, ascending); with no positions, all of them. Each
 * key has one canonical text per position.
 */
export interface FactKeys {
  readonly predicate: string;
  readonly arity: number;
  readonly positions: readonly number[];
  readonly keys: readonly (readonly string[])[];
}
