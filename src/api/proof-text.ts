import type { Fact } from '../knowledge/knowledge.js';
import { atom, type Term } from '../prolog/term.js';
import { displayTerm } from '../prolog/writer.js';
import type { Proof, ProofNode, RuleReference } from '../reasoning/reasoning.js';

/** In characters: a goal that is longer would break the lines, and is cut in its long texts first. */
const WIDEST_GOAL = 88;
const LONGEST_TEXT = 48;
/** Reasons stand in one column, unless a line is longer than this. */
const WIDEST_COLUMN = 100;

/**
 * A proof as a tree drawn with lines: what each step shows, and on the right what it rests on.
 *
 *     responsible(inc_17, checkout, ana)                        rule incidents:12
 *     ├─ summary(inc_17, "Checkout requests time out while…")   similar 0.81
 *     └─ on_call(shop, ana)                                     fact · pager export
 *
 * @param facts the facts that the proof rests on, by number
 */
export function proofText(proof: Proof, facts: ReadonlyMap<number, Fact>): string {
  const lines = treeLines(proof);
  const width = Math.min(Math.max(...lines.map(({ text }) => text.length)), WIDEST_COLUMN);
  return lines
    .map(({ text, node }) => `${text.padEnd(width)}   ${reasonOf(node, facts)}`.trimEnd())
    .join('\n');
}

interface Line {
  readonly text: string;
  readonly node: ProofNode;
}

/** Beyond this the lines would be wider than any window, and the text as large as the square of the depth. */
const DEEPEST_DRAWN = 40;
const MOST_LINES = 2_000;

/** Depth first. A step that several others need is drawn out once; what is left out is in the proof's nodes. */
function treeLines({ nodes }: Proof): Line[] {
  const lines: Line[] = [];
  const drawn = new Set<number>();
  const pending = [{ index: 0, depth: 0, lead: '', below: '' }];
  for (let next = pending.pop(); next !== undefined && lines.length < MOST_LINES; next = pending.pop()) {
    const { index, depth, lead, below } = next;
    const node = nodes[index]!;
    const goal = lead + stepText(node);
    if (node.children.length === 0) {
      lines.push({ text: goal, node });
    } else if (drawn.has(index)) {
      lines.push({ text: `${goal} (as above)`, node });
    } else if (depth === DEEPEST_DRAWN) {
      lines.push({ text: `${goal} …`, node });
    } else {
      drawn.add(index);
      lines.push({ text: goal, node });
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
  return lines;
}

/** A question of several goals is proved by each of them: they are the steps below, and need not be said twice. */
function stepText({ goal, kind, rule }: ProofNode): string {
  const isConjunction = goal.kind === 'compound' && goal.name === ',' && goal.args.length === 2;
  return kind === 'RULE' && rule === undefined && isConjunction ? 'all of' : goalText(goal);
}

function reasonOf(node: ProofNode, facts: ReadonlyMap<number, Fact>): string {
  const similar = node.similarity === undefined ? [] : [`similar ${node.similarity.toFixed(2)}`];
  switch (node.kind) {
    case 'RULE':
      return node.rule === undefined ? '' : ruleText(node.rule);
    case 'FACT':
    case 'SEMANTIC': {
      const fact = node.fact === undefined ? undefined : facts.get(node.fact);
      const confidence =
        fact === undefined || fact.confidence === 1 ? [] : [`confidence ${shortNumber(fact.confidence)}`];
      const source = fact?.source == null ? [] : [oneLine(fact.source, LONGEST_TEXT)];
      const kind = node.kind === 'FACT' && similar.length === 0 ? ['fact'] : similar;
      return [...kind, ...confidence, ...source].join(' · ');
    }
    case 'BUILTIN':
      return 'computed';
    case 'NEGATION':
      return 'cannot be shown';
    case 'ASSUMPTION':
      return 'assumed';
  }
}

/** Where it stands, and the confidence that it begins with: the score is to be checked by hand. */
function ruleText({ module, line, clause }: RuleReference): string {
  const confidence = /^\s*(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)\s*::/.exec(clause)?.[1];
  return `rule ${module}:${line}${confidence === undefined ? '' : ` · confidence ${confidence}`}`;
}

/** As `displayTerm`, in one line and cut where it is long: its texts first. */
export function goalText(goal: Term): string {
  const full = displayTerm(goal);
  if (full.length <= WIDEST_GOAL && !full.includes('\n')) return full;
  if (goal.kind !== 'compound' || !full.startsWith(`${displayTerm(atom(goal.name))}(`))
    return oneLine(full, WIDEST_GOAL * 2);
  const args = goal.args.map((argument) => oneLine(displayTerm(argument), LONGEST_TEXT));
  return oneLine(`${displayTerm(atom(goal.name))}(${args.join(', ')})`, WIDEST_GOAL * 2);
}

/** Cut with an ellipsis; what is quoted stays quoted. */
function oneLine(text: string, longest: number): string {
  const flat = text.replace(/\s+/g, ' ');
  if (flat.length <= longest) return flat;
  const quote = /^["']/.exec(flat)?.[0] ?? '';
  const cut = flat.slice(0, longest - 1 - quote.length).replace(/[\ud800-\udbff]$/, '');
  return `${cut.trimEnd()}…${quote}`;
}

function shortNumber(value: number): string {
  return String(Number(value.toPrecision(3)));
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
