import { encodeFactId } from '../knowledge/fact-id.js';
import type { Fact } from '../knowledge/knowledge.js';
import type { Term } from '../prolog/term.js';
import type { ProofNode, RuleReference } from '../reasoning/reasoning.js';
import { oneLine } from './goal-text.js';

/** In characters. */
const LONGEST_SOURCE = 46;
const LONGEST_SENTENCE = 70;

/**
 * What a step of a proof rests on, in short parts for a person: all that is needed to check its score by hand.
 *
 * @param facts the facts that the proof rests on, by number
 */
export function reasonText(node: ProofNode, facts: ReadonlyMap<number, Fact>): string[] {
  switch (node.kind) {
    case 'RULE':
      return [...(node.rule === undefined ? [] : ruleText(node.rule)), ...below1('score', node.score)];
    case 'FACT':
    case 'SEMANTIC': {
      const fact = node.fact === undefined ? undefined : facts.get(node.fact);
      return [
        ...similarityText(node, fact),
        ...(fact === undefined ? [] : factText(fact, node.goal)),
        ...(fact === undefined && node.kind === 'FACT' ? ['fact'] : []),
      ];
    }
    case 'BUILTIN':
      return [builtinText(node.goal)];
    case 'NEGATION':
      return ['cannot be shown'];
    case 'ASSUMPTION':
      return ['assumed', ...below1('confidence', node.score)];
  }
}

/** Where it stands, and the confidence that it begins with. */
function ruleText({ module, line, clause }: RuleReference): string[] {
  const confidence = /^\s*(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)\s*::/.exec(clause)?.[1];
  return [`rule ${module}:${line}`, ...(confidence === undefined ? [] : [`confidence ${confidence}`])];
}

function similarityText({ kind, similarity, score }: ProofNode, fact: Fact | undefined): string[] {
  if (similarity !== undefined) return [`similar ${similarity.toFixed(2)}`];
  // Under the scope ALL it was not retrieved, and counts with what it can be similar at most.
  const most = kind === 'FACT' && fact !== undefined ? score / fact.confidence : 1;
  return most < 1 - 1e-9 ? [`similar ${most.toFixed(2)} at most`] : [];
}

/** Its id, its confidence unless it is certain, its source, and its sentence unless the goal has it. */
function factText(fact: Fact, goal: Term): string[] {
  const { sentence, source } = fact;
  return [
    encodeFactId(fact),
    ...below1('confidence', fact.confidence),
    ...(source === null ? [] : [oneLine(source, LONGEST_SOURCE)]),
    ...(sentence === null || holdsText(goal, sentence) ? [] : [`"${oneLine(sentence, LONGEST_SENTENCE)}"`]),
  ];
}

function holdsText(goal: Term, text: string): boolean {
  const pending = [goal];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.kind === 'compound') for (const argument of next.args) pending.push(argument);
    else if (next.kind === 'string' && next.value === text) return true;
    else if (next.kind === 'atom' && next.name === text) return true;
  }
  return false;
}

const overAll = new Set([
  'findall/3',
  'findall/4',
  'aggregate_all/3',
  'aggregate_all/4',
  'bagof/3',
  'setof/3',
]);

function builtinText(goal: Term): string {
  const indicator = goal.kind === 'compound' ? `${goal.name}/${goal.args.length}` : '';
  if (overAll.has(indicator)) return 'over all solutions';
  return indicator === 'forall/2' ? 'holds without exception' : 'computed';
}

const below1 = (what: string, value: number): string[] =>
  value < 1 ? [`${what} ${Number(value.toPrecision(3))}`] : [];
