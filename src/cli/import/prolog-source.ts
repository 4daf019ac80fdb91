import { type ReadTerm, readClauses } from '../../prolog/reader.js';
import type { Term } from '../../prolog/term.js';
import { writeTerm } from '../../prolog/writer.js';
import { TextChunks } from './lines.js';
import type { Piece, Source } from './source.js';

/**
 * In characters: so much text is held at a time, or twice as much. Also the bound on how far a quote or comment that
 * is never closed is followed before it is taken for a fault.
 */
const WINDOW = 4_000_000;

/**
 * A Prolog file: facts one by one, rules and directives as they are written. It is read in windows. Clauses that begin
 * in a window's first half are settled; the second half is there so that none of them is cut off.
 */
export class PrologSource implements Source {
  readonly #chunks: TextChunks;
  readonly #window: number;

  constructor(path: string, window = WINDOW) {
    this.#chunks = new TextChunks(path);
    this.#window = window;
  }

  get bytesRead(): number {
    return this.#chunks.bytesRead;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Piece> {
    let parts: string[] = [];
    let held = 0;
    let linesBefore = 0;
    let settle = this.#window;
    for await (const chunk of this.#chunks) {
      parts.push(chunk);
      held += chunk.length;
      if (held < settle + this.#window) continue;
      const text = parts.join('');
      const read = readWindow(text, settle);
      yield* moved(read.pieces, linesBefore);
      linesBefore += lineBreaks(text, read.end);
      const rest = text.slice(read.end);
      [parts, held] = [[rest], rest.length];
      // Nothing could be settled: with twice the text next time, reading stays linear.
      settle = read.end === 0 ? settle * 2 : this.#window;
    }
    yield* moved(readWindow(parts.join(''), Number.POSITIVE_INFINITY).pieces, linesBefore);
  }
}

/** Reads what is settled: `end` is where the last clause ends that begins before `settle`. */
function readWindow(text: string, settle: number): { pieces: Piece[]; end: number } {
  const offsets = new Offsets(text);
  const pieces: Piece[] = [];
  let end = 0;
  let unsettled: Piece[] = [];
  for (const read of readClauses(text)) {
    if (read.kind === 'fault') {
      if (offsets.of(read) >= settle) break;
      unsettled.push({ kind: 'bad', line: read.line, reason: `${read.message} (column ${read.column})` });
      continue;
    }
    const start = read.start;
    if (offsets.of(start) >= settle) break;
    const from = end;
    end = offsets.of(read.end);
    // Only a clause says where a fault before it ended.
    pieces.push(...unsettled, pieceOf(read, text, { from, start: offsets.of(start), end }));
    unsettled = [];
  }
  if (settle === Number.POSITIVE_INFINITY) pieces.push(...unsettled);
  return { pieces, end };
}

function pieceOf(
  read: ReadTerm,
  text: string,
  { from, start, end }: { from: number; start: number; end: number },
): Piece {
  const { line } = read.start;
  if (!isRule(read.term)) return { kind: 'fact', line, fact: { prolog: writeTerm(read.term) } };
  // With the comment before it, which describes the predicate.
  const comment = read.comment === undefined ? '' : commentAt(text.slice(from, start));
  const breaks = lineBreaks(comment, comment.length);
  return { kind: 'rule', line: line - breaks, text: comment + text.slice(start, end) };
}

/** The comment at the end of `between`: its last lines that begin with `%`, or a bracketed one. */
function commentAt(between: string): string {
  const text = between.trimEnd();
  if (text.endsWith('*/')) return between.slice(text.lastIndexOf('/*'));
  const lines = between.split('\n');
  let first = lines.length - 1;
  while (first > 0 && lines[first - 1]!.trimStart().startsWith('%')) first--;
  return lines.slice(first).join('\n');
}

/** Whether it has a body, is a directive or a grammar rule; also behind a confidence. */
function isRule(term: Term): boolean {
  if (term.kind !== 'compound') return false;
  if (term.name === '::' && term.args.length === 2) return isRule(term.args[1]!);
  return [':-', '-->', '?-', '=>'].includes(term.name) && term.args.length <= 2;
}

function* moved(pieces: readonly Piece[], lines: number): Generator<Piece> {
  for (const piece of pieces) yield lines === 0 ? piece : { ...piece, line: piece.line + lines };
}

function lineBreaks(text: string, end: number): number {
  let breaks = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) breaks++;
  return breaks;
}

/** Lines and columns of a text back to offsets; asked in rising order, so that the text is gone through once. */
class Offsets {
  readonly #text: string;
  #line = 1;
  #start = 0;

  constructor(text: string) {
    this.#text = text;
  }

  of({ line, column }: { readonly line: number; readonly column: number }): number {
    if (line < this.#line) [this.#line, this.#start] = [1, 0];
    for (; this.#line < line; this.#line++) this.#start = this.#text.indexOf('\n', this.#start) + 1;
    return this.#start + column - 1;
  }
}
