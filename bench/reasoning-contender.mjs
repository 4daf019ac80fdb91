// One contender of the reasoning bench in a process of its own, so that its memory can be told from the others':
//
//     node bench/reasoning-contender.mjs CONTENDER PROGRAM whole|part
//
// Writes one line of JSON for each goal, and at last its memory.
import { openMemoryReasoner } from './memory-reasoner.mjs';
import { openPlainProlog } from './plain-prolog.mjs';
import { memoryFacts, plainText } from './programs/program.mjs';
import { openPlainTau } from './reasoning-plain-tau.mjs';
import { milliseconds, steadyMilliseconds } from './timing.mjs';

/** Each takes a program and gives a function that counts a goal's answers, from nothing but facts and indexes. */
const open = {
  ours: (program, facts) => openOurs(program, facts),
  lattice: (program, facts) => openOurs(program, facts, { evaluator: 'prolog' }),
  wasm: (program, facts) => openPlainProlog(plainText(program, facts)),
  tau: (program, facts) => openPlainTau(plainText(program, facts, { tables: false })),
};

async function openOurs({ rules }, facts, options) {
  const reasoner = openMemoryReasoner(memoryFacts(facts), rules);
  let last;
  return {
    // The first page with its proofs, and how many answers there are in all.
    async count(goal) {
      last = await reasoner.prove(goal, options);
      return last.total;
    },
    evaluator: () => last.evaluator,
    stop: () => reasoner.stop(),
  };
}

const warmUpMs = 1_000;

const [contender, name, size] = process.argv.slice(2);
const { program } = await import(`./programs/${name}.mjs`);
const { facts, goals } = size === 'part' ? program.part : program;

const { count, evaluator, stop } = await open[contender](program, facts());
for (const { name: metric, goal } of goals) {
  let answers;
  const run = async () => {
    answers = await count(goal);
  };
  // Facts are loaded and indexes made when they are first wanted, and code is compiled when it has run for a while.
  for (let sum = 0; sum < warmUpMs; ) sum += await milliseconds(run);
  const ms = await steadyMilliseconds(run, 700);
  write({ metric, ms, answers, evaluator: evaluator?.() });
}
// Kilobytes.
write({ peakBytes: process.resourceUsage().maxRSS * 1024 });
await stop?.();

function write(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
