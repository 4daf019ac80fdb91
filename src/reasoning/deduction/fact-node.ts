import { compound, type Term } from '../../prolog/term.js';
import type { ConstantTable } from './constants.js';
import type { DeducedNode } from './deduction.js';
import type { Relation } from './relation.js';
import type { RequestFacts } from './request-facts.js';

/** The node of a proof that is a fact, or one that was supposed. */
export function factNode(
  predicate: string,
  relation: Relation,
  row: number,
  facts: RequestFacts,
  constants: ConstantTable,
): DeducedNode {
  const id = relation.id(row);
  const similarity = facts.similarity(id);
  return {
    kind: id < 0 ? 'ASSUMPTION' : 'FACT',
    goal: termOf(
      predicate,
      relation.columns.map((column) => constants.term(column[row]!)),
    ),
    score: facts.score(relation, row),
    children: [],
    ...(id < 0 ? {} : { fact: id }),
    ...(similarity === undefined ? {} : { similarity }),
  };
}

/** @param indicator name/arity of as many arguments */
export function termOf(indicator: string, args: readonly Term[]): Term {
  const name = indicator.slice(0, indicator.lastIndexOf('/'));
  return args.length === 0 ? { kind: 'atom', name } : compound(name, ...args);
}
