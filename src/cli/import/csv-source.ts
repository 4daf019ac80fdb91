import { createReadStream, type ReadStream } from 'node:fs';
import { type CsvError, type Info, parse } from 'csv-parse';
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
    const skipped: Piece[] = [];
    const parser = parse({
      bom: true,
      info: true,
      skip_empty_lines: true,
      max_record_size: LARGEST_ROW,
      // A row that lacks cells, or has too many, is ours to report.
      relax_column_count: true,
      skip_records_with_error: true,
      on_skip: (error) => {
        skipped.push({ kind: 'bad', line: lineOf(error), reason: reasonOf(error) });
      },
    });
    this.#file.on('error', (error) => parser.destroy(error));
    this.#file.pipe(parser);
    let header: readonly string[] | undefined;
    for await (const { record, info } of parser as AsyncIterable<Row>) {
      yield* skipped.splice(0);
      // `lines` is where the row ends; cells may hold line breaks.
      const line = info.lines - record.reduce((sum, cell) => sum + cell.split('\n').length - 1, 0);
      if (header === undefined) header = record;
      else yield this.#pieceOf(record, header, line);
    }
    yield* skipped;
  }

  #pieceOf(record: readonly string[], header: readonly string[], line: number): Piece {
    if (record.length !== header.length) {
      const reason = `${record.length} cells, but the header has ${header.length}: ${header.join(', ')}`;
      return { kind: 'bad', line, reason };
    }
    return { kind: 'fact', line, fact: { predicate: this.#predicate, arguments: record.map(cellValue) } };
  }
}

function lineOf(error: CsvError | undefined): number {
  return Number(error?.lines ?? 0);
}

function reasonOf(error: CsvError | undefined): string {
  return (error?.message ?? 'not CSV').replace(/^[A-Za-z ]+: /, '').replace(/ (at|on) line \d+/, '');
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
