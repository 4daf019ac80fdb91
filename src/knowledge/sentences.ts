import { indicatorOf, type Term } from '../prolog/term.js';
import { fillTemplate, plainText, type Template } from './template.js';

/** What the rule modules of a knowledge base say about sentences; by indicator (name/arity). */
export interface SentenceRules {
  /** In order; the first whose head matches makes the sentence. */
  readonly templates: ReadonlyMap<string, readonly Template[]>;
  /** Predicates declared `:- searchable(...)`. */
  readonly searchable: ReadonlySet<string>;
}

/** Longer ones that templates make are cut: no model reads as far. */
export const LONGEST_SENTENCE = 100_000;

/** `term` in words, by the template of its predicate: for answers. Null where there is none. */
export function sentenceFor(term: Term, templates: SentenceRules['templates']): string | null {
  for (const template of templates.get(indicatorOf(term) ?? '') ?? []) {
    const text = fillTemplate(template, term);
    if (text !== undefined) return text;
  }
  return null;
}

/**
 * The sentence that a fact gets where none was given with it; null for one that is only reasoned over.
 *
 * Once a knowledge base declares anything searchable, only searchable predicates have sentences: their
 * template's, or else their own texts. Before that every predicate with a template has.
 */
export function madeSentence(fact: Term, rules: SentenceRules): string | null {
  const isSearchable = rules.searchable.has(indicatorOf(fact) ?? '');
  if (rules.searchable.size > 0 && !isSearchable) return null;
  const text = sentenceFor(fact, rules.templates) ?? (isSearchable ? ownTexts(fact) : '');
  return text.trim() === '' ? null : text.slice(0, LONGEST_SENTENCE).replace(/[\0\p{Cs}]/gu, '\ufffd');
}

/** The fact's strings; without any its atoms of several words; without any its atoms. */
function ownTexts(fact: Term): string {
  if (fact.kind !== 'compound') return '';
  const strings = fact.args.filter((argument) => argument.kind === 'string');
  const atoms = fact.args.filter((argument) => argument.kind === 'atom');
  const prose = atoms.filter((argument) => argument.name.includes(' '));
  const texts = [strings, prose, atoms].find((group) => group.length > 0) ?? [];
  return texts.map(plainText).join(' ');
}

/** Whether facts of `indicator` get other sentences by `after` than by `before`. */
export function differFor(indicator: string, before: SentenceRules, after: SentenceRules): boolean {
  const mode = ({ templates, searchable }: SentenceRules) => {
    if (searchable.size > 0 && !searchable.has(indicator)) return 'none';
    const own = searchable.has(indicator) ? 'own' : '';
    return (
      own +
      JSON.stringify(templates.get(indicator) ?? [], (_, value) =>
        typeof value === 'bigint' ? `${value}n` : value,
      )
    );
  };
  return mode(before) !== mode(after);
}
