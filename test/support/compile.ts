import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Its time is the beginning of the last compilation. */
const stamp = `${root}dist/.compiled`;
const turn = `${root}dist/.compiling`;
const LONGEST_MS = 60_000;

/** Compiles src/ to dist/, unless no source is newer than the last time. */
export function compile(): void {
  mkdirSync(`${root}dist`, { recursive: true });
  awaitTurn();
  try {
    if (!isUpToDate()) runCompiler();
  } finally {
    rmSync(turn, { recursive: true, force: true });
  }
}

function isUpToDate(): boolean {
  const made = timeOf(stamp);
  const names = readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' });
  return (
    made > 0 &&
    names.filter((name) => /\.(ts|json)$/.test(name)).every((name) => timeOf(`${root}src/${name}`) < made)
  );
}

function runCompiler(): void {
  const begin = new Date();
  const tsc = `${root}node_modules/typescript/bin/tsc`;
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', 'src', '--incremental', 'false'], {
    cwd: root,
    encoding: 'utf8',
  });
  // Code is emitted all the same. `npm run typecheck` is where errors of type stop the line.
  if (status !== 0) console.warn(`tsc -p src\n${stdout}`);
  writeFileSync(stamp, '');
  utimesSync(stamp, begin, begin);
}

/** Two runs at the same time write the same files one after the other. */
function awaitTurn(): void {
  const asleep = new Int32Array(new SharedArrayBuffer(4));
  for (;;) {
    try {
      mkdirSync(turn);
      return;
    } catch {
      // Who took it may have been killed; or has just given it back, and there is nothing to remove.
      if (Date.now() - timeOf(turn) > LONGEST_MS) rmSync(turn, { recursive: true, force: true });
      else Atomics.wait(asleep, 0, 0, 50);
    }
  }
}

function timeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
