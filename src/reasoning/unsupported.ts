import { indicatorOf, type Term } from '../prolog/term.js';
import { bodyCalls } from './body-calls.js';
import { compileDatalog } from './deduction/datalog-program.js';
import { needsProlog } from './deduction/needs-prolog.js';
import { closureOf, dependenciesOf } from './dependencies.js';
import type { Rule } from './rule.js';
import { recursionOf } from './tabling.js';

/** Something that a rule needs and that the Prolog of this server has not. */
export interface Unsupported {
  readonly rule: Rule;
  readonly at: Term;
  readonly indicator: string;
  /** `missing`: the rule cannot be evaluated. `endless`: it may not end where facts form cycles. */
  readonly kind: 'missing' | 'endless';
  readonly reason: string;
}

/** Built-ins that rules may call, and that tau-prolog 0.3.4 with rules/system/tau.pl has not. */
const missingInTau = new Set(
  `string/1 atom_number/2 atom_string/2 number_string/2 string_to_atom/2 string_length/2 string_chars/2 string_codes/2
   string_lower/2 string_upper/2 split_string/4 string_concat/3 sub_string/5 aggregate_all/4
   parse_time/2 date_time_stamp/2 stamp_date_time/3 format_time/3 day_of_the_week/2 date_time_value/3`.split(
    /\s+/,
  ),
);

/** Whether rules may call `indicator`, but `reasoner` has no such built-in. */
export function isMissing(reasoner: string, indicator: string): boolean {
  return reasoner === 'tau' && missingInTau.has(indicator);
}

export const missingMessage = (indicator: string): string =>
  `${indicator} is not there in tau-prolog, which evaluates this: start the server with REASONER=swi`;

/**
 * What the rules of a knowledge base need that `reasoner` has not, in the order of `rules`. Rules that deduction
 * evaluates need no Prolog: only those are looked at that a predicate calls which does, or that it consists of.
 */
export function unsupportedBy(
  reasoner: 'swi' | 'tau',
  rules: readonly Rule[],
  facts: ReadonlySet<string>,
): Unsupported[] {
  if (reasoner === 'swi') return [];
  const graph = dependenciesOf(rules);
  const compiled = compileDatalog(rules, facts);
  const inProlog = closureOf(
    graph,
    [...graph.keys()].filter((indicator) => needsProlog(compiled, indicator) !== undefined),
  );
  const recursion = recursionOf(rules, graph);
  const warned = new Set<string>();
  const found: Unsupported[] = [];
  for (const rule of rules) {
    const own = indicatorOf(rule.head)!;
    if (!inProlog.has(own)) continue;
    if (recursion.get(own) === 'tabled' && !warned.has(own)) {
      warned.add(own);
      const reason = `${own} calls itself, and tau keeps no tables: where facts form a cycle it goes on until a limit ends it`;
      found.push({ rule, at: rule.head, indicator: own, kind: 'endless', reason });
    }
    const isDefined = (indicator: string) => graph.has(indicator) || facts.has(indicator);
    for (const { term, indicator } of bodyCalls(rule.body, isDefined)) {
      if (isDefined(indicator) || !isMissing(reasoner, indicator)) continue;
      found.push({ rule, at: term, indicator, kind: 'missing', reason: missingMessage(indicator) });
    }
  }
  return found;
}
