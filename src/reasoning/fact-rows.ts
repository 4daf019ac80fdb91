import type { FactChange } from '../knowledge/knowledge.js';
import { atomText } from '../prolog/atom-text.js';
import type { AssumedFact } from './engine.js';

/** Later than any revision: a row that is live. */
const FOREVER = Number.MAX_SAFE_INTEGER;

/**
 * Rows of facts as rules/system/evaluate.pl holds them, `'k1.p'(Args.., Id, Confidence, From, To, Sentence)`. The
 * text of a fact is canonical, so that its arguments stand behind its name and one bracket as they are.
 */
export function factRows(facts: string, changes: readonly FactChange[], held: number): string {
  const lines: string[] = [];
  for (const { predicate, arity } of distinctPredicates(changes))
    lines.push(declaration(facts, predicate, arity));
  for (const change of changes) {
    const to = change.retractedIn ?? FOREVER;
    const tail = `${change.id},${float(change.confidence)},${change.assertedIn},${to},${change.hasSentence ? 1 : 0}`;
    const row = rowText(facts, change, tail);
    lines.push(change.assertedIn <= held ? `ended(${row}).` : `${row}.`);
  }
  return `${lines.join('\n')}\n`;
}

/** Facts to suppose, with the ids -1, -2, …; live at every revision. */
export function assumedRows(
  facts: string,
  assumed: readonly AssumedFact[],
): { declarations: string[]; rows: string[] } {
  return {
    declarations: distinctPredicates(assumed).map(({ predicate, arity }) =>
      declaration(facts, predicate, arity),
    ),
    rows: assumed.map((fact, i) =>
      rowText(facts, fact, `${-i - 1},${float(fact.confidence)},0,${FOREVER},0`),
    ),
  };
}

function rowText(
  facts: string,
  fact: { predicate: string; arity: number; prolog: string },
  tail: string,
): string {
  const name = atomText(`${facts}.${fact.predicate}`);
  if (fact.arity === 0) return `${name}(${tail})`;
  const args = fact.prolog.slice(atomText(fact.predicate).length + 1, -1);
  return `${name}(${args},${tail})`;
}

const declaration = (facts: string, predicate: string, arity: number) =>
  `fact_predicate(${atomText(facts)},${atomText(predicate)},${arity}).`;

function distinctPredicates<T extends { predicate: string; arity: number }>(facts: readonly T[]): T[] {
  const seen = new Map<string, T>();
  for (const fact of facts) {
    const key = `${fact.predicate}/${fact.arity}`;
    if (!seen.has(key)) seen.set(key, fact);
  }
  return [...seen.values()];
}

/** Digits that read as a float. */
function float(value: number): string {
  const text = String(value);
  return /[.e]/.test(text) ? text.replace(/^(\d+)e/, '$1.0e') : `${text}.0`;
}
