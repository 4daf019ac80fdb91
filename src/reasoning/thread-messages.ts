import type { FactChange } from '../knowledge/knowledge.js';
import type { EngineOutcome, EngineQuestion } from './engine.js';

/** What the pool asks of a reasoner thread; each command is answered by one `Reply` with its number. */
export type Command =
  | { readonly kind: 'load'; readonly goals: string }
  | {
      readonly kind: 'facts';
      readonly facts: string;
      readonly changes: readonly FactChange[];
      readonly held: number;
    }
  | { readonly kind: 'forget'; readonly prefix: string }
  | {
      readonly kind: 'solve';
      readonly question: EngineQuestion;
      readonly timeMs: number;
      readonly skip: number;
      readonly first: number;
      readonly proofs: boolean;
    };

export interface Solved {
  readonly outcome: Omit<EngineOutcome, 'answers'>;
  readonly found: number;
  /** The wanted part of the answers, best first, each with its proof's text where proofs are wanted. */
  readonly page: readonly {
    readonly score: number;
    readonly values: string;
    readonly proof: string | null;
  }[];
  /** Bytes that the engine holds. */
  readonly memory: number;
}

export type Reply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done'; readonly number: number; readonly solved: Solved | null }
  | { readonly kind: 'crashed'; readonly message: string }
  /** A goal called a semantic predicate; the thread sleeps until it is woken. */
  | { readonly kind: 'semantic'; readonly call: string };

/** Cells of the shared Int32Array. */
export const CANCELLED = 0;
/** Rises with every answer to a semantic call. */
export const ANSWERED = 1;

export interface ThreadData {
  readonly reasoner: 'swi' | 'tau';
  readonly signals: SharedArrayBuffer;
  readonly answers: import('node:worker_threads').MessagePort;
}
