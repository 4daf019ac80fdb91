import type { KnowledgeBase } from '../../knowledge/knowledge.js';
import type { KnowledgeStore } from '../../knowledge/knowledge-store.js';
import { atom, float, integer, str, type Term } from '../../prolog/term.js';
import { writeTerm } from '../../prolog/writer.js';
import { Gazetteer } from './gazetteer.js';
import type { EntityLinker, Position } from './linker.js';
import type { DeclaredNames } from './linkers.js';
import { keysOfName } from './name-keys.js';

/** Words of a question, of one span, and positions that are looked at: their product is looked up. */
const MOST_WORDS = 24;
const LONGEST_SPAN = 4;
const MOST_POSITIONS = 40;

/**
 * A linker of only those constants that a question may name, for a knowledge base with too many to hold: looked up in
 * the database as a person may have written them (`new_york`, 'New York', "New York", …), at the positions that
 * patterns ask for. Aliases that rule modules declare are known; those of alias predicates are not, and neither are
 * slips.
 */
export async function lookedUp(
  store: KnowledgeStore,
  knowledgeBase: KnowledgeBase,
  { aliases }: DeclaredNames,
  words: readonly string[],
  positions: readonly Position[],
): Promise<EntityLinker> {
  const values = new Map<string, Term>();
  const keys = new Set<string>();
  const some = words.slice(0, MOST_WORDS);
  for (let from = 0; from < some.length; from++) {
    for (let to = from + 1; to <= Math.min(some.length, from + LONGEST_SPAN); to++) {
      const text = some.slice(from, to).join(' ');
      const { key, stem } = keysOfName(text);
      keys.add(key).add(stem);
      for (const value of spellings(some.slice(from, to))) values.set(writeTerm(value), value);
    }
  }
  const named = aliases.filter(({ names }) =>
    names.some((name) => {
      const { key, stem } = keysOfName(name);
      return keys.has(key) || keys.has(stem);
    }),
  );
  const wanted = [...values.values(), ...named.map(({ constant }) => constant)];
  const gazetteer = new Gazetteer();
  const found = await store.constantsAt(
    knowledgeBase.id,
    knowledgeBase.revision,
    wanted,
    positions.slice(0, MOST_POSITIONS),
  );
  for (const count of found) gazetteer.count(count);
  for (const { constant, names } of named) for (const name of names) gazetteer.countAlias(name, constant, 1);
  return gazetteer;
}

/** Constants that may have been written so. */
function spellings(words: readonly string[]): Term[] {
  const small = words.map((word) => word.toLowerCase());
  const capital = small.map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`);
  const forms = [words, small, capital].flatMap((form) => ['_', ' ', '-', ''].map((sign) => form.join(sign)));
  const singular = small.map((word, i) => (i === small.length - 1 ? word.replace(/s$/, '') : word));
  const texts = new Set([...forms, singular.join('_'), singular.join(' '), words.join(' ').toUpperCase()]);
  const terms: Term[] = [...texts].flatMap((text) => [atom(text), str(text)]);
  const number = words.length === 1 ? words[0]! : '';
  if (/^-?\d{1,15}$/.test(number)) terms.push(integer(BigInt(number)));
  if (/^-?\d{1,15}(\.\d+)?$/.test(number)) terms.push(float(Number(number)));
  return terms;
}
