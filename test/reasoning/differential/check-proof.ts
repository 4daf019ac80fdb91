import { expect } from 'vitest';
import { readProgram, readTerm } from '../../../src/prolog/reader.js';
import { indicatorOf, type Term, variable } from '../../../src/prolog/term.js';
import { unify } from '../../../src/prolog/unify.js';
import { type Bindings, substitute, variablesOf } from '../../../src/prolog/variables.js';
import { writeTerm } from '../../../src/prolog/writer.js';
import type { Proof, ProofNode, ScoredAnswer } from '../../../src/reasoning/reasoning.js';
import type { NaiveFact } from './naive-evaluator.js';

/** What a proof may rest on. */
export interface Grounds {
  /** Live, suppositions with ids below 0 included. */
  readonly facts: readonly NaiveFact[];
  /** Source of the rule module. */
  readonly rules: string;
  readonly goal: string;
  readonly scoring: 'PRODUCT' | 'MINIMUM';
}

const builtins = new Set(
  'is/2 =/2 ==/2 \\==/2 @</2 @>=/2 </2 >/2 =</2 >=/2 =:=/2 =\\=/2 between/3 member/2 findall/3 setof/3 aggregate_all/3'.split(
    ' ',
  ),
);

/**
 * Holds a proof to what it says: every rule is a clause of the module whose head and body are its node and the node's
 * children, in order; every fact is live; every score is what a person would compute from the children's.
 */
export function expectSoundProof(answer: ScoredAnswer, grounds: Grounds): void {
  const proof = answer.proof!;
  expect(proof.truncated).toBe(false);
  expect(proof.nodes[0]!.score).toBe(answer.score);
  const reached = new Set([0]);
  for (const [index, node] of proof.nodes.entries()) {
    expect(reached).toContain(index);
    for (const child of node.children) {
      expect(child).toBeGreaterThan(index);
      reached.add(child);
    }
    checkNode(proof, node, grounds);
  }
}

function checkNode(proof: Proof, node: ProofNode, grounds: Grounds): void {
  const children = node.children.map((child) => proof.nodes[child]!);
  if (node.kind === 'RULE') {
    const clause =
      node.rule === undefined ? readQuestion(grounds.goal) : clauseAt(grounds.rules, node.rule.line);
    const scores = scoresOf(clause, node, children, grounds.scoring);
    expect(scores, `${text(node)} follows from ${children.map(text).join(', ')}`).toContain(node.score);
    return;
  }
  expect(children).toEqual([]);
  if (node.kind === 'NEGATION' || node.kind === 'BUILTIN') {
    expect(node.score).toBe(1);
    return;
  }
  const prolog = writeTerm(node.goal);
  const fact = grounds.facts.find(({ id, prolog: known }) =>
    node.kind === 'ASSUMPTION' ? id < 0 && known === prolog : id === node.fact,
  );
  expect(fact).toMatchObject({ prolog, confidence: node.score });
}

const text = ({ goal, kind, score }: ProofNode): string => `${kind} ${writeTerm(goal)} ${score}`;

interface ClauseOfProof {
  readonly head: Term | undefined;
  readonly body: Term;
  readonly confidence: number;
}

const readQuestion = (goal: string): ClauseOfProof => ({
  head: undefined,
  body: readTerm(goal).term,
  confidence: 1,
});

function clauseAt(rules: string, line: number): ClauseOfProof {
  let { term } = readProgram(rules).clauses.find(({ start }) => start.line === line)!;
  let confidence = 1;
  if (term.kind === 'compound' && indicatorOf(term) === '::/2') {
    confidence = (term.args[0] as Term & { kind: 'float' }).value;
    term = term.args[1]!;
  }
  const [head, body] = (term as Term & { kind: 'compound' }).args as [Term, Term];
  return { head, body, confidence };
}

/** Every score that the node can have by this clause; none when its goal and children are no instance of it. */
function scoresOf(
  { head, body, confidence }: ClauseOfProof,
  node: ProofNode,
  children: readonly ProofNode[],
  scoring: Grounds['scoring'],
): number[] {
  const rule = (term: Term) => renamed(term, 'rule');
  const start = head === undefined ? new Map() : unify(rule(head), renamed(node.goal, 'goal'));
  if (start === undefined) return [];
  const search = new Explanations(children, scoring);
  return [...search.of(rule(body), 0, start)]
    .filter(({ used }) => used === children.length)
    .map(({ scores }) => search.combined(confidence === 1 ? scores : [confidence, ...scores]));
}

interface Explanation {
  /** Children that were taken. */
  readonly used: number;
  readonly bindings: Bindings;
  readonly scores: readonly number[];
}

/** Ways to read children as what made a body true. */
class Explanations {
  constructor(
    readonly children: readonly ProofNode[],
    readonly scoring: Grounds['scoring'],
  ) {}

  combined(scores: readonly number[]): number {
    if (scores.length === 0) return 1;
    return scores.reduce((left, right) =>
      this.scoring === 'PRODUCT' ? left * right : Math.min(left, right),
    );
  }

  *of(body: Term, used: number, bindings: Bindings): Generator<Explanation> {
    const indicator = indicatorOf(body)!;
    const [first, second] = (body.kind === 'compound' ? body.args : []) as [Term, Term];
    if (indicator === 'true/0') yield { used, bindings, scores: [] };
    else if (indicator === ',/2') {
      for (const left of this.of(first, used, bindings)) {
        for (const right of this.of(second, left.used, left.bindings)) {
          yield { ...right, scores: [...left.scores, ...right.scores] };
        }
      }
    } else if (indicator === ';/2' && indicatorOf(first) === '->/2') {
      const [condition, then] = (first as Term & { kind: 'compound' }).args as [Term, Term];
      yield* this.#branch(both(condition, then), used, bindings);
      yield* this.#branch(both({ kind: 'compound', name: '\\+', args: [condition] }, second), used, bindings);
    } else if (indicator === ';/2') {
      yield* this.#branch(first, used, bindings);
      yield* this.#branch(second, used, bindings);
    } else yield* this.#leaf(indicator, body, used, bindings);
  }

  /** A product of its own. */
  *#branch(body: Term, used: number, bindings: Bindings): Generator<Explanation> {
    for (const taken of this.of(body, used, bindings)) {
      yield { ...taken, scores: [this.combined(taken.scores)] };
    }
  }

  *#leaf(indicator: string, goal: Term, used: number, bindings: Bindings): Generator<Explanation> {
    const child = this.children[used];
    if (child === undefined) return;
    const kinds =
      indicator === '\\+/1'
        ? ['NEGATION']
        : builtins.has(indicator)
          ? ['BUILTIN']
          : ['FACT', 'RULE', 'ASSUMPTION'];
    const extended = unify(goal, renamed(child.goal, `child ${used}`), bindings);
    if (extended === undefined || !kinds.includes(child.kind)) return;
    const hasScore = child.kind !== 'NEGATION' && child.kind !== 'BUILTIN';
    yield { used: used + 1, bindings: extended, scores: hasScore ? [child.score] : [] };
  }
}

const both = (left: Term, right: Term): Term => ({ kind: 'compound', name: ',', args: [left, right] });

/** With variables that no other part has. */
const renamed = (term: Term, part: string): Term =>
  substitute(term, new Map(variablesOf(term).map((name) => [name, variable(`${part} ${name}`)])));
