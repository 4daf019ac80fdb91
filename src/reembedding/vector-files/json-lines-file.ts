import { z } from 'zod';
import { textHash } from '../vectors/text-hash.js';
import {
  headerFrom,
  type ReadRow,
  type VectorFile,
  VectorFileFault,
  type VectorFileHeader,
  type VectorRow,
} from './vector-file.js';

/*
 * A header, then a line for each sentence: {"fact": "…", "text": "…", "textHash": "…", "vector": [0.1, …]}. Of text and hash
 * one is enough; without a vector a line is a sentence to embed.
 */

/** A sentence of 100,000 characters and 16,000 numbers. */
const LONGEST_LINE = 4 * 2 ** 20;

const rowShape = z.object({
  fact: z.string().min(1, 'must be the id of a fact'),
  text: z.string().optional(),
  textHash: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/, 'must be 64 hexadecimal digits')
    .optional(),
  vector: z.array(z.number()).nullish(),
});

/** The file, line by line. */
export async function* writeJsonLinesFile(
  header: VectorFileHeader,
  rows: AsyncIterable<VectorRow>,
): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`${JSON.stringify(header)}\n`);
  for await (const { fact, text, textHash: hash, vector } of rows) {
    // Nine digits are enough to tell any two float32 numbers apart.
    const numbers =
      vector === null ? undefined : Array.from(vector, (number) => Number(number.toPrecision(9)));
    yield Buffer.from(`${JSON.stringify({ fact, text, textHash: hash, vector: numbers })}\n`);
  }
}

/** @throws VectorFileFault */
export async function readJsonLinesFile(stream: AsyncIterable<Uint8Array>): Promise<VectorFile> {
  const lines = linesOf(stream);
  const first = await lines.next();
  if (first.done) throw new VectorFileFault('line 1', 'the file is empty');
  return { header: headerFrom(first.value.text, 'line 1'), rows: rowsOf(lines) };
}

async function* rowsOf(lines: AsyncGenerator<Line>): AsyncGenerator<ReadRow> {
  for await (const { text, number } of lines) {
    if (text.trim() === '') continue;
    yield rowOf(text, `line ${number}`);
  }
}

function rowOf(line: string, where: string): ReadRow {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new VectorFileFault(where, `not JSON: ${(error as Error).message}`);
  }
  const parsed = rowShape.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new VectorFileFault(where, `${issue?.path.join('.') || 'the line'}: ${issue?.message}`);
  }
  const {
    fact,
    text,
    textHash: hash = text === undefined ? undefined : textHash(text),
    vector,
  } = parsed.data;
  if (hash === undefined) throw new VectorFileFault(where, 'text or textHash is missing');
  return {
    where,
    fact,
    textHash: hash,
    vector: vector == null ? null : Float32Array.from(vector),
    ...(text !== undefined && { text }),
  };
}

interface Line {
  readonly text: string;
  readonly number: number;
}

/** Lines of UTF-8 text, one in memory at a time. */
async function* linesOf(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let number = 1;
  let parts: Uint8Array[] = [];
  let held = 0;
  const line = (): Line => {
    try {
      return { text: decoder.decode(Buffer.concat(parts)), number };
    } catch {
      throw new VectorFileFault(`line ${number}`, 'not UTF-8');
    }
  };
  for await (const chunk of stream) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      parts.push(chunk.subarray(start, end));
      yield line();
      number++;
      parts = [];
      held = 0;
      start = end + 1;
    }
    parts.push(chunk.subarray(start));
    held += chunk.length - start;
    if (held > LONGEST_LINE) throw new VectorFileFault(`line ${number}`, `longer than ${LONGEST_LINE} bytes`);
  }
  if (held > 0) yield line();
}
