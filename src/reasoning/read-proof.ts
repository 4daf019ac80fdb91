import { listItems } from '../prolog/list-items.js';
import { readTerm } from '../prolog/reader.js';
import type { Term } from '../prolog/term.js';
import { withPlainVariables } from './plain-variables.js';
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
  const nodes = listItems(withPlainVariables(term))!.map((node) => readNode(node, rules));
  return { nodes, truncated: nodes.some(({ cut }) => cut) };
}

function readNode(node: Term, rules: readonly RuleReference[]): ProofNode {
  const [kindAtom, goal, score, children, reference] = argsOf(node) as [Term, Term, Term, Term, Term];
  const kind = kinds[kindAtom.kind === 'atom' ? kindAtom.name : '']!;
  return {
    kind,
    goal,
    score: numberOf(score),
    ...(isCut(children) ? { children: [], cut: true } : { children: listItems(children)!.map(numberOf) }),
    // similarity/3 rests on no fact: its score is the similarity.
    ...(kind === 'SEMANTIC' ? { similarity: numberOf(score) } : {}),
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
