import { atom, CONS, type Term } from '../prolog/term.js';
import type { DeducedAnswer, DeducedNode, DeductionOutcome } from './deduction/deduction.js';

// What the main thread is given to read is bounded as it is where Prolog answers (see rules/system/measure.pl): in units
// of one node, or of some eight characters of an atom, a string or a number.

const LARGEST_ANSWER = 100_000;
const ALL_ANSWERS = 5_000_000;
const LARGEST_PROOF = 50_000;
const ALL_PROOFS = 1_000_000;
const DEEPEST = 2_000;

/**
 * The outcome as far as it can be read in a short time. Answers from the first that is too large on are left out, as at
 * the memory limit; goals in proofs are shown in part. An answer with a number that has no text is an error.
 */
export function boundedOutcome(outcome: DeductionOutcome): DeductionOutcome {
  const answers: DeducedAnswer[] = [];
  let room = ALL_ANSWERS;
  let proofRoom = ALL_PROOFS;
  for (const answer of outcome.answers) {
    const size = sizeOf(answer.values, Math.min(room, LARGEST_ANSWER));
    if (size === 'not a number') {
      const details = { error: 'evaluation_error(undefined)' };
      return {
        ...outcome,
        answers: [],
        error: { code: 'EVALUATION', message: 'arithmetic failed: undefined', details },
      };
    }
    if (size === 'too large')
      return { ...outcome, answers, more: true, total: null, limit: outcome.limit ?? 'MEMORY' };
    room -= size;
    if (answer.proof === null) answers.push(answer);
    else {
      const most = Math.min(proofRoom, LARGEST_PROOF);
      const { nodes, left } = shownNodes(answer.proof.nodes, most);
      proofRoom -= most - left;
      answers.push({ ...answer, proof: { ...answer.proof, nodes } });
    }
  }
  return { ...outcome, answers };
}

function sizeOf(terms: readonly Term[], most: number): number | 'too large' | 'not a number' {
  const pending = terms.map((term) => ({ term, depth: 0 }));
  let size = 0;
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { term, depth } = next;
    size += weightOf(term);
    if (size > most || depth > DEEPEST) return 'too large';
    if (term.kind === 'float' && !Number.isFinite(term.value)) return 'not a number';
    if (term.kind !== 'compound') continue;
    const isCell = term.name === CONS && term.args.length === 2;
    for (const [at, arg] of term.args.entries()) {
      pending.push({ term: arg, depth: isCell && at === 1 ? depth : depth + 1 });
    }
  }
  return size;
}

function weightOf(term: Term): number {
  if (term.kind === 'atom') return 1 + (term.name.length >> 3);
  if (term.kind === 'string') return 1 + (term.value.length >> 3);
  // To count the digits of an integer takes as long as to write it: only large ones are looked at.
  if (term.kind === 'integer' && BigInt.asIntN(64, term.value) !== term.value) {
    return 1 + (term.value.toString(16).length >> 3);
  }
  return 1;
}

const left = atom('…');

function shownNodes(nodes: readonly DeducedNode[], most: number): { nodes: DeducedNode[]; left: number } {
  let room = most;
  const shown = nodes.map((node) => {
    const goal = shownGoal(node.goal, room);
    const size = sizeOf([goal], room);
    room -= typeof size === 'number' ? size : 0;
    return goal === node.goal ? node : { ...node, goal };
  });
  return { nodes: shown, left: room };
}

/** The goal without those of its arguments that there is no room for. */
function shownGoal(goal: Term, room: number): Term {
  if (typeof sizeOf([goal], room) === 'number') return goal;
  if (goal.kind !== 'compound' || goal.args.length > room) return left;
  let rest = room - 1;
  const args = goal.args.map((arg) => {
    const size = sizeOf([arg], rest);
    if (typeof size !== 'number') return left;
    rest -= size;
    return arg;
  });
  return { ...goal, args };
}
