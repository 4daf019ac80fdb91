import { atom, compound, indicatorOf, type Term, variable } from '../../prolog/term.js';
import { metaPredicates } from '../builtins.js';
import { compileClauses, NeedsProlog } from './compile-clauses.js';
import type { Clause } from './datalog.js';
import type { CompiledRules } from './datalog-program.js';

/** A goal as deduction evaluates it, or why Prolog must. */
export type QuestionClauses =
  | { readonly clauses: readonly Clause[]; readonly isSingle: boolean }
  | { readonly reason: string };

/** @param variables those that answers give values of, in order */
export function questionClauses(
  goal: Term,
  variables: readonly string[],
  { program, analysis }: CompiledRules,
  facts: ReadonlySet<string>,
): QuestionClauses {
  const head = variables.length === 0 ? atom('question') : compound('question', ...variables.map(variable));
  try {
    const isDefined = (indicator: string) => program.clauses.has(indicator) || facts.has(indicator);
    const clauses = compileClauses({ rule: -1, confidence: 1, head, body: goal }, isDefined);
    for (const clause of clauses) {
      const reason = analysis.question(clause);
      if (reason !== undefined) return { reason };
    }
    const shown = clauses[0]?.body.filter((each) => each.kind !== 'builtin' || !each.isHidden) ?? [];
    const isCall = shown.length === 1 && (shown[0]!.kind === 'call' || shown[0]!.kind === 'semantic');
    return { clauses, isSingle: isCall && !metaPredicates.has(indicatorOf(goal)!) };
  } catch (error) {
    if (error instanceof NeedsProlog) return { reason: `the goal ${error.message}` };
    // Rules that call each other in a chain of tens of thousands overflow the stack.
    if (error instanceof RangeError)
      return { reason: 'the goal depends on rules that are nested too deeply' };
    throw error;
  }
}
