import { CorollaryError } from '../errors.js';
import type { Predicate } from '../knowledge/predicates.js';
import { readTerm } from '../prolog/reader.js';
import type { Term } from '../prolog/term.js';
import { bodyCalls } from '../reasoning/body-calls.js';
import { standingOf } from '../reasoning/builtins.js';
import { isCompound } from '../reasoning/rule.js';
import type { AskRequest, Route, RouteDecision } from './asking.js';

/** What the router looks at. */
export type Routable = Pick<AskRequest, 'question' | 'goal' | 'route'>;

/**
 * A goal goes to LOGIC, a text with a goal beside it to HYBRID, any other text to DENSE; a route that the caller names
 * is taken.
 *
 * @throws CorollaryError BAD_INPUT when the route lacks its goal or its text
 */
export function decideRoute(
  { question, goal, route }: Routable,
  predicates: readonly Predicate[],
): RouteDecision {
  if (question.trim() === '') throw new CorollaryError('BAD_INPUT', 'the question is empty');
  const wanted = route ?? 'AUTO';
  const reading = goal ? 'text' : readingOf(question, predicates);
  const dense = decision('DENSE', 'a text without a goal: facts near to it in meaning', 0.9, {
    text: question,
  });
  const logic = decision('LOGIC', 'the question is a goal over known predicates', 1, { goal: question });
  if (wanted === 'AUTO') {
    if (goal)
      return hybrid(
        question,
        goal,
        'a text together with a goal: facts near to the text, joined by the goal',
        1,
      );
    if (reading === 'goal') return { ...logic, alternatives: [{ ...dense, confidence: 0 }] };
    return reading === 'text'
      ? dense
      : { ...logic, reason: 'the question is written as a goal', confidence: 0.8 };
  }
  const asked = `the caller asked for ${wanted}`;
  if (wanted === 'DENSE') return { ...dense, reason: asked, confidence: 1 };
  if (wanted === 'LOGIC') return { ...logic, goal: goal || question, reason: asked };
  if (!goal)
    throw new CorollaryError('BAD_INPUT', 'a HYBRID question needs a goal beside its text: give `goal`');
  return hybrid(question, goal, asked, 1);
}

function hybrid(text: string, goal: string, reason: string, confidence: number): RouteDecision {
  return {
    ...decision('HYBRID', reason, confidence, { text, goal }),
    alternatives: [
      decision('LOGIC', 'the goal alone', 0.3, { goal }),
      decision('DENSE', 'the text alone', 0.2, { text }),
    ],
  };
}

export function decision(
  route: Route,
  reason: string,
  confidence: number,
  of: { readonly goal?: string; readonly text?: string },
): RouteDecision {
  return {
    route,
    reason,
    confidence,
    goal: of.goal ?? null,
    text: of.text ?? null,
    pattern: null,
    warnings: [],
    alternatives: [],
  };
}

/** Whether the question is written as a goal, be it with a slip or over predicates that are not known. */
export function isGoalLike(question: string, predicates: readonly Predicate[]): boolean {
  return readingOf(question, predicates) !== 'text';
}

/** `goal`: calls known predicates only; `goal-like`: written as one, but some predicate is not known. */
function readingOf(question: string, predicates: readonly Predicate[]): 'goal' | 'goal-like' | 'text' {
  const known = new Set(predicates.map(({ name, arity }) => `${name}/${arity}`));
  let term: Term;
  try {
    term = readTerm(question).term;
  } catch {
    // `owned_by(checkout, Team` is a goal with a slip; `what is owned by payments` is none.
    const name = /^\s*(?:\\\+\s*)?([a-z]\w*)\(/.exec(question)?.[1];
    return predicates.some((predicate) => predicate.name === name) ? 'goal-like' : 'text';
  }
  const calls = [...bodyCalls(term, (indicator) => known.has(indicator))];
  if (term.kind === 'variable') return 'text';
  if (term.kind === 'atom') return known.has(`${term.name}/0`) ? 'goal' : 'text';
  if (calls.some(({ indicator }) => !known.has(indicator) && standingOf(indicator) === 'free')) {
    return functional.test(question) ? 'goal-like' : 'text';
  }
  if (calls.some(({ indicator }) => known.has(indicator)) || functional.test(question)) return 'goal';
  // `Checkout is slow` is arithmetic to Prolog and a sentence to everybody else.
  return calls.some(({ term: call }) => isArithmeticOnWords(call)) ? 'text' : 'goal';
}

function isArithmeticOnWords(term: Term): boolean {
  if (!isCompound(term, 'is', 2)) return false;
  return term.args.some((argument) => argument.kind === 'atom');
}

/** Written as a call, maybe a negated one. */
const functional = /^\s*(\\\+\s*)?('[^']*'|[a-z]\w*)\(/;
