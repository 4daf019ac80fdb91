import { listItems } from '../prolog/list-items.js';
import { readTerm } from '../prolog/reader.js';
import type { Term } from '../prolog/term.js';
import type { Proof, ProofKind, ProofNode, RuleReference } from './reasoning.js';

const kinds: Record<string, ProofKind> = {
  fact: 'FACT',
  rule: 'RULE',
  builtin: 'BUILTIN',
  negation: 'NEGATION',
  semantic: 'SEMANTIC',
  assumption: 'ASSUMPTION',
};

/**
 * Reads what proof_nodes/3 of rules/system/evaluate.pl wrote: a list of n(Kind, Goal, Score, Children, Reference), with
 * `cut` for children that were left out.
 */
export function readProof(text: string, rules: readonly RuleReference[]): Proof {
  const { term } = readTerm(text, { maxNesting: Number.POSITIVE_INFINITY });
  const nodes = listItems(term)!.map((node) => readNode(node, rules));
  return { nodes, truncated: nodes.some(({ cut }) => cut) };
}

function readNode(node: Term, rules: readonly RuleReference[]): ProofNode {
  const [kind, goal, score, children, reference] = argsOf(node) as [Term, Term, Term, Term, Term];
  return {
    kind: kinds[kind.kind === 'atom' ? kind.name : '']!,
    goal,
    score: numberOf(score),
    ...(isCut(children) ? { children: [], cut: true } : { children: listItems(children)!.map(numberOf) }),
    ...referenceOf(reference, rules),
  };
}

function referenceOf(reference: Term, rules: readonly RuleReference[]): Partial<ProofNode> {
  const [first, second] = argsOf(reference);
  if (reference.kind !== 'compound' || first === undefined) return {};
  if (reference.name === 'rule') return { rule: rules[numberOf(first)]! };
  return { fact: numberOf(first), ...(second === undefined ? {} : { similarity: numberOf(second) }) };
}

const isCut = (children: Term) => children.kind === 'atom' && children.name === 'cut';

const argsOf = (term: Term): readonly Term[] => (term.kind === 'compound' ? term.args : []);

export function numberOf(term: Term): number {
  if (term.kind === 'float') return term.value;
  return term.kind === 'integer' ? Number(term.value) : Number.NaN;
}
