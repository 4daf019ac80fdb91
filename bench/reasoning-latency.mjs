import v8 from 'node:v8';
import vm from 'node:vm';
import { readTerm } from '../dist/prolog/reader.js';
import { compileDatalog } from '../dist/reasoning/deduction/datalog-program.js';
import { deduce } from '../dist/reasoning/deduction/deducer.js';
import { FactStore } from '../dist/reasoning/deduction/fact-store.js';
import { questionClauses } from '../dist/reasoning/deduction/question-clauses.js';
import { readRuleSource } from '../dist/reasoning/rule.js';
import { openMemoryReasoner } from './memory-reasoner.mjs';
import { openPlainProlog } from './plain-prolog.mjs';
import { customers, orders, rules } from './programs/orders.mjs';
import { memoryFacts, plainText } from './programs/program.mjs';
import { median, milliseconds } from './timing.mjs';

const count = 500_000;
const goals = {
  'facts of one customer': (i) => `placed(c${i}, X)`,
  'a join of three from one customer': (i) => `ordered_from(c${i}, X)`,
};

/** Goals with one argument bound among 500,000 facts, and how soon a thread is ready for them; no database. */
export async function latency({ report, progress }) {
  const facts = orders(count);
  let plain;
  const consulted = await milliseconds(async () => {
    plain = await openPlainProlog(plainText({ rules, tabled: [] }, facts));
    plain.count('placed(c0, O)');
  });
  const reasoner = openMemoryReasoner(memoryFacts(facts), rules);
  try {
    const ready = await milliseconds(() => reasoner.prove('placed(c0, O)'));
    report({
      metric: 'an empty thread to its first answer, one of three predicates wanted',
      value: ready,
      unit: 'ms',
      baseline: consulted,
    });
    const wanted = await milliseconds(() => reasoner.prove('ordered_from(c0, S)'));
    report({
      metric: 'an empty thread to its first answer, 500,000 facts',
      value: ready + wanted,
      unit: 'ms',
      baseline: consulted,
    });
    for (const [metric, goalOf] of Object.entries(goals)) {
      const [taken, inThread, baseline] = [[], [], []];
      for (let i = 0; i < 300; i++) {
        const goal = goalOf((i * 7_919) % customers(count));
        let outcome;
        const ms = await milliseconds(async () => {
          outcome = await reasoner.prove(goal);
        });
        let different;
        const plainMs = await milliseconds(() => {
          different = plain.call(
            `findall(X, ${goal}, All), sort(All, Different), length(Different, Count)`,
          ).Count;
        });
        if (outcome.total !== different) {
          throw new Error(`${goal}: ${outcome.total} answers instead of ${different}`);
        }
        // The first ones make indexes, and are compiled on the way.
        if (i < 50) continue;
        taken.push(ms);
        inThread.push(outcome.reasonMs);
        baseline.push(plainMs);
      }
      const plainMs = median(baseline);
      report({
        metric: `${metric}, call to answer, p50`,
        value: median(taken),
        unit: 'ms',
        baseline: plainMs,
      });
      report({ metric: `${metric}, reasonMs, p50`, value: median(inThread), unit: 'ms', baseline: plainMs });
    }
    const deltas = [];
    for (let i = 0; i < 5; i++) {
      reasoner.assert(newOrders(i));
      deltas.push(await milliseconds(() => seen(reasoner.prove(`placed(new${i}, O)`))));
    }
    report({ metric: '100 facts more to the next answer', value: median(deltas), unit: 'ms' });
  } finally {
    await reasoner.stop();
  }
  progress('bytes per fact');
  withinThread(bytesPerFact(facts, report), report);
}

/** What deduction alone takes of a goal, proofs of the first 20 answers included: no thread is crossed. */
function withinThread({ store, indicators }, report) {
  const compiled = compileDatalog(readRuleSource('orders', rules).rules, indicators);
  for (const [metric, goalOf] of Object.entries(goals)) {
    const taken = [];
    for (let i = 0; i < 1_000; i++) {
      const { term, variables } = readTerm(goalOf((i * 7_919) % customers(count)));
      const clauses = questionClauses(term, variables, compiled, indicators);
      const question = { ...clauses, ...wholeView, goal: term, arity: variables.length };
      const began = performance.now();
      const { total } = deduce(compiled.program, store, question, { tick: () => 'go' });
      const ms = performance.now() - began;
      if (total === null) throw new Error('not all answers were found');
      if (i >= 200) taken.push(ms);
    }
    report({ metric: `${metric}, in the thread, p50`, value: median(taken), unit: 'ms' });
  }
}

/** Every fact as it is, and room for all answers. */
const wholeView = {
  ...{ scoring: 'PRODUCT', revision: 1, mode: 'plain', retrieved: [], floor: 1 },
  ...{ excluded: [], assumed: [], external: [], skip: 0, first: 20, proofs: true, count: true },
  ...{ answers: 1_000_000, inferences: 1_000_000_000, memoryBytes: 1_000_000_000 },
};

/** @returns {import('./memory-reasoner.mjs').MemoryFact[]} 100 orders of one customer */
function newOrders(i) {
  const placed = Array.from({ length: 100 }, (_, order) => ({
    predicate: 'placed',
    args: [`new${i}`, `new${i}_${order}`],
    confidence: 1,
  }));
  return memoryFacts(placed);
}

async function seen(outcome) {
  const { total } = await outcome;
  if (total !== 100) throw new Error(`${total} of 100 new facts are seen`);
}

/** Deduction's columns, without indexes, and what all of it takes with the constants. */
function bytesPerFact(facts, report) {
  v8.setFlagsFromString('--expose-gc');
  const collect = vm.runInNewContext('gc');
  const byPredicate = new Map();
  for (const [i, { predicate, arity, prolog, confidence }] of memoryFacts(facts).entries()) {
    const indicator = `${predicate}/${arity}`;
    if (!byPredicate.has(indicator)) byPredicate.set(indicator, { predicate, arity, lines: [] });
    byPredicate.get(indicator).lines.push(`${i + 1}\t${confidence}\t1\t\t0\t${prolog}`);
  }
  const batches = [...byPredicate.values()].map(({ lines, ...rest }) => ({
    ...rest,
    lines: lines.join('\n'),
  }));
  const used = () => {
    collect();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const before = used();
  const store = new FactStore();
  for (const batch of batches) store.load(batch, 0);
  const after = used();
  report({ metric: 'a fact in columns', value: store.bytes / facts.length, unit: 'bytes' });
  report({
    metric: 'a fact in columns, with its constants',
    value: (after - before) / facts.length,
    unit: 'bytes',
  });
  return { store, indicators: new Set(byPredicate.keys()) };
}
