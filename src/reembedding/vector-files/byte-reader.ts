import { VectorFileFault } from './vector-file.js';

/** Takes a stream of chunks apart by numbers of bytes, holding no more than one piece and one chunk. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #buffer: Buffer = Buffer.alloc(0);
  #offset = 0;

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  /** Bytes that were taken so far. */
  get offset(): number {
    return this.#offset;
  }

  /** @throws VectorFileFault when the stream ends before */
  async take(bytes: number): Promise<Buffer> {
    if (!(await this.#hold(bytes))) {
      throw new VectorFileFault(`byte ${this.#offset}`, 'the file ends in the middle: it was cut off');
    }
    const taken = this.#buffer.subarray(0, bytes);
    this.#buffer = this.#buffer.subarray(bytes);
    this.#offset += bytes;
    return taken;
  }

  async isAtEnd(): Promise<boolean> {
    return !(await this.#hold(1));
  }

  async #hold(bytes: number): Promise<boolean> {
    const parts = [this.#buffer];
    let held = this.#buffer.length;
    while (held < bytes) {
      const next = await this.#chunks.next();
      if (next.done) break;
      parts.push(Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength));
      held += next.value.length;
    }
    if (parts.length > 1) this.#buffer = Buffer.concat(parts);
    return held >= bytes;
  }
}
