import type { FactBatch } from '../../knowledge/knowledge.js';
import type { Term } from '../../prolog/term.js';
import type { LimitKind, ProofKind, Scoring } from '../reasoning.js';
import type { RequestView } from '../request-view.js';
import type { Clause } from './datalog.js';

/** A goal for deduction, as it is posted to a reasoner thread. */
export interface DeductionQuestion extends RequestView {
  /**
   * The goal as clauses of `question(Variable, …) :- Goal`: one head argument for each named variable, in order. There
   * are several where the goal is a disjunction, and none where it can't hold.
   */
  readonly clauses: readonly Clause[];
  /** How many arguments their heads have. */
  readonly arity: number;
  /** The goal itself. */
  readonly goal: Term;
  /** The goal is one call, whose proof and size are the answer's own; else the answer's proof has a root of its own. */
  readonly isSingle: boolean;
  readonly scoring: Scoring;
  /** Predicates (indicators) whose facts are not held but looked up. */
  readonly external: readonly string[];
  /** Answers to leave out before the first one returned, and how many to return. */
  readonly skip: number;
  readonly first: number;
  /** Whether the answers want their proofs. */
  readonly proofs: boolean;
  /** Go on to the last answer, to count them. */
  readonly count: boolean;
}

export interface DeductionOutcome {
  readonly answers: readonly DeducedAnswer[];
  /** There is an answer behind the page. */
  readonly more: boolean;
  /** Null when deduction stopped with the page. */
  readonly total: number | null;
  readonly limit: LimitKind | 'CANCELLED' | null;
  /** Some answer may stand in its place only because facts were retrieved in their order. */
  readonly reliesOnOrder: boolean;
  /** Canonical text of the error that ended the search, or of one that is the caller's to see. */
  readonly error: { readonly code: string; readonly message: string; readonly details: object } | null;
}

export interface DeducedAnswer {
  readonly score: number;
  /** Ground terms, in the order of the question's head. */
  readonly values: readonly Term[];
  readonly proof: DeducedProof | null;
}

export interface DeducedProof {
  /** Root first; children are indexes, each greater than its parent's. */
  readonly nodes: readonly DeducedNode[];
  /** Nodes were left out. */
  readonly truncated: boolean;
}

export interface DeducedNode {
  readonly kind: ProofKind;
  readonly goal: Term;
  readonly score: number;
  readonly children: readonly number[];
  /** It has children, and all of them were left out. */
  readonly cut?: true;
  readonly fact?: number;
  readonly similarity?: number;
  /** Number of the rule in its program. */
  readonly rule?: number;
}

/** Facts of a predicate that is not held: those with one of the keys at these positions (all of them, with no positions). */
export interface FactLookup {
  readonly predicate: string;
  readonly arity: number;
  /** From 0, ascending. */
  readonly positions: readonly number[];
  /** Canonical texts of the values at the positions. */
  readonly keys: readonly (readonly string[])[];
}

/** A call of similar/3 or nearest/3: the `limit` most similar facts are wanted. */
export interface SimilarLookup {
  readonly name: 'similar' | 'nearest';
  /** similar: a text; nearest: the id of a fact. */
  readonly of: string | number;
  /** Canonical text; its variables are only there to match anything. */
  readonly pattern: string;
  readonly limit: number;
}

export interface SimilarRow {
  readonly fact: number;
  readonly similarity: number;
  readonly predicate: string;
  readonly arity: number;
  /** Canonical text. */
  readonly prolog: string;
  readonly confidence: number;
}

export interface SimilarRows {
  /** Best first. */
  readonly rows: readonly SimilarRow[];
  /** No more facts are similar than these. */
  readonly isAll: boolean;
}

/** The facts that retrieval brings to a hybrid question, from a place in their order on. */
export interface RetrievedLookup {
  readonly from: number;
  readonly count: number;
}

export interface RetrievedBatch {
  /** In falling similarity. */
  readonly facts: readonly { readonly fact: number; readonly similarity: number }[];
  /** There are no more behind them. */
  readonly isAll: boolean;
}

/** What deduction asks of its thread; every call blocks until it is answered. */
export interface DeductionHost {
  /** Called every few thousand steps: `go`, or why the goal must end. */
  tick(): 'go' | 'time' | 'cancelled' | 'memory';
  /** @throws CorollaryError */
  similar(lookups: readonly SimilarLookup[]): readonly SimilarRows[];
  /** Of two texts each. @throws CorollaryError */
  similarity(pairs: readonly (readonly [string, string])[]): readonly number[];
  /** For hybrid questions. @throws CorollaryError */
  retrieve(lookup: RetrievedLookup): RetrievedBatch;
  /** For hybrid questions: of these facts; null for one that retrieval never brings. @throws CorollaryError */
  similaritiesOf(facts: readonly number[]): readonly (number | null)[];
  /** All facts ever asserted up to the question's revision, those that were retracted too. */
  lookup(lookups: readonly FactLookup[]): readonly FactBatch[];
}
