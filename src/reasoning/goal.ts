import { CorollaryError } from '../errors.js';
import { isDeeperThan } from '../prolog/nesting.js';
import { readTerm } from '../prolog/reader.js';
import { indicatorOf, type Term } from '../prolog/term.js';
import { bodyCalls } from './body-calls.js';
import { unknownCall } from './diagnostics/unknown-call.js';
import { DEEPEST_TERM } from './rule.js';

/** A goal in characters: reading one holds up everything else. */
export const LONGEST_GOAL = 100_000;

/** A goal that was read and found to call only what there is. */
export interface Goal {
  readonly term: Term;
  /** Its variables that do not begin with `_`, in order of appearance. */
  readonly variables: readonly string[];
  /** Indicators of the predicates of the knowledge base that it calls. */
  readonly calls: readonly string[];
}

export interface KnownPredicates {
  readonly defined: ReadonlySet<string>;
  readonly facts: ReadonlySet<string>;
}

/**
 * @throws CorollaryError BAD_INPUT when the goal is longer than LONGEST_GOAL, nested deeper than DEEPEST_TERM, or none;
 *   PROLOG_SYNTAX with line and column; UNKNOWN_PREDICATE with `near`, or NOT_PERMITTED, both with
 *   the position of the call
 */
export function readGoal(text: string, { defined, facts }: KnownPredicates): Goal {
  if (text.length > LONGEST_GOAL) {
    const message = `a goal has at most ${LONGEST_GOAL} characters, not ${text.length}; what is long belongs in facts and rules`;
    throw new CorollaryError('BAD_INPUT', message, { most: LONGEST_GOAL });
  }
  const read = readTerm(text);
  if (isDeeperThan(read.term, DEEPEST_TERM)) {
    const message = `a goal is nested at most ${DEEPEST_TERM} levels deep; a conjunction of so many goals belongs in rules`;
    throw new CorollaryError('BAD_INPUT', message, { most: DEEPEST_TERM });
  }
  if (read.term.kind !== 'variable' && indicatorOf(read.term) === undefined) {
    throw new CorollaryError('BAD_INPUT', 'a goal is an atom or a compound term, not a number or a text');
  }
  if (read.term.kind === 'variable') throw new CorollaryError('EVALUATION', 'a goal must not be a variable');
  const calls = new Set<string>();
  const known = [...defined, ...facts];
  for (const { term, indicator } of bodyCalls(read.term, (called) => defined.has(called))) {
    if (defined.has(indicator) || facts.has(indicator)) {
      calls.add(indicator);
      continue;
    }
    const fault = unknownCall(indicator, known);
    if (fault === undefined) continue;
    const position = read.positionOf(term) ?? read.start;
    throw new CorollaryError(fault.code, fault.message, {
      ...(indicator === '' ? {} : { predicate: indicator }),
      ...(fault.near.length === 0 ? {} : { near: fault.near }),
      line: position.line,
      column: position.column,
    });
  }
  return {
    term: read.term,
    variables: read.variables.filter((name) => !name.startsWith('_')),
    calls: [...calls],
  };
}
