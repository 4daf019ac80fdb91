import { vectorBytes, vectorFromBytes } from '../../database/vector-bytes.js';
import { ByteReader } from './byte-reader.js';
import {
  headerFrom,
  type ReadRow,
  type VectorFile,
  VectorFileFault,
  type VectorFileHeader,
  type VectorRow,
} from './vector-file.js';

/*
 * PostgreSQL's binary COPY format (the manual's page of COPY, "Binary Format"): a signature, flags, an extension area that
 * readers skip where they do not know it, rows of fields with their lengths, and a trailer. Ours has three columns,
 *
 *   create table vectors (fact text, text_hash bytea, embedding vector);
 *   \copy vectors from 'vectors.copy' with (format binary)
 *
 * and its header, as JSON, in the extension area.
 */

const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1');
const COLUMNS = 3;
const TRAILER = -1;
/** Flags from bit 16 on change how the rest is to be read. */
const CRITICAL_FLAGS = 0xffff0000;
/** Beyond what any field of ours can have: a length like this is not one. */
const LONGEST_FIELD = 2 ** 20;

/** The file, chunk by chunk. Rows without a vector cannot be written. */
export async function* writeCopyFile(
  header: VectorFileHeader,
  rows: AsyncIterable<VectorRow>,
): AsyncGenerator<Uint8Array> {
  const extension = Buffer.from(JSON.stringify(header));
  const head = Buffer.alloc(8);
  head.writeInt32BE(extension.length, 4);
  yield Buffer.concat([SIGNATURE, head, extension]);
  for await (const { fact, textHash, vector } of rows) {
    if (vector === null) throw new Error('A COPY file has no place for a sentence without a vector');
    const fields = [Buffer.from(fact), Buffer.from(textHash, 'hex'), vectorBytes(vector, 'vector')];
    const row = Buffer.alloc(2 + fields.reduce((sum, field) => sum + 4 + field.length, 0));
    let at = row.writeInt16BE(COLUMNS);
    for (const field of fields) {
      at = row.writeInt32BE(field.length, at);
      row.set(field, at);
      at += field.length;
    }
    yield row;
  }
  const trailer = Buffer.alloc(2);
  trailer.writeInt16BE(TRAILER);
  yield trailer;
}

/** @throws VectorFileFault for what is no COPY file with our header */
export async function readCopyFile(stream: AsyncIterable<Uint8Array>): Promise<VectorFile> {
  const reader = new ByteReader(stream);
  if (!(await reader.take(SIGNATURE.length)).equals(SIGNATURE)) {
    throw new VectorFileFault('byte 0', 'this is no file of PostgreSQL’s binary COPY format');
  }
  const flags = (await reader.take(4)).readUInt32BE();
  if ((flags & CRITICAL_FLAGS) !== 0) {
    throw new VectorFileFault('byte 11', `the file has flags ${flags.toString(16)}, which nobody knows here`);
  }
  const length = (await reader.take(4)).readInt32BE();
  if (length < 0 || length > LONGEST_FIELD)
    throw new VectorFileFault('byte 15', 'the length of the header is not right');
  const header = headerFrom((await reader.take(length)).toString('utf8'), 'byte 19');
  return { header, rows: rowsOf(reader, header.dimensions) };
}

async function* rowsOf(reader: ByteReader, dimensions: number): AsyncGenerator<ReadRow> {
  for (;;) {
    const where = `byte ${reader.offset}`;
    const columns = (await reader.take(2)).readInt16BE();
    if (columns === TRAILER) break;
    if (columns !== COLUMNS) throw new VectorFileFault(where, `a row has ${columns} fields, not ${COLUMNS}`);
    const fact = (await field(reader, 'the fact')).toString('utf8');
    const hash = await field(reader, 'the hash of the text');
    if (hash.length !== 32)
      throw new VectorFileFault(where, `a hash of the text has ${hash.length} bytes, not 32`);
    const textHash = hash.toString('hex');
    const bytes = await field(reader, 'the vector');
    // Read by its own dimensions: what of these is wrong is the caller's to say.
    const own = bytes.length < 4 ? -1 : bytes.readUInt16BE();
    if (bytes.length !== 4 + 4 * own) {
      throw new VectorFileFault(
        where,
        `what stands for a vector has ${bytes.length} bytes, not ${4 + 4 * dimensions}`,
      );
    }
    yield { where, fact, textHash, vector: vectorFromBytes(bytes, 'vector') };
  }
  if (!(await reader.isAtEnd()))
    throw new VectorFileFault(`byte ${reader.offset}`, 'something follows the end');
}

async function field(reader: ByteReader, what: string): Promise<Buffer> {
  const where = `byte ${reader.offset}`;
  const length = (await reader.take(4)).readInt32BE();
  if (length >= 0 && length <= LONGEST_FIELD) return reader.take(length);
  throw new VectorFileFault(where, `${what} is ${length === -1 ? 'null' : `${length} bytes long`}`);
}
