import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { holderOf, isHeldHere, lockDirectory } from '../../src/database/directory-lock.js';

const script = fileURLToPath(new URL('./lock-child.mjs', import.meta.url));
let directory: string;
let children: Child[];

beforeEach(async () => {
  directory = await mkdtemp(`${tmpdir()}/corollary-lock-`);
  children = [];
});
afterEach(async () => {
  await Promise.all(children.map((child) => child.kill()));
  await rm(directory, { recursive: true });
});

class Child {
  readonly #process: ChildProcess;
  readonly #lines: Interface;

  constructor(where: string) {
    this.#process = spawn(process.execPath, [script, where], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.#process.stdout! });
    children.push(this);
  }

  get pid(): number {
    return this.#process.pid!;
  }

  async tell(command: 'lock' | 'stop' | 'announce' | 'freeze'): Promise<string> {
    this.#process.stdin!.write(`${command}\n`);
    const [line] = await once(this.#lines, 'line');
    return line as string;
  }

  /** As `kill -9` does: no handler of the process runs. */
  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    this.#process.kill('SIGKILL');
    await once(this.#process, 'exit');
  }
}

test('a second process is refused, told who holds the directory and what to do', async () => {
  const [first, second] = [new Child(directory), new Child(directory)];
  expect(await first.tell('lock')).toBe('held');
  const refusal = await second.tell('lock');
  expect(refusal).toBe(
    `START_FAILED ${directory} is in use by process ${first.pid}: stop that one, or set DATA_DIR to another directory.`,
  );
});

test('the holder tells its URL once it has one', async () => {
  expect(await holderOf(directory)).toBeUndefined();
  const child = new Child(directory);
  await child.tell('lock');
  expect(await holderOf(directory)).toEqual({ pid: child.pid });
  await child.tell('announce');
  expect(await holderOf(directory)).toEqual({ pid: child.pid, url: `http://127.0.0.1:${child.pid}` });
  await expect(lockDirectory(directory)).rejects.toThrow(
    `process ${child.pid} (http://127.0.0.1:${child.pid})`,
  );
});

test('a lock that was given back can be taken at once, and leaves nothing behind', async () => {
  const child = new Child(directory);
  await child.tell('lock');
  await child.tell('stop');
  expect(await readdir(directory)).toEqual([]);
  expect(await holderOf(directory)).toBeUndefined();
  await using _lock = await lockDirectory(directory);
  expect(await holderOf(directory)).toEqual({ pid: process.pid });
  expect(await isHeldHere(directory)).toBe(true);
});

test('the lock of a process that was killed can be taken at once', async () => {
  const child = new Child(directory);
  await child.tell('lock');
  await child.kill();
  expect(await readdir(directory)).toHaveLength(1);
  const begin = Date.now();
  await using _lock = await lockDirectory(directory);
  expect(Date.now() - begin).toBeLessThan(2_000);
  expect(await readdir(directory)).toHaveLength(1);
});

test('a process that is busy keeps its lock', async () => {
  const child = new Child(directory);
  await child.tell('lock');
  await child.tell('freeze');
  await expect(lockDirectory(directory)).rejects.toMatchObject({
    code: 'START_FAILED',
    details: { pid: child.pid },
  });
});

test('of many that come at once after a kill, one gets it, again and again', {
  timeout: 120_000,
}, async () => {
  let crowd = Array.from({ length: 5 }, () => new Child(directory));
  for (let round = 0; round < 25; round++) {
    const answers = await Promise.all(crowd.map((child) => child.tell('lock')));
    const holders = crowd.filter((_, at) => answers[at] === 'held');
    expect(answers.filter((answer) => answer !== 'held')).toHaveLength(crowd.length - 1);
    expect(holders).toHaveLength(1);
    expect(await holderOf(directory)).toEqual({ pid: holders[0]!.pid });
    // The next round finds the socket of a process that is gone; every third one a lock that was given back.
    if (round % 3 === 2) await holders[0]!.tell('stop');
    else {
      await holders[0]!.kill();
      crowd = [...crowd.filter((child) => child !== holders[0]), new Child(directory)];
    }
  }
});

test('two in one process exclude each other too', async () => {
  await using _lock = await lockDirectory(directory);
  await expect(lockDirectory(directory)).rejects.toThrow(`process ${process.pid}`);
});

test('a path too long for a socket is locked all the same', async () => {
  const long = `${directory}/${'long/'.repeat(40)}`;
  const child = new Child(long);
  expect(await child.tell('lock')).toBe('held');
  await expect(lockDirectory(long)).rejects.toMatchObject({ code: 'START_FAILED' });
  expect(await holderOf(long)).toEqual({ pid: child.pid });
});

test('a directory that can not be made is named', async () => {
  await writeFile(`${directory}/file`, '');
  await expect(lockDirectory(`${directory}/file/data`)).rejects.toMatchObject({
    code: 'START_FAILED',
    message: expect.stringMatching(/file\/data \(ENOTDIR\): make it writable/),
  });
});
