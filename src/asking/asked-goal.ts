import type { Term } from '../prolog/term.js';
import { variable } from '../prolog/term.js';
import { substitute, variablesOf } from '../prolog/variables.js';

/** The goal with an underscore before each variable that answers nothing, so that answers are told apart by those that do. */
export function askedGoal(goal: Term, answers: readonly string[]): Term {
  const names = variablesOf(goal);
  const taken = new Set(names);
  const renamed = new Map<string, Term>();
  for (const name of names) {
    if (answers.includes(name) || name.startsWith('_')) continue;
    let hidden = `_${name}`;
    while (taken.has(hidden)) hidden = `_${hidden}`;
    taken.add(hidden);
    renamed.set(name, variable(hidden));
  }
  return substitute(goal, renamed);
}
