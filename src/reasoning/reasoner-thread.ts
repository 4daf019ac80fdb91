import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { EngineHost, PrologEngine } from './engine.js';
import { rankAnswers } from './rank-answers.js';
import { MOST_PROOF_NODES } from './reasoning.js';
import { openSwiEngine } from './swi-engine.js';
import { openTauEngine } from './tau-engine.js';
import {
  ANSWERED,
  CANCELLED,
  type Command,
  type Reply,
  type Solved,
  type ThreadData,
} from './thread-messages.js';

// A reasoner thread: one engine, one command at a time. It may be ended from outside at any moment.

const port = parentPort!;
const { reasoner, signals, answers } = workerData as ThreadData;
const cells = new Int32Array(signals);

let deadline = Number.POSITIVE_INFINITY;
let mostBytes = Number.POSITIVE_INFINITY;
let engine: PrologEngine | undefined;

const host: EngineHost = {
  tick() {
    if (Atomics.load(cells, CANCELLED) !== 0) return 'cancelled';
    if (performance.now() > deadline) return 'time';
    return engine !== undefined && engine.memory() > mostBytes ? 'memory' : 'go';
  },
  semantic(call) {
    const before = Atomics.load(cells, ANSWERED);
    post({ kind: 'semantic', call });
    Atomics.wait(cells, ANSWERED, before);
    return String(receiveMessageOnPort(answers)?.message);
  },
};

function post(reply: Reply): void {
  port.postMessage(reply);
}

async function run(command: Command): Promise<Solved | null> {
  if (engine === undefined) throw new Error('the engine is not open');
  if (command.kind === 'load') await engine.load(command.goals);
  else if (command.kind === 'facts') await engine.loadFacts(command.facts, command.changes, command.held);
  else if (command.kind === 'forget') await engine.forget(command.prefix);
  else return solve(engine, command);
  return null;
}

async function solve(
  engine: PrologEngine,
  { question, timeMs, skip, first, proofs }: Command & { kind: 'solve' },
): Promise<Solved> {
  deadline = performance.now() + timeMs;
  mostBytes = engine.memory() + question.memoryBytes;
  const { answers: all, ...outcome } = await engine.solve(question);
  // What is left to do is bounded: the proofs of one page.
  deadline = Number.POSITIVE_INFINITY;
  const page: Solved['page'][number][] = [];
  for (const { answer, index } of rankAnswers(all).slice(skip, skip + first)) {
    const proof = proofs ? await engine.proof(index, MOST_PROOF_NODES) : null;
    page.push({ score: answer.score, values: answer.values, proof });
  }
  await engine.clear();
  return { outcome, found: all.length, page, memory: engine.memory() };
}

port.on('message', ({ number, command }: { number: number; command: Command }) => {
  run(command).then(
    (solved) => post({ kind: 'done', number, solved }),
    (error: unknown) => post({ kind: 'crashed', message: String(error) }),
  );
});

engine = await (reasoner === 'swi' ? openSwiEngine(host) : openTauEngine(host));
post({ kind: 'ready' });
