import { createReadStream } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

/** Longer lines are cut off and reported by whoever reads them: nothing that is meant is that long. */
const LONGEST = 16_000_000;

/** The chunks of a file as text (UTF-8, a byte order mark left out), with the number of bytes read so far. */
export class TextChunks implements AsyncIterable<string> {
  bytesRead = 0;

  constructor(
    readonly path: string,
    readonly chunkBytes = 1 << 20,
  ) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<string> {
    const decoder = new StringDecoder('utf8');
    let isFirst = true;
    for await (const chunk of createReadStream(this.path, { highWaterMark: this.chunkBytes })) {
      this.bytesRead += (chunk as Buffer).length;
      let text = decoder.write(chunk as Buffer);
      if (isFirst && text.startsWith('\ufeff')) text = text.slice(1);
      isFirst = false;
      yield text;
    }
    yield decoder.end();
  }
}

/** A file's lines without their ends. Linear in its size, whatever the lines' lengths. */
export class TextLines implements AsyncIterable<string> {
  readonly #chunks: TextChunks;

  constructor(path: string) {
    this.#chunks = new TextChunks(path);
  }

  get bytesRead(): number {
    return this.#chunks.bytesRead;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string> {
    let parts: string[] = [];
    let length = 0;
    for await (const chunk of this.#chunks) {
      let from = 0;
      for (let end = chunk.indexOf('\n'); end >= 0; end = chunk.indexOf('\n', from)) {
        parts.push(chunk.slice(from, end));
        yield withoutReturn(parts.length === 1 ? parts[0]! : parts.join(''));
        [parts, length, from] = [[], 0, end + 1];
      }
      if (from < chunk.length && length < LONGEST) {
        parts.push(chunk.slice(from));
        length += chunk.length - from;
      }
    }
    const last = parts.join('');
    if (last !== '') yield withoutReturn(last);
  }
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
