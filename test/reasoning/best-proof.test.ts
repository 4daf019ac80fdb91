import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/database/database.js';
import type { Proof } from '../../src/reasoning/reasoning.js';
import { testDatabase } from '../support/database.js';
import { answerText, ReasoningBase } from './reasoning-base.js';

interface Edge {
  readonly from: number;
  readonly to: number;
  readonly weight: number;
}

const nodes = 6;
const edgeLists = fc.uniqueArray(
  fc.record({
    from: fc.nat(nodes - 1),
    to: fc.nat(nodes - 1),
    weight: fc.integer({ min: 1, max: 10 }).map((tenths) => tenths / 10),
  }),
  { selector: ({ from, to }) => `${from}-${to}`, minLength: 1, maxLength: 18 },
);

/** The best score of a way from a to b with one edge at least: every pair improved until nothing changes. */
function bestWays(
  edges: readonly Edge[],
  ruleConfidence: number,
  combine: (a: number, b: number) => number,
): Map<string, number> {
  const best = new Map<string, number>();
  const offer = (key: string, score: number) => {
    if (score <= (best.get(key) ?? 0) + 1e-15) return false;
    best.set(key, score);
    return true;
  };
  for (const { from, to, weight } of edges) offer(`${from} ${to}`, weight);
  for (let changed = true; changed; ) {
    changed = false;
    for (const [key, score] of [...best]) {
      const [a, b] = key.split(' ').map(Number) as [number, number];
      for (const { from, to, weight } of edges) {
        if (from === b && offer(`${a} ${to}`, combine(combine(ruleConfidence, score), weight)))
          changed = true;
      }
    }
  }
  return best;
}

/** A node's score from its children's and its own rule's confidence, by hand as a person would. */
function recomputed(proof: Proof, confidenceOf: (fact: number) => number, index = 0): number {
  const node = proof.nodes[index]!;
  if (node.kind === 'FACT') return confidenceOf(node.fact!);
  if (node.kind !== 'RULE') return 1;
  const confidence = Number(/^([\d.]+) :: /.exec(node.rule?.clause ?? '')?.[1] ?? 1);
  return node.children.reduce(
    (product, child) => product * recomputed(proof, confidenceOf, child),
    confidence,
  );
}

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.stop());

describe('Over random weighted graphs with cycles', () => {
  it.each([
    ['PRODUCT', (a: number, b: number) => a * b],
    ['MINIMUM', Math.min],
  ] as const)(
    'a recursive rule finds every pair with the best score of all ways under %s',
    async (scoring, combine) => {
      await using base = await ReasoningBase.create(database);
      await base.rules(`
      :- dynamic(edge/2).
      way(X, Y) :- edge(X, Y).
      0.9 :: way(X, Y) :- way(X, Z), edge(Z, Y).`);
      await fc.assert(
        fc.asyncProperty(edgeLists, async (edges) => {
          const { facts } = await base.assert(
            edges.map(({ from, to, weight }) => ({ prolog: `edge(${from}, ${to})`, confidence: weight })),
          );
          const { answers, complete } = await base
            .prove('way(X, Y)', { scoring })
            .finally(() => base.retract(...facts.map(({ id }) => id)));
          expect(complete).toBe(true);
          const found = new Map(
            answers.map((answer) => [
              answerText(answer)
                .replace(/[^\d ]/g, '')
                .trim()
                .replace(/ +/g, ' '),
              answer,
            ]),
          );
          const expected = bestWays(edges, 0.9, combine);
          expect([...found.keys()].sort()).toEqual([...expected.keys()].sort());
          for (const [key, score] of expected) expect(found.get(key)?.score).toBeCloseTo(score, 9);
          if (scoring === 'PRODUCT') {
            const confidences = new Map(facts.map(({ id, confidence }) => [id, confidence]));
            for (const { score, proof } of answers) {
              expect(recomputed(proof!, (fact) => confidences.get(fact)!)).toBeCloseTo(score, 9);
            }
          }
        }),
        { numRuns: 25 },
      );
    },
  );
});

describe('Reasoning follows the knowledge base', () => {
  it('sees facts asserted and retracted since the last question, and past states by revision', async () => {
    await using base = await ReasoningBase.create(database);
    await base.facts('edge(a, b). edge(b, c).');
    await base.rules('way(X, Y) :- edge(X, Y). way(X, Y) :- edge(X, Z), way(Z, Y).');
    const before = (await base.knowledgeBase()).revision;
    expect(await base.answers('way(a, X)')).toEqual(['X = b', 'X = c']);
    const { facts } = await base.facts('edge(c, d).');
    expect(await base.answers('way(a, X)')).toEqual(['X = b', 'X = c', 'X = d']);
    await base.retract(facts[0]!.id);
    expect(await base.answers('way(a, X)')).toEqual(['X = b', 'X = c']);
    const between = (await base.knowledgeBase()).revision - 1;
    expect(await base.answers('way(a, X)', { revision: between })).toEqual(['X = b', 'X = c', 'X = d']);
    expect(await base.answers('way(a, X)', { revision: before })).toEqual(['X = b', 'X = c']);
    await base.rules('way(X, Y) :- edge(Y, X).');
    expect(await base.answers('way(b, X)')).toEqual(['X = a']);
    expect(await base.answers('way(b, X)', { revision: before })).toEqual(['X = c']);
  });

  it('agrees with a reasoner that began from scratch, after a random history', async () => {
    await using base = await ReasoningBase.create(database);
    await base.rules(':- dynamic(edge/2).\nway(X, Y) :- edge(X, Y).\nway(X, Y) :- way(X, Z), edge(Z, Y).');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ from: fc.nat(4), to: fc.nat(4), keep: fc.boolean() }), { maxLength: 8 }),
        async (steps) => {
          for (const { from, to, keep } of steps) {
            const { facts } = await base.facts(`edge(${from}, ${to}).`);
            if (!keep) await base.retract(facts[0]!.id);
            await base.answers('way(X, Y)');
          }
          const fresh = await ReasoningBase.create(database);
          const edges = await base.store.facts({
            knowledgeBase: base.name,
            first: 1_000,
            filter: { predicate: 'edge' },
          });
          await fresh.facts(`${edges.nodes.map(({ prolog }) => `${prolog}.`).join(' ')} edge(x, y).`);
          await fresh.rules('way(X, Y) :- edge(X, Y).\nway(X, Y) :- way(X, Z), edge(Z, Y).');
          const expected = (await fresh.answers('way(X, Y), X \\== x')).sort();
          await fresh[Symbol.asyncDispose]();
          expect((await base.answers('way(X, Y)')).sort()).toEqual(expected);
        },
      ),
      { numRuns: 5 },
    );
  });
});
