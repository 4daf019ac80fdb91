import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { CorollaryError, type ErrorCode } from '../errors.js';
import { atomText } from '../prolog/atom-text.js';
import { boundedOutcome } from './bounded-outcome.js';
import type { DatalogProgram } from './deduction/datalog.js';
import { deduce } from './deduction/deducer.js';
import type { DeductionHost } from './deduction/deduction.js';
import { FactStore } from './deduction/fact-store.js';
import type { EngineHost, PrologEngine } from './engine.js';
import { EngineCrash } from './engine-crash.js';
import { EngineFacts } from './engine-facts.js';
import { type FlatMessage, postAnyDepth, receivedMessage } from './flat-message.js';
import { lookupPage } from './lookup-page.js';
import { rankAnswers } from './rank-answers.js';
import { MOST_PROOF_NODES } from './reasoning.js';
import { openSwiEngine } from './swi-engine.js';
import { openTauEngine } from './tau-engine.js';
import {
  ANSWERED,
  type AnyCommand,
  CANCELLED,
  type CommandKind,
  type CommandOf,
  type HostAnswer,
  type HostAnswerOf,
  type HostRequestKind,
  type HostRequestOf,
  MAKES_WAY,
  type Reply,
  type ResultOf,
  type Solved,
  type ThreadData,
} from './thread-messages.js';

// A reasoner thread: the facts of some knowledge bases, deduction over them, and a Prolog engine that is opened when a
// goal first needs it. One command at a time. It may be ended from outside at any moment.

const port = parentPort!;
const { reasoner, signals, answers } = workerData as ThreadData;
const cells = new Int32Array(signals);

const stores = new Map<string, FactStore>();
const programs = new Map<string, DatalogProgram>();
let prolog: { readonly engine: PrologEngine; readonly facts: EngineFacts } | undefined;

let deadline = Number.POSITIVE_INFINITY;
let mostBytes = Number.POSITIVE_INFINITY;
/** Bytes by which goals have made the Prolog engine grow. */
let grown = 0;

/** A goal that makes way for others rests so many times as long as it has worked; it wakes up at least so often. */
const REST_TIMES = 3;
const REST_MS = 20;
/** By `performance.now()`: since when the goal has worked. */
let working = 0;

function rest(): void {
  const now = performance.now();
  const ms = Math.min(REST_MS, REST_TIMES * (now - working), deadline - now);
  // Shorter sleeps would take longer than they are.
  if (ms < 1) return;
  Atomics.wait(cells, MAKES_WAY, 1, ms);
  working = performance.now();
}

function tick(): 'go' | 'time' | 'cancelled' | 'memory' {
  if (Atomics.load(cells, CANCELLED) !== 0) return 'cancelled';
  if (Atomics.load(cells, MAKES_WAY) === 1) rest();
  if (performance.now() > deadline) return 'time';
  return prolog !== undefined && prolog.engine.memory() > mostBytes ? 'memory' : 'go';
}

/** Sleeps until the main thread has answered. @throws CorollaryError */
function ask<Kind extends HostRequestKind>(request: HostRequestOf<Kind>): HostAnswerOf<Kind> {
  const before = Atomics.load(cells, ANSWERED);
  post({ kind: 'ask', request } as Reply);
  Atomics.wait(cells, ANSWERED, before);
  const answer = receiveMessageOnPort(answers)?.message as HostAnswer;
  if ('value' in answer) return answer.value as HostAnswerOf<Kind>;
  const { code, message, details } = answer.failure;
  throw new CorollaryError(code as ErrorCode, message, { ...details });
}

const engineHost: EngineHost = {
  tick,
  semantic: (call) =>
    call.startsWith('lookup(') ? lookUp(call) : ask<'semantic'>({ kind: 'semantic', call }),
};

function lookUp(call: string): string {
  try {
    return lookupPage(call, reasoner === 'swi', (lookup, after) =>
      ask<'page'>({ kind: 'page', lookup, after }),
    );
  } catch (error) {
    if (!(error instanceof CorollaryError)) throw error;
    return `failed(${atomText(error.code)},${atomText(error.message)})`;
  }
}

const deductionHost: DeductionHost = {
  tick,
  similar: (lookups) => ask<'similar'>({ kind: 'similar', lookups }),
  similarity: (pairs) => ask<'similarity'>({ kind: 'similarity', pairs }),
  lookup: (lookups) => ask<'lookup'>({ kind: 'lookup', lookups }),
  retrieve: (lookup) => ask<'retrieve'>({ kind: 'retrieve', lookup }),
  similaritiesOf: (facts) => ask<'similarities'>({ kind: 'similarities', facts }),
};

function post(reply: Reply): void {
  postAnyDepth(port, reply);
}

async function run(command: AnyCommand): Promise<ResultOf<CommandKind>> {
  switch (command.kind) {
    case 'warm':
      await openProlog();
      return null;
    case 'facts':
      return addFacts(command);
    case 'drop':
      for (const predicate of command.predicates) stores.get(command.facts)?.drop(predicate);
      return null;
    case 'forget':
      stores.delete(command.facts);
      await prolog?.facts.forget(command.facts);
      return null;
    case 'load':
      await (await openProlog()).engine.load(command.goals);
      return null;
    case 'unload':
      await prolog?.engine.forget(command.program);
      return null;
    case 'learn':
      programs.set(command.key, command.program);
      return null;
    case 'unlearn':
      programs.delete(command.key);
      return null;
    case 'solve':
      return solve(command);
    case 'deduce': {
      const { facts, key, question, timeMs } = command;
      deadline = performance.now() + timeMs;
      mostBytes = Number.POSITIVE_INFINITY;
      return boundedOutcome(deduce(programs.get(key)!, storeOf(facts), question, deductionHost));
    }
  }
}

async function openProlog(): Promise<NonNullable<typeof prolog>> {
  if (prolog !== undefined) return prolog;
  const engine = await (reasoner === 'swi' ? openSwiEngine(engineHost) : openTauEngine(engineHost));
  prolog = { engine, facts: new EngineFacts(engine) };
  return prolog;
}

function storeOf(facts: string): FactStore {
  const known = stores.get(facts) ?? new FactStore();
  stores.set(facts, known);
  return known;
}

function addFacts({ facts, batches, held }: CommandOf<'facts'>): ReadonlyMap<string, number> {
  const store = storeOf(facts);
  for (const batch of batches) store.load(batch, held);
  const loaded = new Set(batches.map(({ predicate, arity }) => `${predicate}/${arity}`));
  return new Map([...loaded].map((indicator) => [indicator, store.relation(indicator)?.rows ?? 0]));
}

async function solve({
  question,
  needed,
  external,
  timeMs,
  skip,
  first,
  proofs,
}: CommandOf<'solve'>): Promise<Solved> {
  const { engine, facts } = await openProlog();
  await facts.bring(question.facts, storeOf(question.facts), needed, external);
  deadline = performance.now() + timeMs;
  const before = engine.memory();
  mostBytes = before + question.memoryBytes;
  const { answers: all, ...outcome } = await engine.solve(question);
  // What is left to do is bounded: the proofs of one page.
  deadline = Number.POSITIVE_INFINITY;
  const page: Solved['page'][number][] = [];
  for (const { answer, index } of rankAnswers(all).slice(skip, skip + first)) {
    const proof = proofs ? await engine.proof(index, MOST_PROOF_NODES) : null;
    page.push({ score: answer.score, values: answer.values, proof });
  }
  await engine.clear();
  grown += engine.memory() - before;
  return { outcome, found: all.length, page, grown };
}

port.on('message', (message: { number: number; command: AnyCommand } | FlatMessage) => {
  const { number, command } = receivedMessage(message);
  run(command).then(
    (result) => post({ kind: 'done', number, result }),
    (error: unknown) => {
      const reason = error instanceof EngineCrash ? error.reason : 'crashed';
      const message = error instanceof Error ? (error.stack ?? String(error)) : String(error);
      post({ kind: 'crashed', reason, message });
    },
  );
});

post({ kind: 'ready' });
