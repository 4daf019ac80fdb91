import type { Hash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Response } from 'undici';
import { CorollaryError } from '../../errors.js';
import type { ModelFile } from '../registry.js';
import { assertRoomFor, type FreeSpace } from './free-space.js';
import type { Hub } from './hub.js';
import { PartFile, type PartNote } from './part-file.js';

export interface DownloadOptions {
  readonly hub: Hub;
  readonly url: string;
  readonly destination: string;
  readonly freeSpace: FreeSpace;
  /** Bytes of this file that are there, and how many it has as far as is known. */
  readonly onProgress?: ((done: number, total: number | undefined) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Before the second attempt; twice as long before each further one. Default half a second. */
  readonly retryMs?: number | undefined;
}

/** Attempts in a row that bring nothing. */
const MOST_ATTEMPTS = 5;

/** The server, or the way to it, may be well again. */
class Passing extends Error {}

/**
 * Fetches one file. A connection that breaks is taken up again where it broke, by this call or by the next one; a file that
 * the server has changed since (by its ETag or size) begins anew. It stands at `destination` only when it is whole, and the
 * one that the registry describes; a wrong one is removed.
 * @throws CorollaryError MODEL_NOT_FOUND when it cannot be had, EMBEDDING_SPACE_UNAVAILABLE when it is another one,
 *   START_FAILED when the disk is full, CANCELLED
 */
export async function download(file: ModelFile, options: DownloadOptions): Promise<void> {
  const { url, signal, retryMs = 500 } = options;
  const part = new PartFile(options.destination);
  for (let attempt = 1; ; attempt++) {
    const before = await part.length();
    try {
      return await attemptTo(part, file, options);
    } catch (error) {
      if (signal?.aborted)
        throw new CorollaryError('CANCELLED', `The download of ${url} was stopped.`, { url });
      if (!(error instanceof Passing)) throw error;
      if ((await part.length()) > before) attempt = 0;
      if (attempt >= MOST_ATTEMPTS) {
        throw new CorollaryError(
          'MODEL_NOT_FOUND',
          `${url} cannot be fetched: ${error.message}, ${MOST_ATTEMPTS} times in a row. What has come is kept: the same command goes on with it.`,
          { url },
          { cause: error },
        );
      }
      await sleep(retryMs * 2 ** Math.max(0, attempt - 1) * (0.5 + Math.random()), undefined, {
        signal,
      }).catch(() => undefined);
    }
  }
}

async function attemptTo(part: PartFile, file: ModelFile, options: DownloadOptions): Promise<void> {
  const { hub, url, signal, onProgress, freeSpace, destination } = options;
  const note = await part.note();
  const have = mayGoOn(note, file, url) ? await part.length() : 0;
  // All has come already, and only the last step is missing.
  if (have > 0 && have === (note.bytes ?? file.bytes))
    return finish(part, file, await part.hash(), have, options);
  const response = await hub
    .get(url, have > 0 ? rangeFrom(have, note.etag) : {}, signal)
    .catch((error: unknown) => {
      throw new Passing(reasonOf(error), { cause: error });
    });
  try {
    const etag = strongEtag(response);
    const goesOn = continues(response, have, note, etag);
    if (!goesOn && (response.status === 206 || (have > 0 && response.status === 416))) {
      // What was begun is another file, or longer than this one.
      await part.remove();
      throw new Passing(`the server would not go on at byte ${have} (${response.status})`);
    }
    if (response.status !== 200 && !goesOn) throw refusal(response, url);
    const total = totalOf(response);
    if (file.bytes !== undefined && total !== undefined && file.bytes !== total) {
      await part.remove();
      throw wrongFile(url, `${file.bytes} bytes`, `${total} bytes`);
    }
    const start = goesOn ? have : 0;
    await assertRoomFor((total ?? start) - start, destination, freeSpace);
    if (!goesOn)
      await part.begin({
        of: pathOf(url),
        ...(etag !== undefined && { etag }),
        ...(total !== undefined && { bytes: total }),
      });
    const hash = await part.hash();
    const length = await receive(response, part, hash, start, (done) =>
      onProgress?.(done, total ?? file.bytes),
    );
    if (total !== undefined && length !== total) throw new Passing(`it ended at byte ${length} of ${total}`);
    await finish(part, file, hash, length, options);
  } finally {
    await response.body?.cancel().catch(() => undefined);
  }
}

/** Appends the body to the part. @returns its length then */
async function receive(
  response: Response,
  part: PartFile,
  hash: Hash,
  start: number,
  onLength: (length: number) => void,
): Promise<number> {
  let length = start;
  onLength(length);
  const handle = await part.append();
  try {
    const chunks = response.body?.[Symbol.asyncIterator]();
    for (;;) {
      const next = await chunks?.next().catch((error: unknown) => {
        throw new Passing(reasonOf(error), { cause: error });
      });
      if (next === undefined || next.done) return length;
      await handle.appendFile(next.value);
      hash.update(next.value);
      length += next.value.byteLength;
      onLength(length);
    }
  } finally {
    await handle.close();
  }
}

async function finish(
  part: PartFile,
  file: ModelFile,
  hash: Hash,
  length: number,
  { url }: DownloadOptions,
): Promise<void> {
  const sha256 = hash.digest('hex');
  const isWrongSize = file.bytes !== undefined && file.bytes !== length;
  if (isWrongSize || (file.sha256 !== undefined && file.sha256 !== sha256)) {
    await part.remove();
    throw isWrongSize
      ? wrongFile(url, `${file.bytes} bytes`, `${length} bytes`)
      : wrongFile(url, `SHA-256 ${file.sha256}`, sha256);
  }
  await part.finish();
}

/** The part is of this file, and something will show whether the rest fits to it. */
function mayGoOn(note: PartNote, file: ModelFile, url: string): boolean {
  return note.of === pathOf(url) && (note.etag !== undefined || file.sha256 !== undefined);
}

/** Repository, revision and path: the same at the hub and at its mirrors. */
const pathOf = (url: string) => new URL(url).pathname;

/** If-Range (RFC 9110, 13.1.5): the rest, if the file is still the same, else all of it. */
function rangeFrom(have: number, etag: string | undefined): Record<string, string> {
  return { range: `bytes=${have}-`, ...(etag !== undefined && { 'if-range': etag }) };
}

/** The answer is the rest of the file that was begun. */
function continues(response: Response, have: number, note: PartNote, etag: string | undefined): boolean {
  if (response.status !== 206 || have === 0) return false;
  const [, from, , total] = contentRange(response) ?? [];
  const isSame =
    (note.etag === undefined || etag === undefined || note.etag === etag) &&
    (note.bytes === undefined || total === undefined || total === '*' || note.bytes === Number(total));
  return isSame && Number(from) === have;
}

const contentRange = (response: Response) =>
  /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(response.headers.get('content-range') ?? '') ?? undefined;

function totalOf(response: Response): number | undefined {
  const text = response.status === 206 ? contentRange(response)?.[3] : response.headers.get('content-length');
  return text == null || !/^\d+$/.test(text) ? undefined : Number(text);
}

/** A weak one (RFC 9110, 8.8.3) does not say that two files are the same byte by byte. */
function strongEtag(response: Response): string | undefined {
  const etag = response.headers.get('etag');
  return etag === null || etag.startsWith('W/') ? undefined : etag;
}

function refusal({ status }: Response, url: string): Error {
  if (status === 408 || status === 429 || status >= 500) return new Passing(`the server answered ${status}`);
  const why =
    status === 404
      ? 'there is no such file (404): the repository, revision or path of its registry entry is wrong, or the mirror lacks it'
      : status === 401 || status === 403
        ? `it is not given to just anyone (${status}): set HF_TOKEN to a token that may read it`
        : `the server answered ${status}`;
  return new CorollaryError('MODEL_NOT_FOUND', `${url} cannot be fetched: ${why}.`, { url, status });
}

function wrongFile(url: string, expected: string, found: string): CorollaryError {
  return new CorollaryError(
    'EMBEDDING_SPACE_UNAVAILABLE',
    `${url} is not the file that the registry describes (expected ${expected}, found ${found}). It was not kept.`,
    { url, expected, found },
  );
}

/** `fetch failed` alone says nothing. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  const inner = cause instanceof Error ? cause : undefined;
  const code = (inner as NodeJS.ErrnoException | undefined)?.code;
  return [message, inner?.message || code].filter(Boolean).join(': ');
}
