import { TextLines } from './lines.js';
import type { FactToImport, Piece, Source } from './source.js';

const kinds: Readonly<Record<keyof FactToImport, (value: unknown) => boolean>> = {
  prolog: isText,
  predicate: isText,
  arguments: Array.isArray,
  text: isText,
  confidence: (value) => typeof value === 'number',
  source: isText,
  metadata: () => true,
};

/** One JSON object a line: `{"prolog": …}` or `{"predicate": …, "arguments": […]}`, with `text`, `confidence`, `source`, `metadata`. */
export class JsonLinesSource implements Source {
  readonly #lines: TextLines;

  constructor(path: string) {
    this.#lines = new TextLines(path);
  }

  get bytesRead(): number {
    return this.#lines.bytesRead;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Piece> {
    let line = 0;
    for await (const text of this.#lines) {
      line++;
      if (text.trim() !== '') yield pieceOf(text, line);
    }
  }
}

function pieceOf(text: string, line: number): Piece {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { kind: 'bad', line, reason: `not JSON: ${(error as Error).message}` };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { kind: 'bad', line, reason: 'not a JSON object' };
  }
  for (const [name, content] of Object.entries(value)) {
    if (!Object.hasOwn(kinds, name)) {
      const known = Object.keys(kinds).join(', ');
      return { kind: 'bad', line, reason: `${JSON.stringify(name)} is not known; a line may have ${known}` };
    }
    if (content !== null && !kinds[name as keyof FactToImport](content)) {
      return { kind: 'bad', line, reason: `${JSON.stringify(name)} is of the wrong kind` };
    }
  }
  return { kind: 'fact', line, fact: value };
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}
