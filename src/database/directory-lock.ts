import { createHash, randomBytes } from 'node:crypto';
import { lstat, mkdir, readdir, realpath, unlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CorollaryError } from '../errors.js';

/** Who holds a directory, as far as it tells. */
export interface Holder {
  readonly pid: number;
  /** Where its server listens, once it does. */
  readonly url?: string;
}

/**
 * The right to use a data directory, for one process at a time. It goes with the process, however that ends: a socket
 * that listens is the lock, and the kernel closes it. On a network file system it guards against processes of the
 * same machine only.
 */
export interface DirectoryLock {
  /** Lets `holderOf` tell this URL to others. */
  announce(url: string): void;
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** What each socket says to whoever connects, as one line of JSON. */
interface Answer {
  readonly pid: number;
  readonly token: string;
  /** False while it is still looking whether somebody else holds the directory. */
  readonly holding: boolean;
  readonly url?: string;
}

const PATIENCE_MS = 10_000;
const ANSWER_MS = 2_000;
/** sun_path holds 104 bytes on macOS and 108 on Linux, with a final zero. */
const LONGEST_PATH = 100;
/** File systems that can't hold sockets answer so. */
const NO_SOCKETS = new Set(['EOPNOTSUPP', 'ENOTSUP', 'EINVAL', 'EPERM']);

const heldHere = new Set<string>();

/** Whether this very process holds the directory. */
export async function isHeldHere(directory: string): Promise<boolean> {
  return heldHere.has(await realpath(directory).catch(() => directory));
}

/**
 * Makes the directory where it is missing, and locks it.
 *
 * Everyone listens on a name of its own first and looks for others then, so that of two who come at once at least one
 * sees the other; the one with the lesser token goes on, the other one withdraws and looks again. Names are never
 * used twice: one that refuses connections belonged to a process that is gone, and may be removed at any time. One
 * that was not listening *yet* may be removed wrongly; so each checks last that its own name is still there.
 *
 * @throws CorollaryError START_FAILED when another process holds it, or it can't be written to
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  const real = await makeDirectory(directory);
  const place = await placeOf(real);
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const candidate = await Candidate.listen(place, directory);
    try {
      if (await candidate.wins(until)) {
        heldHere.add(real);
        return candidate.lock(() => heldHere.delete(real));
      }
    } catch (error) {
      await candidate.close();
      throw error;
    }
    await candidate.close();
    await sleep(20 + Math.random() * 60);
  }
}

/** The process that holds the directory now, if there is one. */
export async function holderOf(directory: string): Promise<Holder | undefined> {
  const real = await realpath(directory).catch(() => undefined);
  if (real === undefined) return undefined;
  for (const name of await namesIn(await placeOf(real))) {
    const found = await ask(name);
    if (found.state === 'answered' && found.answer.holding) return holder(found.answer);
  }
  return undefined;
}

function holder({ pid, url }: Answer): Holder {
  return { pid, ...(url === undefined ? {} : { url }) };
}

class Candidate {
  #holding = false;
  #url: string | undefined;

  private constructor(
    private readonly server: Server,
    private readonly place: Place,
    private readonly path: string,
    private readonly token: string,
    private readonly directory: string,
  ) {
    server.on('connection', (socket) => {
      socket.on('error', () => undefined);
      const { pid } = process;
      const url = this.#url === undefined ? {} : { url: this.#url };
      const answer: Answer = { pid, token, holding: this.#holding, ...url };
      socket.end(`${JSON.stringify(answer)}\n`);
    });
    server.unref();
  }

  static async listen(place: Place, directory: string): Promise<Candidate> {
    const token = randomBytes(8).toString('hex');
    const server = createServer();
    for (;;) {
      const path = place.nameFor(token);
      try {
        await listening(server, path);
        return new Candidate(server, place, path, token, directory);
      } catch (error) {
        const { code = '' } = error as NodeJS.ErrnoException;
        if (code === 'EADDRINUSE') {
          // Only where the name is one for all (Windows).
          const found = await ask(path);
          if (found.state !== 'gone') throw held(directory, path, found);
          continue;
        }
        if (!NO_SOCKETS.has(code) || place.isElsewhere) throw notWritable(directory, error);
        place = await placeElsewhere(place.directory);
      }
    }
  }

  /** @returns false to withdraw and try again */
  async wins(until: number): Promise<boolean> {
    for (;;) {
      let clear = true;
      for (const path of await namesIn(this.place)) {
        if (path === this.path) continue;
        const found = await ask(path);
        if (found.state === 'gone') {
          await unlink(path).catch(() => undefined);
        } else if (found.state === 'silent' || found.answer.holding || Date.now() > until) {
          throw held(this.directory, path, found);
        } else {
          if (found.answer.token < this.token) return false;
          clear = false;
        }
      }
      if (clear) break;
      await sleep(10);
    }
    if (!this.place.isPipe && !(await isThere(this.path))) return false;
    this.#holding = true;
    return true;
  }

  lock(onStop: () => void): DirectoryLock {
    const stop = async () => {
      onStop();
      await this.close();
    };
    return {
      announce: (url) => {
        this.#url = url;
      },
      stop,
      [Symbol.asyncDispose]: stop,
    };
  }

  /** Closing removes the name too. */
  async close(): Promise<void> {
    if (!this.server.listening) return;
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** Where the sockets of a data directory are, and what they are called. */
interface Place {
  readonly directory: string;
  readonly isElsewhere: boolean;
  readonly isPipe: boolean;
  nameFor(token: string): string;
}

const NAME = /^lock-\d+-[0-9a-f]{16}\.sock$/;

async function placeOf(real: string): Promise<Place> {
  if (process.platform === 'win32') return pipeOf(real);
  const place = placeIn(real, false);
  return Buffer.byteLength(place.nameFor('0'.repeat(16))) > LONGEST_PATH ? placeElsewhere(real) : place;
}

function placeIn(directory: string, isElsewhere: boolean): Place {
  return {
    directory,
    isElsewhere,
    isPipe: false,
    // The process's number is in the name for the case that the process does not answer.
    nameFor: (token) => join(directory, `lock-${process.pid}-${token}.sock`),
  };
}

async function placeElsewhere(real: string): Promise<Place> {
  const directory = join(tmpdir(), `corollary-${hashOf(real)}`);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  return placeIn(directory, true);
}

/** A pipe of Windows can be listened on by one process only, and is gone with it. */
function pipeOf(real: string): Place {
  const name = `\\\\.\\pipe\\corollary-${hashOf(real.toLowerCase())}`;
  return { directory: real, isElsewhere: true, isPipe: true, nameFor: () => name };
}

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16);

async function namesIn(place: Place): Promise<string[]> {
  if (place.isPipe) return [place.nameFor('')];
  const names = await readdir(place.directory).catch(() => []);
  return names.filter((name) => NAME.test(name)).map((name) => join(place.directory, name));
}

async function makeDirectory(directory: string): Promise<string> {
  try {
    await mkdir(directory, { recursive: true });
    return await realpath(directory);
  } catch (error) {
    throw notWritable(directory, error);
  }
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

type Found =
  | { readonly state: 'answered'; readonly answer: Answer }
  /** Nobody listens: the process is gone. */
  | { readonly state: 'gone' }
  /** Somebody listens, and does not answer: a process that is stopped or busy, or another user's. */
  | { readonly state: 'silent' };

function ask(path: string): Promise<Found> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(path);
    const done = (found: Found) => {
      socket.destroy();
      resolve(found);
    };
    socket.setTimeout(ANSWER_MS, () => done({ state: 'silent' }));
    socket.setEncoding('utf8');
    socket.on('data', (piece: string) => {
      text += piece;
    });
    socket.on('end', () => {
      const answer = parseAnswer(text);
      done(answer ? { state: 'answered', answer } : { state: 'gone' });
    });
    socket.on('error', ({ code }: NodeJS.ErrnoException) =>
      done({ state: code === 'EACCES' || code === 'EAGAIN' ? 'silent' : 'gone' }),
    );
  });
}

/** Nothing at all comes from a process that ends while it is asked. */
function parseAnswer(text: string): Answer | undefined {
  try {
    return JSON.parse(text) as Answer;
  } catch {
    return undefined;
  }
}

function held(directory: string, path: string, found: Found): CorollaryError {
  const pid = found.state === 'answered' ? found.answer.pid : Number(/lock-(\d+)-/.exec(path)?.[1] ?? 0);
  const url = found.state === 'answered' && found.answer.url ? ` (${found.answer.url})` : '';
  return new CorollaryError(
    'START_FAILED',
    `${directory} is in use by process ${pid}${url}: stop that one, or set DATA_DIR to another directory.`,
    { directory, pid },
  );
}

function notWritable(directory: string, cause: unknown): CorollaryError {
  const { code } = cause as NodeJS.ErrnoException;
  return new CorollaryError(
    'START_FAILED',
    `Can't write to ${directory} (${code}): make it writable for this user, or set DATA_DIR to a directory that is.`,
    { directory },
    { cause },
  );
}
