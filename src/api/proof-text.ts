import type { Fact } from '../knowledge/knowledge.js';
import { type Term, variable } from '../prolog/term.js';
import { substitute } from '../prolog/variables.js';
import type { Proof, ProofNode } from '../reasoning/reasoning.js';
import { goalText } from './goal-text.js';
import { reasonText } from './reason-text.js';

/** Reasons stand in one column, unless a line is longer than this. */
const WIDEST_COLUMN = 100;

/**
 * A proof as a tree drawn with lines: what each step shows, and on the right what it rests on.
 *
 *     responsible(inc_17, checkout, ana)                        rule incidents:12 · score 0.81
 *     ├─ summary(inc_17, "Checkout requests time out while…")   similar 0.81 · fact:1:7
 *     ├─ \+ resolved(inc_17)                                    cannot be shown
 *     └─ on_call(shop, ana)                                     fact:1:9 · pager export
 *
 * @param facts the facts that the proof rests on, by number
 */
export function proofText(proof: Proof, facts: ReadonlyMap<number, Fact>): string {
  const { lines, left } = treeLines(proof);
  const width = Math.min(Math.max(...lines.map(({ text }) => text.length)), WIDEST_COLUMN);
  const drawn = lines.map(({ text, node, ending }) =>
    `${text.padEnd(width)}   ${[...reasonText(node, facts), ...(ending ?? [])].join(' · ')}`.trimEnd(),
  );
  if (left > 0)
    drawn.push(`… ${left.toLocaleString('en')} more ${left === 1 ? 'step is' : 'steps are'} not drawn`);
  if (proof.truncated) drawn.push('… the proof is too large: further steps were left out');
  return drawn.join('\n');
}

interface Line {
  readonly text: string;
  readonly node: ProofNode;
  /** Why nothing stands below it. */
  readonly ending?: readonly string[];
}

/** Beyond this the lines would be wider than any window, and the text as large as the square of the depth. */
const DEEPEST_DRAWN = 40;
const MOST_LINES = 2_000;

/**
 * Depth first. A step that several others need is drawn out once.
 *
 * @returns the lines, and how many steps have none
 */
function treeLines({ nodes }: Proof): { readonly lines: readonly Line[]; readonly left: number } {
  const lines: Line[] = [];
  const drawn = new Set<number>();
  const nameless = singleVariables(nodes);
  const root = isSaidBelow(nodes) ? 1 : 0;
  if (root > 0) drawn.add(0);
  const pending = [{ index: root, depth: 0, lead: '', below: '' }];
  for (let next = pending.pop(); next !== undefined && lines.length < MOST_LINES; next = pending.pop()) {
    const { index, depth, lead, below } = next;
    const node = nodes[index]!;
    const text = lead + stepText(node, nameless);
    const isKnown = drawn.has(index);
    drawn.add(index);
    if (node.cut) lines.push({ text: `${text} …`, node, ending: ['its steps were left out'] });
    else if (node.children.length === 0) lines.push({ text, node });
    else if (isKnown) lines.push({ text: `${text} (as above)`, node });
    else if (depth === DEEPEST_DRAWN)
      lines.push({ text: `${text} …`, node, ending: ['its steps are not drawn'] });
    else {
      lines.push({ text, node });
      for (const [place, child] of [...node.children.entries()].reverse()) {
        const isLast = place === node.children.length - 1;
        pending.push({
          index: child,
          depth: depth + 1,
          lead: `${below}${isLast ? '└─ ' : '├─ '}`,
          below: `${below}${isLast ? '   ' : '│  '}`,
        });
      }
    }
  }
  return { lines, left: nodes.length - drawn.size };
}

/** Variables that stand at one place only tell nothing but that anything may stand there: `_`. */
function singleVariables(nodes: readonly ProofNode[]): ReadonlyMap<string, Term> {
  const isSingle = new Map<string, boolean>();
  for (const { goal } of nodes) {
    for (const name of variableOccurrences(goal)) isSingle.set(name, !isSingle.has(name));
  }
  const singles = [...isSingle].filter(([, single]) => single).map(([name]) => name);
  return new Map(singles.map((name) => [name, variable('_')]));
}

function* variableOccurrences(term: Term): Generator<string> {
  const pending = [term];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.kind === 'variable') yield next.name;
    else if (next.kind === 'compound') for (const argument of next.args) pending.push(argument);
  }
}

/** A question that is a single test or calculation: the only step says the same, and what it rests on. */
function isSaidBelow([root, only]: readonly ProofNode[]): boolean {
  if (root === undefined || only === undefined || !isQuestion(root) || root.children.length !== 1)
    return false;
  return goalText(root.goal) === goalText(only.goal);
}

const isQuestion = ({ kind, rule }: ProofNode) => kind === 'RULE' && rule === undefined;

/** A question of several goals is proved by each of them: they are the steps below, and need not be said twice. */
function stepText(node: ProofNode, nameless: ReadonlyMap<string, Term>): string {
  const { goal } = node;
  const isConjunction = goal.kind === 'compound' && goal.name === ',' && goal.args.length === 2;
  return isQuestion(node) && isConjunction ? 'all of' : goalText(substitute(goal, nameless));
}

/** Steps on the longest way from the root to a leaf, both counted. */
export function proofDepth({ nodes }: Proof): number {
  const depths = new Array<number>(nodes.length).fill(1);
  // Children have greater indexes than their parents.
  for (let index = nodes.length - 1; index >= 0; index--) {
    for (const child of nodes[index]!.children) depths[index] = Math.max(depths[index]!, depths[child]! + 1);
  }
  return depths[0] ?? 0;
}
