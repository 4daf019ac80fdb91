import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { PGlite } from '@electric-sql/pglite';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { vector } from '@electric-sql/pglite-pgvector';
import fc from 'fast-check';
import { describe, expect, inject, test } from 'vitest';
import { readCopyFile, writeCopyFile } from '../../src/reembedding/vector-files/copy-file.js';
import { readJsonLinesFile, writeJsonLinesFile } from '../../src/reembedding/vector-files/json-lines-file.js';
import type {
  VectorFile,
  VectorFileHeader,
  VectorRow,
} from '../../src/reembedding/vector-files/vector-file.js';
import { textHash } from '../../src/reembedding/vectors/text-hash.js';
import { vectorFromText, vectorText } from '../../src/reembedding/vectors/vector-text.js';
import { onlyOnPglite } from '../support/database.js';

const numRuns = Number(process.env.TEST_RUNS ?? 25);

const formats = [
  { name: 'a binary COPY file', write: writeCopyFile, read: readCopyFile },
  { name: 'a file of JSON Lines', write: writeJsonLinesFile, read: readJsonLinesFile },
] as const;

const float32 = fc
  .float({ noNaN: true, noDefaultInfinity: true })
  .map((number) => (number === 0 ? 0 : number));

const contents = fc.integer({ min: 1, max: 40 }).chain((dimensions) =>
  fc.record({
    header: fc.record({
      format: fc.constant('corollary-vectors' as const),
      version: fc.constant(1 as const),
      model: fc.string({ minLength: 1, unit: 'binary' }),
      dimensions: fc.constant(dimensions),
      fingerprint: fc.stringMatching(/^[0-9a-f]{64}$/),
    }),
    rows: fc.array(
      fc.record({
        fact: fc.string({ minLength: 1, unit: 'binary' }),
        text: fc.string({ unit: 'binary' }),
        vector: fc
          .array(float32, { minLength: dimensions, maxLength: dimensions })
          .map((v) => Float32Array.from(v)),
      }),
      { maxLength: 12 },
    ),
    /** Where a network or disk cuts the stream into chunks. */
    chunk: fc.integer({ min: 1, max: 200 }),
  }),
);

async function* each<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}

async function bytesOf(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await Readable.from(stream).toArray());
}

function* chunksOf(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function all(file: VectorFile): Promise<VectorRow[]> {
  const rows: VectorRow[] = [];
  for await (const { where, ...row } of file.rows) {
    expect(where).toMatch(/^(line|byte) \d+$/);
    rows.push(row);
  }
  return rows;
}

describe.each(formats)('$name', ({ write, read }) => {
  test('gives back what was written, however it is cut into chunks', async () => {
    await fc.assert(
      fc.asyncProperty(contents, async ({ header, rows, chunk }) => {
        const given = rows.map((row) => ({ ...row, textHash: textHash(row.text) }));
        const bytes = await bytesOf(write(header, each(given)));
        const file = await read(each(chunksOf(bytes, chunk)));
        expect(file.header).toEqual(header);
        const back = await all(file);
        expect(back).toHaveLength(given.length);
        for (const [index, { fact, textHash: hash, vector }] of back.entries()) {
          expect(fact).toBe(given[index]!.fact);
          expect(hash).toBe(given[index]!.textHash);
          // To the last bit.
          expect(Buffer.from(vector!.buffer)).toEqual(Buffer.from(given[index]!.vector.buffer));
        }
      }),
      { numRuns },
    );
  });

  test('that was cut off anywhere, or damaged, is never read as another one', async () => {
    await fc.assert(
      fc.asyncProperty(contents, fc.nat(), async ({ header, rows }, at) => {
        const given = rows.map((row) => ({ ...row, textHash: textHash(row.text) }));
        const bytes = await bytesOf(write(header, each(given)));
        const cut = bytes.subarray(0, at % bytes.length);
        const outcome = await read(each([cut]))
          .then(all)
          .catch((error: unknown) => error);
        // What a text file has lost after a line's end cannot be told from it: the rows that it has are right.
        if (Array.isArray(outcome)) {
          expect(read).toBe(readJsonLinesFile);
          expect(outcome.length).toBeLessThanOrEqual(given.length);
          for (const [index, row] of outcome.entries()) expect(row.fact).toBe(given[index]!.fact);
        } else {
          expect(outcome).toMatchObject({
            name: 'VectorFileFault',
            where: expect.stringMatching(/^(line|byte) \d+$/),
          });
        }
      }),
      { numRuns },
    );
  });
});

const header: VectorFileHeader = {
  format: 'corollary-vectors',
  version: 1,
  model: 'fake',
  dimensions: 2,
  fingerprint: 'f',
};
const row = { fact: 'fact:1:1', textHash: textHash('a'), vector: Float32Array.of(0.6, 0.8) };

describe('a bad file', () => {
  const line = (value: object) => `${JSON.stringify(value)}\n`;
  const start = line(header);
  test.each([
    ['', 'line 1', /empty/],
    ['fact,vector\n', 'line 1', /no header/],
    [line({ ...header, version: 2 }), 'line 1', /version/],
    [line({ ...header, dimensions: 0 }), 'line 1', /dimensions/],
    [`${start}{"fact": \n`, 'line 2', /not JSON/],
    [`${start}\n${line({ fact: 'x', vector: [1, 0] })}`, 'line 3', /text or textHash is missing/],
    [`${start}${line({ text: 'a', vector: [1, 0] })}`, 'line 2', /fact/],
    [`${start}${line({ fact: 'x', textHash: 'zz', vector: [1, 0] })}`, 'line 2', /textHash: must be 64/],
    [`${start}${line({ fact: 'x', text: 'a', vector: ['1'] })}`, 'line 2', /vector\.0/],
    [`${start}${'x'.repeat(5 * 2 ** 20)}`, 'line 2', /longer than/],
    [Buffer.concat([Buffer.from(start), Buffer.from([0xff, 0xfe, 10])]), 'line 2', /not UTF-8/],
  ])('of JSON Lines says which line (%#)', async (content, where, why) => {
    const reading = readJsonLinesFile(each([Buffer.from(content)])).then(all);
    await expect(reading).rejects.toMatchObject({ where, why: expect.stringMatching(why) });
  });

  const good = () => bytesOf(writeCopyFile(header, each([row])));
  const firstRow = 19 + JSON.stringify(header).length;
  test.each<[string, (bytes: Buffer) => unknown, string, RegExp]>([
    ['another format', (bytes) => void bytes.write('PGDUMP'), 'byte 0', /binary COPY/],
    ['unknown flags', (bytes) => void bytes.writeUInt32BE(0x10000, 11), 'byte 11', /flags 10000/],
    [
      'a header of PostgreSQL',
      (bytes) => Buffer.concat([bytes.subarray(0, 15), Buffer.alloc(4), bytes.subarray(firstRow)]),
      'byte 19',
      /no header/,
    ],
    ['other columns', (bytes) => void bytes.writeInt16BE(2, firstRow), `byte ${firstRow}`, /2 fields, not 3/],
    [
      'a null',
      (bytes) => void bytes.writeInt32BE(-1, firstRow + 2),
      `byte ${firstRow + 2}`,
      /the fact is null/,
    ],
    [
      'an absurd length',
      (bytes) => void bytes.writeInt32BE(2 ** 30, firstRow + 2),
      `byte ${firstRow + 2}`,
      /bytes long/,
    ],
    [
      'a vector that is no vector',
      (bytes) => void bytes.writeUInt16BE(7, bytes.length - 2 - 12),
      `byte ${firstRow}`,
      /stands for a vector/,
    ],
    [
      'something after its end',
      (bytes) => Buffer.concat([bytes, Buffer.from('x')]),
      'byte',
      /follows the end/,
    ],
    ['no end', (bytes) => bytes.subarray(0, -2), 'byte', /cut off/],
  ])('of binary COPY with %s says at which byte', async (_, damage, where, why) => {
    const bytes = await good();
    const outcome = damage(bytes);
    const damaged = outcome instanceof Uint8Array ? outcome : bytes;
    await expect(readCopyFile(each([damaged])).then(all)).rejects.toMatchObject({
      where: expect.stringContaining(where),
      why: expect.stringMatching(why),
    });
  });
});

onlyOnPglite('a binary COPY file', () => {
  test('is read by PostgreSQL itself, with its own statement', async () => {
    const rows = Array.from({ length: 50 }, (_, n) => ({
      fact: `fact:1:${n}`,
      textHash: textHash(`sentence ${n}`),
      vector: Float32Array.of(n / 64, 1 - n),
    }));
    await using database = disposable(
      await PGlite.create({
        extensions: { vector, pg_trgm },
        loadDataDir: new Blob([await readFile(inject('databaseTemplate'))]),
      }),
    );
    await database.pglite.exec('create table vectors (fact text, text_hash bytea, embedding vector)');
    const blob = new Blob([await bytesOf(writeCopyFile(header, each(rows)))]);
    await database.pglite.query(`copy vectors from '/dev/blob' with (format binary)`, [], { blob });
    const { rows: read } = await database.pglite.query(`
    select fact, encode(text_hash, 'hex') as "textHash", embedding::text from vectors`);
    expect(read).toEqual(
      rows.map(({ fact, textHash: hash, vector: [x, y] }) => ({
        fact,
        textHash: hash,
        embedding: `[${x},${y}]`,
      })),
    );
  });
});

const disposable = (pglite: PGlite) => ({ pglite, [Symbol.asyncDispose]: () => pglite.close() });

describe('a vector as text', () => {
  test('is the same vector', () => {
    fc.assert(
      fc.property(fc.array(float32), (numbers) => {
        const vector = Float32Array.from(numbers);
        expect(vectorFromText(vectorText(vector))).toEqual(vector);
      }),
      { numRuns },
    );
  });

  test.each(['AAA', 'AAAA', 'AAAAAA=', 'AAAA AAA=', '!!!!', 'AAAAAA==x'])('is not %j', (text) => {
    expect(vectorFromText(text)).toBeUndefined();
  });
});
