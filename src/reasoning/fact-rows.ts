import { atomText } from '../prolog/atom-text.js';
import { atom, compound } from '../prolog/term.js';
import { writeTerm } from '../prolog/writer.js';
import type { ConstantTable } from './deduction/constants.js';
import { FOREVER, type Relation } from './deduction/relation.js';
import { nameAndArity } from './program.js';
import type { AssumedFact } from './request-view.js';

/** Rows that are written as one term, at most: tau-prolog goes down its list by recursion. */
const MOST_IN_TERM = 200;

/**
 * Goals of rules/system/evaluate.pl that add the rows of a relation from `start` to `end`, which has to be behind `start`.
 */
export function rowGoals(
  facts: string,
  indicator: string,
  relation: Relation,
  constants: ConstantTable,
  start: number,
  end: number,
): string {
  const name = storedName(facts, indicator);
  if (relation.arity === 0) return bareRows(name, relation, start, end);
  let text = '';
  for (let first = start; first < end; ) {
    const tail = tailOf(relation, first);
    let args = '';
    let row = first;
    do {
      for (const column of relation.columns) args += `${constants.text(column[row]!)},`;
      row += 1;
    } while (
      row < end &&
      row - first < MOST_IN_TERM &&
      relation.id(row) === relation.id(first) + row - first &&
      tailOf(relation, row) === tail
    );
    text += `rows(${name},${relation.arity},${relation.id(first)},${tail},[${args.slice(0, -1)}]).\n`;
    first = row;
  }
  return text;
}

function bareRows(name: string, relation: Relation, start: number, end: number): string {
  let text = '';
  for (let row = start; row < end; row++)
    text += `assertz(${name}(${relation.id(row)},${tailOf(relation, row)})).\n`;
  return text;
}

/** What a row has behind its arguments and its id. */
function tailOf(relation: Relation, row: number): string {
  const sentence = relation.hasSentence(row) ? 1 : 0;
  return `${float(relation.confidence(row))},${relation.from(row)},${relation.to(row)},${sentence}`;
}

/** Goals that end rows whose facts were retracted. */
export function endGoals(
  facts: string,
  indicator: string,
  relation: Relation,
  rows: readonly number[],
): string {
  const name = storedName(facts, indicator);
  return rows
    .map((row) => `ended(${name},${relation.arity},${relation.id(row)},${relation.to(row)}).\n`)
    .join('');
}

/** A goal of rules/system about a predicate of the knowledge base. */
export function declaration(goal: string, facts: string, indicator: string): string {
  return `${writeTerm(compound(goal, atom(facts), ...nameAndArity(indicator)))}.\n`;
}

function storedName(facts: string, indicator: string): string {
  return atomText(`${facts}.${indicator.slice(0, indicator.lastIndexOf('/'))}`);
}

/** Facts to suppose, with the ids -1, -2, …; live at every revision. */
export function assumedRows(
  facts: string,
  assumed: readonly AssumedFact[],
): { declarations: string[]; rows: string[] } {
  const indicators = new Set(assumed.map(({ predicate, arity }) => `${predicate}/${arity}`));
  return {
    declarations: [...indicators].map((indicator) => declaration('fact_predicate', facts, indicator).trim()),
    rows: assumed.map((fact, i) => {
      const name = atomText(`${facts}.${fact.predicate}`);
      const tail = `${-i - 1},${float(fact.confidence)},0,${FOREVER},0`;
      if (fact.arity === 0) return `${name}(${tail})`;
      // The text is canonical: its arguments stand behind its name and one bracket as they are.
      return `${name}(${fact.prolog.slice(atomText(fact.predicate).length + 1, -1)},${tail})`;
    }),
  };
}

/** Digits that read as a float. */
export function float(value: number): string {
  const text = String(value);
  return /[.e]/.test(text) ? text.replace(/^(\d+)e/, '$1.0e') : `${text}.0`;
}
