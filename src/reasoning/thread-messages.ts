import type { MessagePort } from 'node:worker_threads';
import type { FactBatch } from '../knowledge/knowledge.js';
import type { DatalogProgram } from './deduction/datalog.js';
import type {
  DeductionOutcome,
  DeductionQuestion,
  FactLookup,
  RetrievedBatch,
  RetrievedLookup,
  SimilarLookup,
  SimilarRows,
} from './deduction/deduction.js';
import type { EngineOutcome, EngineQuestion } from './engine.js';
import type { FactPage } from './lookup-page.js';

/**
 * What the pool asks of a reasoner thread, one command at a time; each is answered by one `Reply`. A knowledge base is
 * named by the prefix of its facts (`k1`).
 */
export interface Commands {
  /** Opens the Prolog engine, so that no goal has to wait for it. */
  warm: Command<object, null>;
  /**
   * Adds to the facts that the thread holds: rows that are newer than revision `held`, and the ends of those that it
   * had before. The answer says how many rows each of the predicates has then.
   */
  facts: Command<
    { readonly facts: string; readonly batches: readonly FactBatch[]; readonly held: number },
    ReadonlyMap<string, number>
  >;
  /** Forgets predicates of a knowledge base. */
  drop: Command<{ readonly facts: string; readonly predicates: readonly string[] }, null>;
  /** Forgets all facts of a knowledge base. */
  forget: Command<{ readonly facts: string }, null>;
  /** Goals of rules/system that make a program. */
  load: Command<{ readonly goals: string }, null>;
  unload: Command<{ readonly program: string }, null>;
  learn: Command<{ readonly key: string; readonly program: DatalogProgram }, null>;
  unlearn: Command<{ readonly key: string }, null>;
  solve: Command<
    {
      readonly question: EngineQuestion;
      /** Predicates whose facts the goal may ask for: held ones, and ones that are looked up. */
      readonly needed: readonly string[];
      readonly external: readonly string[];
      readonly timeMs: number;
      readonly skip: number;
      readonly first: number;
      readonly proofs: boolean;
    },
    Solved
  >;
  deduce: Command<
    {
      readonly facts: string;
      readonly key: string;
      readonly question: DeductionQuestion;
      readonly timeMs: number;
    },
    DeductionOutcome
  >;
}

interface Command<Input, Result> {
  readonly input: Input;
  readonly result: Result;
}

export type CommandKind = keyof Commands;
export type CommandOf<Kind extends CommandKind> = { readonly kind: Kind } & Commands[Kind]['input'];
export type AnyCommand = { [Kind in CommandKind]: CommandOf<Kind> }[CommandKind];
export type ResultOf<Kind extends CommandKind> = Commands[Kind]['result'];

export interface Solved {
  readonly outcome: Omit<EngineOutcome, 'answers'>;
  readonly found: number;
  /** The wanted part of the answers, best first, each with its proof's text where proofs are wanted. */
  readonly page: readonly {
    readonly score: number;
    readonly values: string;
    readonly proof: string | null;
  }[];
  /** Bytes by which goals have made the engine grow since it was opened. */
  readonly grown: number;
}

export type Reply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done'; readonly number: number; readonly result: ResultOf<CommandKind> }
  | { readonly kind: 'crashed'; readonly reason: 'crashed' | 'memory'; readonly message: string }
  /** A goal needs something of the main thread; the thread sleeps until it is woken. */
  | { readonly kind: 'ask'; readonly request: HostRequest };

/** What a goal that runs needs of the main thread, and what it gets. */
export interface HostRequests {
  /** Prolog's semantic predicates: text of a call; text of what it gives, or of failed(Code, Message). */
  semantic: HostExchange<{ readonly call: string }, string>;
  /** Facts that no thread holds: all of them. */
  lookup: HostExchange<{ readonly lookups: readonly FactLookup[] }, readonly FactBatch[]>;
  /** The next batch of such facts in order of id, behind the fact `after`. */
  page: HostExchange<{ readonly lookup: FactLookup; readonly after: number }, FactPage>;
  /** What retrieval brings to a hybrid question, in order, and for given facts (null: never). */
  retrieve: HostExchange<{ readonly lookup: RetrievedLookup }, RetrievedBatch>;
  similarities: HostExchange<{ readonly facts: readonly number[] }, readonly (number | null)[]>;
  similar: HostExchange<{ readonly lookups: readonly SimilarLookup[] }, readonly SimilarRows[]>;
  similarity: HostExchange<{ readonly pairs: readonly (readonly [string, string])[] }, readonly number[]>;
}

interface HostExchange<Input, Answer> {
  readonly input: Input;
  readonly answer: Answer;
}

export type HostRequestKind = keyof HostRequests;
export type HostRequestOf<Kind extends HostRequestKind> = {
  readonly kind: Kind;
} & HostRequests[Kind]['input'];
export type HostRequest = { [Kind in HostRequestKind]: HostRequestOf<Kind> }[HostRequestKind];
export type HostAnswerOf<Kind extends HostRequestKind> = HostRequests[Kind]['answer'];

/** An answer, or why there is none: an error that the caller may see. */
export type HostAnswer =
  | { readonly value: HostAnswerOf<HostRequestKind> }
  | { readonly failure: { readonly code: string; readonly message: string; readonly details: object } };

/** Cells of the shared Int32Array. */
export const CANCELLED = 0;
/** Rises with every answer to a request. */
export const ANSWERED = 1;
/** 1 while the thread is to rest now and then, for goals that matter more. */
export const MAKES_WAY = 2;
export const CELLS = 3;

export interface ThreadData {
  readonly reasoner: 'swi' | 'tau';
  readonly signals: SharedArrayBuffer;
  readonly answers: MessagePort;
}
