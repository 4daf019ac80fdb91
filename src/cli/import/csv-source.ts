import { createReadStream, type ReadStream } from 'node:fs';
import { type Info, parse } from 'csv-parse';
import type { Piece, Source } from './source.js';

/** In bytes: a quote that is never closed would swallow the rest of the file. */
const LARGEST_ROW = 1_000_000;

interface Row {
  readonly record: readonly string[];
  readonly info: Info;
}

/** A header that names the arguments, then one fact a row, as RFC 4180 has it. Cells that are numbers become numbers, others atoms. */
export class CsvSource implements Source {
  readonly #file: ReadStream;
  readonly #predicate: string;

  constructor(path: string, predicate: string) {
    this.#file = createReadStream(path);
    this.#predicate = predicate;
  }

  get bytesRead(): number {
    return this.#file.bytesRead;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Piece> {
    let lastLine = 0;
    let isUnclosed = false;
    const parser = parse({
      bom: true,
      info: true,
      skip_empty_lines: true,
      max_record_size: LARGEST_ROW,
      // A row that lacks cells, or has too many, is ours to report; a quote within a cell is a character like any other.
      relax_column_count: true,
      relax_quotes: true,
      // What is left to go wrong is a quote that is not closed: rows cannot be told apart after it.
      skip_records_with_error: true,
      on_skip: () => {
        isUnclosed = true;
        return undefined;
      },
    });
    this.#file.on('error', (error) => parser.destroy(error));
    this.#file.pipe(parser);
    let header: readonly string[] | undefined;
    for await (const { record, info } of parser as AsyncIterable<Row>) {
      // `lines` is where the row ends; cells may hold line breaks.
      const line = info.lines - record.reduce((sum, cell) => sum + cell.split('\n').length - 1, 0);
      lastLine = info.lines;
      if (header === undefined) header = record;
      else yield this.#pieceOf(record, header, line);
    }
    if (isUnclosed) {
      const reason = 'a quote that opens here is not closed: the file was read up to this line';
      yield { kind: 'bad', line: lastLine + 1, reason };
    }
  }

  #pieceOf(record: readonly string[], header: readonly string[], line: number): Piece {
    if (record.length !== header.length) {
      const reason = `${record.length} cells, but the header has ${header.length}: ${header.join(', ')}`;
      return { kind: 'bad', line, reason };
    }
    return { kind: 'fact', line, fact: { predicate: this.#predicate, arguments: record.map(cellValue) } };
  }
}

/** Without leading zeros: those of post codes and telephone numbers mean something. */
const NUMBER = /^-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/** As `FactInput.arguments` takes it. */
export function cellValue(cell: string): unknown {
  const match = NUMBER.exec(cell);
  if (match === null) return cell;
  const value = Number(cell);
  if (match[1] === undefined && match[2] === undefined)
    return Number.isSafeInteger(value) ? value : { integer: cell };
  return Number.isFinite(value) ? { float: value } : cell;
}
