import type { Term } from '../prolog/term.js';
import { match } from '../prolog/unify.js';
import { displayTerm } from '../prolog/writer.js';

/** `:- template(owned_by(S, T), "{S} is owned by team {T}").` */
export interface Template {
  readonly head: Term;
  readonly text: string;
  readonly parts: readonly TemplatePart[];
}

export type TemplatePart = { readonly text: string } | { readonly variable: string };

/** `text` cut at its placeholders; `{{` and `}}` stand for braces. */
export function templateParts(text: string): TemplatePart[] {
  return text
    .split(/(\{\{|\}\}|\{[^{}]*\})/)
    .filter((piece) => piece !== '')
    .map((piece) => {
      if (piece === '{{' || piece === '}}') return { text: piece[0]! };
      const isPlaceholder = piece.startsWith('{') && piece.endsWith('}');
      return isPlaceholder ? { variable: piece.slice(1, -1).trim() } : { text: piece };
    });
}

/** The template's text with the arguments of `term` in it; undefined when its head is not of that form. */
export function fillTemplate({ head, parts }: Template, term: Term): string | undefined {
  const values = match(head, term);
  if (values === undefined) return undefined;
  return parts.map((part) => ('text' in part ? part.text : plainText(values.get(part.variable)!))).join('');
}

/** As it reads within a sentence: atoms and strings without quotes. */
export function plainText(term: Term): string {
  if (term.kind === 'atom') return term.name;
  if (term.kind === 'string') return term.value;
  return displayTerm(term);
}
