import { array, assert, asyncProperty, constantFrom, integer, tuple } from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ServedApplication, serveApplication } from './served-application.js';

interface ProofReply {
  readonly nodes: readonly {
    readonly goal: string;
    readonly kind: string;
    readonly score: number;
    readonly children: readonly number[];
  }[];
  readonly truncated: boolean;
  readonly depth: number;
  readonly text: string;
}

/** Over graphs that all stand in one knowledge base, each under a name of its own. */
const rules = `
  way(G, X, Y) :- edge(G, X, Y).
  0.9 :: way(G, X, Y) :- edge(G, X, Z), way(G, Z, Y).
  reaches(G, X, N) :- edge(G, X, _), aggregate_all(count, way(G, X, _), N), N > 0.
  dead_end(G, Y) :- way(G, _, Y), \\+ edge(G, Y, _).
  between_ends(G, X, Y) :- way(G, X, Y), dead_end(G, Y), X \\== Y.
  down(0).
  down(N) :- N > 0, M is N - 1, down(M).
  branches(0) :- edge(_, _, _), !.
  branches(N) :- N > 0, M is N - 1, branches(M), branches(M).`;

let served: ServedApplication;
beforeAll(async () => {
  served = await serveApplication();
  const query = `mutation ($source: String!) {
    assertFacts(input: { facts: [{ prolog: "edge(g, z, z)" }], awaitEmbedding: false }) { inserted }
    putRuleModule(input: { name: "ways", source: $source }) { diagnostics { severity message } } }`;
  const { data } = await served.request(query, { source: rules });
  expect(
    data.putRuleModule.diagnostics.filter(({ severity }: { severity: string }) => severity === 'ERROR'),
  ).toEqual([]);
}, 60_000);
afterAll(() => served.stop());

async function proofs(goal: string): Promise<ProofReply[]> {
  const query = `query ($input: ProveInput!) { prove(input: $input) {
    answers { nodes { proof { truncated depth text nodes { goal kind score children } } } } } }`;
  const limits = { timeMs: 20_000, memoryMb: 512 };
  const { data, errors } = await served.request(query, { input: { goal, limits } });
  expect(errors).toBeUndefined();
  return data.prove.answers.nodes.map(({ proof }: { proof: ProofReply }) => proof);
}

/** Steps from the root, both counted, by following the children; each node is somebody's child once. */
function depthsOf({ nodes }: ProofReply): number[] {
  const depths = nodes.map(() => 0);
  depths[0] = 1;
  for (const [index, { children }] of nodes.entries()) {
    for (const child of children) {
      expect(child).toBeGreaterThan(index);
      expect(child).toBeLessThan(nodes.length);
      expect(depths[child]).toBe(0);
      depths[child] = depths[index]! + 1;
    }
  }
  expect(depths).not.toContain(0);
  return depths;
}

function depthFirst({ nodes }: ProofReply): number[] {
  const below = (index: number): number[] => [index, ...nodes[index]!.children.flatMap(below)];
  return below(0);
}

const node = constantFrom('a', 'b', 'c', 'd', 'e');
const confidence = integer({ min: 1, max: 10 }).map((tenths) => tenths / 10);
const edges = array(tuple(confidence, node, node), { minLength: 1, maxLength: 8 });
const goal = constantFrom(
  'way(G, X, Y)',
  'between_ends(G, X, Y)',
  'reaches(G, X, N)',
  'way(G, X, Y), \\+ way(G, Y, X)',
  '(dead_end(G, X) ; reaches(G, X, _))',
  'findall(Y, way(G, _, Y), Ys), sort(Ys, Sorted)',
);

let graphs = 0;
/** @returns the name of a graph with these edges */
async function assertGraph(of: readonly (readonly [number, string, string])[]): Promise<string> {
  const name = `graph${++graphs}`;
  const facts = of.map(([weight, from, to]) => ({
    prolog: `${weight.toFixed(1)} :: edge(${name}, ${from}, ${to})`,
  }));
  const query = `mutation ($input: AssertFactsInput!) { assertFacts(input: $input) { inserted } }`;
  const { errors } = await served.request(query, { input: { facts, awaitEmbedding: false } });
  expect(errors).toBeUndefined();
  return name;
}

describe('a proof', () => {
  test('has nodes, a depth and a text that agree, whatever the facts', async () => {
    let checked = 0;
    await assert(
      asyncProperty(edges, goal, async (of, asked) => {
        const name = await assertGraph(of);
        for (const proof of await proofs(asked.replaceAll('G', name))) {
          const depths = depthsOf(proof);
          expect(proof.truncated).toBe(false);
          expect(proof.depth).toBe(Math.max(...depths));
          // One line for each step, those that it needs below it, and as far to the right as the step is deep.
          const lines = proof.text.split('\n');
          const drawn = lines.map((line) => 1 + /^[│├└─ ]*/.exec(line)![0].length / 3);
          expect(drawn).toEqual(depthFirst(proof).map((index) => depths[index]));
          checked += 1;
        }
      }),
      { numRuns: Number(process.env.TEST_RUNS ?? 30) },
    );
    expect(checked).toBeGreaterThan(30);
  });

  test('that is not too large is whole', async () => {
    const [proof] = await proofs('down(1000)');
    expect(proof?.truncated).toBe(false);
    expect(proof?.nodes).toHaveLength(3_001);
    expect(proof?.depth).toBe(1_001);
    expect(proof?.text.split('\n').at(-1)).toMatch(/^… [\d,]+ more steps are not drawn$/);
  });

  test.each([
    ['too deep', 'down(5000)'],
    ['too wide', 'branches(12)'],
  ])('that is %s is cut at 10,000 steps and says so', async (_, large) => {
    const [proof] = await proofs(large);
    expect(proof?.truncated).toBe(true);
    expect(proof?.nodes.length).toBeLessThanOrEqual(10_000);
    expect(proof?.nodes.length).toBeGreaterThan(9_900);
    const depths = depthsOf(proof!);
    expect(proof?.depth).toBe(depths.reduce((deepest, depth) => Math.max(deepest, depth), 0));
    expect(proof?.text).toMatch(/the proof is too large: further steps were left out$/);
    // Nobody has lost some of its steps only.
    const sizes = proof!.nodes.filter(({ kind }) => kind === 'RULE').map(({ children }) => children.length);
    const whole = large.startsWith('down') ? 3 : 4;
    expect(sizes.filter((size) => size !== 0 && size !== whole && size !== 1)).toEqual([]);
    expect(sizes).toContain(0);
  });
});
