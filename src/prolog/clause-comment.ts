import type { CommentSpan } from './tokenizer.js';

/**
 * The documentation of a clause: the comments directly before it, without a blank line between, that begin
 * on lines of their own. Markers (`%`, `%!`, those of block comments and their stars)
 * are taken off.
 */
export function commentBefore(
  text: string,
  comments: readonly CommentSpan[],
  clauseStart: number,
): string | undefined {
  let first = comments.length;
  let below = clauseStart;
  while (first > 0) {
    const { start, end } = comments[first - 1]!;
    if (newlinesBetween(text, end, below) > 1 || !startsItsLine(text, start)) break;
    below = start;
    first--;
  }
  if (first === comments.length) return undefined;
  const lines = comments.slice(first).flatMap(({ start, end }) => withoutMarkers(text.slice(start, end)));
  return lines.join('\n').trim();
}

function newlinesBetween(text: string, start: number, end: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', start); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

function startsItsLine(text: string, offset: number): boolean {
  let at = offset - 1;
  while (at >= 0 && (text[at] === ' ' || text[at] === '\t')) at--;
  return at < 0 || text[at] === '\n';
}

function withoutMarkers(comment: string): string[] {
  if (comment.startsWith('%')) return [comment.replace(/^%+!? ?/, '').trimEnd()];
  return comment
    .slice(2, -2)
    .split('\n')
    .map((line) => line.replace(/^\s*(?:\*+ ?)?/, '').trimEnd());
}
