import { readFileSync } from 'node:fs';

/**
 * Facts, rules and goals that every contender of the reasoning bench gets alike.
 *
 * @typedef {object} ProgramFact
 * @property {string} predicate
 * @property {string[]} args canonical texts
 * @property {number} confidence
 *
 * @typedef {object} ProgramGoal
 * @property {string} name
 * @property {string} goal has no answer twice in Prolog, given the tables below
 *
 * @typedef {object} Program
 * @property {string} rules a module's source; `0.9 ::` only at the beginning of a line
 * @property {string[]} tabled what a Prolog programmer would table: what is recursive, and what is asked for
 * @property {() => ProgramFact[]} facts the same ones each time
 * @property {ProgramGoal[]} goals
 * @property {{ facts: () => ProgramFact[], goals: ProgramGoal[] }} [part] what can be done without tables, and in a small heap
 */

/** @returns {string} */
export const readRules = (name) => readFileSync(new URL(`./${name}.pl`, import.meta.url), 'utf8');

/** @returns {string} canonical text */
export const factText = ({ predicate, args }) => `${predicate}(${args.join(',')})`;

/** The program as Prolog without Corollary has it: no confidences. @returns {string} */
export function plainText({ rules, tabled }, facts, { tables = true } = {}) {
  const directive = tables && tabled.length > 0 ? `:- table ${tabled.join(', ')}.\n` : '';
  const byPredicate = new Map();
  for (const fact of facts) {
    if (!byPredicate.has(fact.predicate)) byPredicate.set(fact.predicate, []);
    byPredicate.get(fact.predicate).push(`${factText(fact)}.\n`);
  }
  const clauses = [...byPredicate.values()].map((lines) => lines.join('')).join('');
  return `${directive}${rules.replace(/^\d\.\d+ :: /gm, '')}\n${clauses}`;
}

/** As the in-memory reasoner takes them. */
export const memoryFacts = (facts) =>
  facts.map((fact) => ({
    predicate: fact.predicate,
    arity: fact.args.length,
    prolog: factText(fact),
    confidence: fact.confidence,
  }));
