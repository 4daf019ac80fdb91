import { describe, expect, test } from 'vitest';
import { goalText } from '../../src/api/goal-text.js';
import { proofDepth, proofText } from '../../src/api/proof-text.js';
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
          score: 0.5832,
          children: [1, 2, 5, 6, 7, 8, 9, 10, 11],
          rule: { module: 'incidents', clause: '', line: 12 },
        }),
        step(
          'summary(inc_17,"Checkout requests time out while the payment provider was slow to answer them all")',
          { fact: 1, score: 0.8123, similarity: 0.8123 },
        ),
        step('at_risk(checkout)', {
          kind: 'RULE',
          score: 0.72,
          children: [3, 4],
          rule: { module: 'incidents', clause: '0.8 :: at_risk(S) :- hits(_, S)', line: 30 },
        }),
        step('hits(inc_17,checkout)', { fact: 2, score: 0.9 }),
        step('5 > 3', { kind: 'BUILTIN' }),
        step('\\+ resolved(inc_17,_A)', { kind: 'NEGATION' }),
        step('on_call(shop,ana)', { fact: 3 }),
        step('holiday(today)', { kind: 'ASSUMPTION', score: 0.7 }),
        step('similarity("a full disk","no space",0.41)', {
          kind: 'SEMANTIC',
          score: 0.41,
          similarity: 0.41,
        }),
        step('aggregate_all(sum(_B),(hits(_C,checkout),minutes_down(_C,_B)),239)', { kind: 'BUILTIN' }),
        step('forall(hits(_D,checkout),resolved(_D))', { kind: 'BUILTIN' }),
        step('purpose(checkout,pay)', { fact: 4, score: 0.45 }),
      ],
      truncated: false,
    };
    const facts = new Map([
      [1, fact(1)],
      [2, fact(2, { confidence: 0.9 })],
      [3, fact(3, { source: 'pager\nexport', sentence: 'ana has the pager of shop' })],
      [4, fact(4, { confidence: 0.9, sentence: 'pay' })],
    ]);
    expect(`\n${proofText(proof, facts)}`).toBe(`
responsible(inc_17, checkout, ana)                                           rule incidents:12 · score 0.583
├─ summary(inc_17, "Checkout requests time out while the payment…")          similar 0.81 · fact:1:1
├─ at_risk(checkout)                                                         rule incidents:30 · confidence 0.8 · score 0.72
│  ├─ hits(inc_17, checkout)                                                 fact:1:2 · confidence 0.9
│  └─ 5 > 3                                                                  computed
├─ \\+ resolved(inc_17, _)                                                    cannot be shown
├─ on_call(shop, ana)                                                        fact:1:3 · pager export · "ana has the pager of shop"
├─ holiday(today)                                                            assumed · confidence 0.7
├─ similarity("a full disk", "no space", 0.41)                               similar 0.41
├─ aggregate_all(sum(_B), (hits(_C, checkout), minutes_down(_C, _B)), 239)   over all solutions
├─ forall(hits(_D, checkout), resolved(_D))                                  holds without exception
└─ purpose(checkout, pay)                                                    similar 0.50 at most · fact:1:4 · confidence 0.9`);
  });

  test('says once what a question of one test or calculation shows', () => {
    const nodes = [
      step('42 is 6*7', { kind: 'RULE', children: [1] }),
      step('42 is 6*7', { kind: 'BUILTIN' }),
    ];
    expect(proofText({ nodes, truncated: false }, new Map())).toBe('42 is 6*7   computed');
  });

  test('leaves the parts of a question to its steps', () => {
    const nodes = [
      step('p(a),q(a)', { kind: 'RULE', score: 0.5, children: [1, 2] }),
      step('p(a)', { kind: 'ASSUMPTION', score: 0.5 }),
      step('q(a)', { kind: 'ASSUMPTION' }),
    ];
    expect(proofText({ nodes, truncated: false }, new Map()).split('\n')).toEqual([
      'all of    score 0.5',
      '├─ p(a)   assumed · confidence 0.5',
      '└─ q(a)   assumed',
    ]);
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

  test('breaks off where a chain of 20,000 steps gets too deep to read, and says what is not drawn', () => {
    const nodes = Array.from({ length: 20_000 }, (_, index) =>
      step(`p(${index})`, { kind: 'BUILTIN', children: index === 19_999 ? [] : [index + 1] }),
    );
    const proof: Proof = { nodes, truncated: false };
    expect(proofDepth(proof)).toBe(20_000);
    const lines = proofText(proof, new Map()).split('\n');
    expect(lines).toHaveLength(42);
    expect(lines.at(-2)).toMatch(/└─ p\(40\) … +computed · its steps are not drawn/);
    expect(lines.at(-1)).toBe('… 19,959 more steps are not drawn');
  });

  test('breaks off after 2,000 lines, and says what is not drawn', () => {
    const leaves = Array.from({ length: 2_000 }, (_, index) => step(`p(${index})`, { kind: 'BUILTIN' }));
    const children = leaves.map((_, index) => index + 1);
    const nodes = [step('all', { kind: 'BUILTIN', children }), ...leaves];
    const lines = proofText({ nodes, truncated: false }, new Map()).split('\n');
    expect(lines).toHaveLength(2_001);
    expect(lines.at(-1)).toBe('… 1 more step is not drawn');
  });

  test('says where steps were left out', () => {
    const rule = { module: 'm', clause: '', line: 3 };
    const nodes = [
      step('a', { kind: 'RULE', rule, children: [1, 2] }),
      step('b', { kind: 'RULE', rule, cut: true }),
      step('c', { kind: 'ASSUMPTION' }),
    ];
    expect(proofText({ nodes, truncated: true }, new Map()).split('\n')).toEqual([
      'a        rule m:3',
      '├─ b …   rule m:3 · its steps were left out',
      '└─ c     assumed',
      '… the proof is too large: further steps were left out',
    ]);
  });
});

describe('a goal', () => {
  test.each([
    ["owned_by('Check out',[a,b],X)", "owned_by('Check out', [a, b], X)"],
    ['a:-b,c', 'a :- b, c'],
    ['f((a,b))', 'f((a, b))'],
    ['halt', 'halt'],
  ])('such as %s is shown as %s', (goal, shown) => {
    expect(goalText(readTerm(goal).term)).toBe(shown);
  });

  test.each([
    [
      'a long text',
      `told(ana,"${'one two three '.repeat(20)}")`,
      'told(ana, "one two three one two three one two three one…")',
    ],
    [
      'a long list',
      `sorted([${Array.from({ length: 500 }, (_, i) => i)}],x)`,
      'sorted([0, 1, 2, 3, 4, 5, 6, 7, …], x)',
    ],
    [
      'a goal inside another, with its brackets',
      `findall(X,(owned_by(Y,payments),hits(X,Y)),[${Array.from({ length: 50 }, (_, i) => `incident_${i}`)}])`,
      'findall(X, (owned_by(Y, payments), hits(X, Y)), [incident_0, incident_1, incident_2, …])',
    ],
    ['what is deep inside', `p(${'f('.repeat(200)}x${')'.repeat(200)})`, 'p(f(f(f(f(f(f(f(…))))))))'],
    ['many arguments', `p(${Array.from({ length: 60 }, (_, i) => i)})`, 'p(0, 1, 2, 3, 4, 5, 6, 7, …)'],
    ['a huge number', `p(${'7'.repeat(100)})`, 'p(…)'],
  ])('is cut in %s where it is too wide', (_, goal, shown) => {
    expect(goalText(readTerm(goal).term)).toBe(shown);
  });
});
