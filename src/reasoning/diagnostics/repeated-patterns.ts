import type { PhraseDeclaration, QuestionDeclaration } from '../../knowledge/question-declarations.js';
import type { Position } from '../../prolog/position.js';
import { displayTerm } from '../../prolog/writer.js';

/** Patterns of the same words, whatever their slots are called: the second one is told. */
export function repeatedPatterns(
  patterns: readonly (QuestionDeclaration | PhraseDeclaration)[],
): (Position & { readonly message: string })[] {
  const first = new Map<string, QuestionDeclaration | PhraseDeclaration>();
  const found: (Position & { readonly message: string })[] = [];
  for (const pattern of [...patterns].sort((a, b) => a.line - b.line || a.column - b.column)) {
    const key = `${'variable' in pattern ? 'phrase' : 'question'} ${wordsOf(pattern)}`;
    const before = first.get(key);
    if (before === undefined) {
      first.set(key, pattern);
      continue;
    }
    const isSame = displayTerm(before.goal) === displayTerm(pattern.goal);
    const message = isSame
      ? `line ${before.line} says the same`
      : `line ${before.line} has the same words for another goal: which one is meant can only be told by what stands in the slots`;
    const { line, column } = pattern;
    found.push({ line, column, message });
  }
  return found;
}

function wordsOf({ parts }: QuestionDeclaration | PhraseDeclaration): string {
  const text = parts.map((part) => ('text' in part ? part.text : ' \0 ')).join('');
  return text
    .toLowerCase()
    .match(/[\p{L}\p{M}\p{N}\0]+/gu)!
    .join(' ');
}
