import { atomText } from '../prolog/atom-text.js';
import { atom, compound } from '../prolog/term.js';
import { writeTerm } from '../prolog/writer.js';
import type { ConstantTable } from './deduction/constants.js';
import { FOREVER, type Relation } from './deduction/relation.js';
import type { AssumedFact } from './engine.js';
import { nameAndArity } from './program.js';

/*
 * Rows of facts as rules/system/evaluate.pl holds them, `'k1.p'(Args.., Id, Confidence, From, To, Sentence)`.
 */

/** Rows of a relation from `start` to `end`, as clauses. */
export function relationRows(
  facts: string,
  indicator: string,
  relation: Relation,
  constants: ConstantTable,
  start: number,
  end: number,
): string {
  const name = storedName(facts, indicator);
  const lines: string[] = [];
  for (let row = start; row < end; row++) lines.push(`${rowOf(name, relation, constants, row)}.\n`);
  return lines.join('');
}

/** Rows that a fact's retraction ended: they replace those with the same ids. */
export function endedRows(
  facts: string,
  indicator: string,
  relation: Relation,
  constants: ConstantTable,
  rows: readonly number[],
): string {
  const name = storedName(facts, indicator);
  return rows.map((row) => `ended(${rowOf(name, relation, constants, row)}).\n`).join('');
}

/** A goal of rules/system about a predicate of the knowledge base. */
export function declaration(goal: string, facts: string, indicator: string): string {
  return `${writeTerm(compound(goal, atom(facts), ...nameAndArity(indicator)))}.\n`;
}

function storedName(facts: string, indicator: string): string {
  return atomText(`${facts}.${indicator.slice(0, indicator.lastIndexOf('/'))}`);
}

function rowOf(name: string, relation: Relation, constants: ConstantTable, row: number): string {
  let text = `${name}(`;
  for (const column of relation.columns) text += `${constants.text(column[row]!)},`;
  const sentence = relation.hasSentence(row) ? 1 : 0;
  return `${text}${relation.id(row)},${float(relation.confidence(row))},${relation.from(row)},${relation.to(row)},${sentence})`;
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
