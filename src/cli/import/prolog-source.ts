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
  /** In characters, of the whole file: what has been read, and what has been given out. */
  #read = 0;
  #settled = 0;

  constructor(path: string, window = WINDOW) {
    this.#chunks = new TextChunks(path);
    this.#window = window;
  }

  get bytesRead(): number {
    return this.#chunks.bytesRead * (this.#read === 0 ? 1 : this.#settled / this.#read);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Piece> {
    let parts: string[] = [];
    let held = 0;
    let before: Place = { lines: 0, characters: 0 };
    let settle = this.#window;
    for await (const chunk of this.#chunks) {
      parts.push(chunk);
      held += chunk.length;
      this.#read += chunk.length;
      if (held < settle + this.#window) continue;
      const text = parts.join('');
      const end = yield* this.#settledPieces(text, settle, before);
      before = { lines: before.lines + lineBreaks(text, end), characters: before.characters + end };
      const rest = text.slice(end);
      [parts, held] = [[rest], rest.length];
      // Nothing could be settled: with twice the text next time, reading stays linear.
      settle = end === 0 ? settle * 2 : this.#window;
    }
    yield* this.#settledPieces(parts.join(''), Number.POSITIVE_INFINITY, before);
  }

  /**
   * Gives out what begins before `settle` in a window that stands at `before`.
   * @returns where the last clause that was given out ends in it
   */
  *#settledPieces(text: string, settle: number, before: Place): Generator<Piece, number> {
    const offsets = new Offsets(text);
    const inFile = (piece: Piece): Piece => ({ ...piece, line: piece.line + before.lines });
    let end = 0;
    let faults: Piece[] = [];
    for (const read of readClauses(text)) {
      if (offsets.of(read.kind === 'fault' ? read : read.start) >= settle) return end;
      if (read.kind === 'fault') {
        const reason = `${read.message} (column ${read.column})`;
        faults.push(inFile({ kind: 'bad', line: read.line, reason }));
        continue;
      }
      // Only a clause says where a fault before it ended.
      yield* faults;
      faults = [];
      const span = { from: end, start: offsets.of(read.start), end: offsets.of(read.end) };
      end = span.end;
      this.#settled = before.characters + end;
      yield inFile(pieceOf(read, text, span));
    }
    if (settle === Number.POSITIVE_INFINITY) yield* faults;
    return end;
  }
}

/** How much of the file lies before a window. */
interface Place {
  readonly lines: number;
  readonly characters: number;
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
