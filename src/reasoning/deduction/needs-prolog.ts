import type { CompiledRules } from './datalog-program.js';
import { arityOf } from './request-facts.js';

/**
 * Why Prolog evaluates a predicate with rules, whatever its arguments; undefined when deduction can. Some calls of such a
 * predicate may need Prolog all the same, when arguments are open that its rules need.
 */
export function needsProlog({ analysis }: CompiledRules, predicate: string): string | undefined {
  return analysis.call(predicate, 'b'.repeat(arityOf(predicate)));
}
