import { indicatorOf } from '../../prolog/term.js';
import { components, recursivePredicates } from '../dependencies.js';
import type { Rule } from '../rule.js';
import { BindingAnalysis } from './binding.js';
import { callsOf } from './body-goals.js';
import { compileClauses, NeedsProlog } from './compile-clauses.js';
import type { Clause, DatalogProgram } from './datalog.js';

/** What deduction makes of a knowledge base's rules. */
export interface CompiledRules {
  readonly program: DatalogProgram;
  readonly analysis: BindingAnalysis;
  /** Predicates that deduction can't evaluate by their rules' form alone, and why: "it …". */
  readonly reasons: ReadonlyMap<string, string>;
}

/** Depends on the rules alone, and on which of their predicates have, or had, facts too. */
export function compileDatalog(rules: readonly Rule[], facts: ReadonlySet<string>): CompiledRules {
  const defined = new Set(rules.map(({ head }) => indicatorOf(head)!));
  const clauses = new Map<string, Clause[]>();
  const reasons = new Map<string, string>();
  for (const [number, { head, body, confidence }] of rules.entries()) {
    const predicate = indicatorOf(head)!;
    const known = clauses.get(predicate) ?? [];
    clauses.set(predicate, known);
    try {
      const isDefined = (indicator: string) => defined.has(indicator) || facts.has(indicator);
      known.push(...compileClauses({ rule: number, confidence, head, body }, isDefined));
    } catch (error) {
      if (!(error instanceof NeedsProlog)) throw error;
      if (!reasons.has(predicate)) reasons.set(predicate, error.message);
    }
  }
  const graph = graphOf(clauses);
  const strata = strataOf(graph);
  for (const [predicate, stratum] of strata) {
    if (stratum === undefined && !reasons.has(predicate))
      reasons.set(predicate, 'negates or counts over itself');
  }
  const program: DatalogProgram = {
    clauses,
    withFacts: new Set([...facts].filter((predicate) => clauses.has(predicate))),
    strata: new Map([...strata].map(([predicate, stratum]) => [predicate, stratum ?? 0])),
    recursive: recursivePredicates(graph),
  };
  return { program, analysis: new BindingAnalysis(program, reasons), reasons };
}

type Graph = Map<string, Map<string, { negated: boolean }>>;

function graphOf(clauses: ReadonlyMap<string, readonly Clause[]>): Graph {
  const graph: Graph = new Map();
  for (const [predicate, own] of clauses) {
    const calls = new Map<string, { negated: boolean }>();
    graph.set(predicate, calls);
    for (const { body } of own) {
      for (const { callee, negated } of callsOf(body, false)) {
        if (clauses.has(callee))
          calls.set(callee, { negated: negated || calls.get(callee)?.negated === true });
      }
    }
  }
  return graph;
}

/** Undefined for predicates that depend on their own negation. */
function strataOf(graph: Graph): Map<string, number | undefined> {
  const strata = new Map<string, number | undefined>();
  for (const members of components(graph)) {
    const inside = new Set(members);
    let stratum: number | undefined = 0;
    for (const member of members) {
      for (const [callee, { negated }] of graph.get(member)!) {
        if (inside.has(callee)) {
          if (negated) stratum = undefined;
        } else if (stratum !== undefined)
          stratum = Math.max(stratum, (strata.get(callee) ?? 0) + (negated ? 1 : 0));
      }
    }
    for (const member of members) strata.set(member, stratum);
  }
  return strata;
}
