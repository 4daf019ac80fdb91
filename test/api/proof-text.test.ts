import { describe, expect, test } from 'vitest';
import { goalText, proofDepth, proofText } from '../../src/api/proof-text.js';
import type { Fact } from '../../src/knowledge/knowledge.js';
import { readTerm } from '../../src/prolog/reader.js';
import type { Proof, ProofNode } from '../../src/reasoning/reasoning.js';

const step = (goal: string, node: Partial<ProofNode> = {}): ProofNode => ({
  goal: readTerm(goal).term,
  kind: 'FACT',
  score: 1,
  children: [],
  ...node,
});

function fact(id: number, more: Partial<Fact> = {}): Fact {
  return {
    knowledgeBase: 1,
    id,
    predicate: 'p',
    arity: 0,
    arguments: [],
    prolog: 'p',
    sentence: null,
    confidence: 1,
    source: null,
    metadata: null,
    assertedIn: 1,
    assertedAt: new Date(0),
    retractedIn: null,
    retractedAt: null,
    ...more,
  };
}

describe('the text of a proof', () => {
  test('shows each step with what it rests on', () => {
    const proof: Proof = {
      nodes: [
        step('responsible(inc_17,checkout,ana)', {
          kind: 'RULE',
          children: [1, 2, 5, 6, 7],
          rule: { module: 'incidents', clause: '', line: 12 },
        }),
        step(
          'summary(inc_17,"Checkout requests time out while the payment provider was slow to answer them all")',
          {
            fact: 1,
            similarity: 0.8123,
          },
        ),
        step('at_risk(checkout)', {
          kind: 'RULE',
          children: [3, 4],
          rule: { module: 'incidents', clause: '0.8 :: at_risk(S) :- hits(_, S)', line: 30 },
        }),
        step('hits(inc_17,checkout)', { fact: 2 }),
        step('5 > 3', { kind: 'BUILTIN' }),
        step('\\+ resolved(inc_17)', { kind: 'NEGATION' }),
        step('on_call(shop,ana)', { fact: 3 }),
        step('holiday(today)', { kind: 'ASSUMPTION' }),
      ],
      truncated: false,
    };
    const facts = new Map([
      [1, fact(1)],
      [2, fact(2, { confidence: 0.9 })],
      [3, fact(3, { source: 'pager\nexport' })],
    ]);
    expect(`\n${proofText(proof, facts)}`).toBe(`
responsible(inc_17, checkout, ana)                                    rule incidents:12
├─ summary(inc_17, "Checkout requests time out while the payment…")   similar 0.81
├─ at_risk(checkout)                                                  rule incidents:30 · confidence 0.8
│  ├─ hits(inc_17, checkout)                                          fact · confidence 0.9
│  └─ 5 > 3                                                           computed
├─ \\+ resolved(inc_17)                                                cannot be shown
├─ on_call(shop, ana)                                                 fact · pager export
└─ holiday(today)                                                     assumed`);
  });

  test('draws a step that several need once', () => {
    const proof: Proof = {
      nodes: [
        step('a', { kind: 'BUILTIN', children: [1, 2] }),
        step('b', { kind: 'BUILTIN', children: [2] }),
        step('c', { kind: 'BUILTIN', children: [3] }),
        step('d', { fact: 1 }),
      ],
      truncated: false,
    };
    expect(
      proofText(proof, new Map())
        .split('\n')
        .map((line) => line.replace(/ {2,}\w+$/, '')),
    ).toEqual(['a', '├─ b', '│  └─ c', '│     └─ d', '└─ c (as above)']);
    expect(proofDepth(proof)).toBe(4);
  });

  test('breaks off where a chain of 20,000 steps gets too deep to read', () => {
    const nodes = Array.from({ length: 20_000 }, (_, index) =>
      step(`p(${index})`, { kind: 'BUILTIN', children: index === 19_999 ? [] : [index + 1] }),
    );
    const proof: Proof = { nodes, truncated: false };
    expect(proofDepth(proof)).toBe(20_000);
    const lines = proofText(proof, new Map()).split('\n');
    expect(lines).toHaveLength(41);
    expect(lines.at(-1)).toMatch(/└─ p\(40\) … +computed/);
  });
});

test.each([
  ["owned_by('Check out',[a,b],X)", "owned_by('Check out', [a, b], X)"],
  ['a:-b,c', 'a :- b, c'],
  ['f((a,b))', 'f((a, b))'],
  ['halt', 'halt'],
])('the goal %s is shown as %s', (goal, shown) => {
  expect(goalText(readTerm(goal).term)).toBe(shown);
});
