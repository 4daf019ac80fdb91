import type { KnowledgeBase, RuleModule } from '../knowledge/knowledge.js';
import type { Term } from '../prolog/term.js';
import type { SpacePin } from '../retrieval/pinned-space.js';
import type { FactStream } from '../retrieval/streamed-facts.js';

export type Scoring = 'PRODUCT' | 'MINIMUM';
export type Scope = 'ANCHORED' | 'RETRIEVED' | 'ALL';
export type LimitKind = 'ANSWERS' | 'INFERENCES' | 'TIME' | 'MEMORY' | 'TOP_K' | 'APPROXIMATION';

export interface ReasoningLimits {
  /** Distinct answers; default 1,000. */
  readonly answers: number;
  /** Default 10,000,000. */
  readonly inferences: number;
  /** Default 5,000 ms. */
  readonly timeMs: number;
  /** Default 256 MiB. */
  readonly memoryMb: number;
}

/** The facts that retrieval brought to a hybrid question, and how they count (see Scope in the schema). */
export type Anchors = { readonly scope: Scope } & (
  | { readonly similarities: ReadonlyMap<number, number> }
  /** As many as it takes. */
  | { readonly stream: FactStream }
);

export interface GoalRequest {
  readonly knowledgeBase: KnowledgeBase;
  readonly revision: number;
  /** Prolog text of the goal. */
  readonly goal: string;
  readonly scoring: Scoring;
  readonly limits: ReasoningLimits;
  /** Answers to leave out before the first one returned, and how many to return. */
  readonly skip: number;
  readonly first: number;
  /** Whether the answers are to come with their proofs, which take time to open. */
  readonly proofs: boolean;
  /** Whether the number of all answers is wanted; without it an evaluator may stop once the page is full. */
  readonly count: boolean;
  readonly anchors?: Anchors;
  /** Prolog texts of facts to suppose. */
  readonly assume?: readonly string[];
  /** Ids of facts to leave out. */
  readonly without?: readonly number[];
  /** `prolog`: in Prolog, even where deduction could; for comparison. */
  readonly evaluator?: 'prolog';
  /** The embedding space of the request that this goal is a part of. */
  readonly pin?: SpacePin;
  readonly signal?: AbortSignal;
}

export interface GoalOutcome {
  /** The wanted part of all answers: distinct by their bindings, best first; ties by proof size, then by the values' standard order. */
  readonly answers: readonly ScoredAnswer[];
  /** Whether an answer that was found lies behind the page, so that a larger `skip` brings it. */
  readonly more: boolean;
  /** How many answers there are in all; null where that is not known: a limit was reached, or the page was full. */
  readonly total: number | null;
  /** False where a limit may hide answers, or better ones; to stop at a full page hides none. */
  readonly complete: boolean;
  readonly limitReached: LimitKind | null;
  readonly warnings: readonly string[];
  /** Which evaluator answered: `deduction`, `swi` or `tau`. */
  readonly evaluator: string;
  /** Why the goal was for Prolog, in a sentence for a person; absent where it was not. */
  readonly evaluatorReason?: string;
  readonly reasonMs: number;
  /** Time that semantic predicates spent embedding and retrieving, inside reasonMs. */
  readonly embedMs: number;
  readonly retrieveMs: number;
}

export interface ScoredAnswer {
  /** Named variables of the goal (those that begin with `_` left out), in order of appearance. */
  readonly bindings: readonly { readonly variable: string; readonly value: Term }[];
  /** The goal with the answer filled in. */
  readonly goal: Term;
  readonly score: number;
  /** The best proof; null unless the request wanted proofs. */
  readonly proof: Proof | null;
}

/** At most this many nodes of one proof are opened. */
export const MOST_PROOF_NODES = 10_000;

/** nodes[0] is the root; children are indexes into nodes, each greater than its parent's. */
export interface Proof {
  readonly nodes: readonly ProofNode[];
  /** Some node is `cut`: there was no room for all. */
  readonly truncated: boolean;
}

export type ProofKind = 'FACT' | 'RULE' | 'BUILTIN' | 'NEGATION' | 'SEMANTIC' | 'ASSUMPTION';

export interface ProofNode {
  readonly goal: Term;
  readonly kind: ProofKind;
  readonly score: number;
  readonly children: readonly number[];
  /** It has children, and all of them were left out. */
  readonly cut?: true;
  /** FACT and SEMANTIC: the fact that it rests on. */
  readonly fact?: number;
  readonly similarity?: number;
  readonly rule?: RuleReference;
}

export interface RuleReference {
  readonly module: string;
  /** Text of the clause as a person would write it. */
  readonly clause: string;
  readonly line: number;
}

export type Severity = 'ERROR' | 'WARNING' | 'HINT';

export interface RuleDiagnostic {
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
  readonly line?: number;
  readonly column?: number;
}

/** Goal → scored answers with proofs. */
export interface Reasoner {
  /** @throws CorollaryError PROLOG_SYNTAX, UNKNOWN_PREDICATE, NOT_PERMITTED, EVALUATION, OVERLOADED, CANCELLED */
  prove(request: GoalRequest): Promise<GoalOutcome>;
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Rule modules with their meaning: what knowledge stores only after this has accepted it. */
export interface RuleBook {
  /** Every fault of the source, in order of position; knowledge base `default` when none is named. */
  check(source: string, knowledgeBase?: string | null, moduleName?: string): Promise<RuleDiagnostic[]>;
  /**
   * Of the enabled modules that are stored: what this server's Prolog has not, a sentence each that begins with its place.
   * Goals that need it end with NOT_SUPPORTED.
   */
  unsupported(knowledgeBase?: string | null): Promise<string[]>;
  /** Stores the module unless a diagnostic is an ERROR; then `module` is null and the old one stays. */
  put(module: {
    readonly name: string;
    readonly source: string;
    readonly enabled?: boolean;
    readonly knowledgeBase?: string | null;
  }): Promise<{ module: RuleModule | null; diagnostics: RuleDiagnostic[] }>;
}
