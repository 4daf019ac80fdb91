import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A program of one file, with the real launcher. */
let folder: string;
beforeEach(() => {
  // Within the checkout, so that the compiler is found.
  mkdirSync(join(root, 'node_modules/.cache'), { recursive: true });
  folder = mkdtempSync(join(root, 'node_modules/.cache/launcher-'));
  mkdirSync(join(folder, 'src/cli'), { recursive: true });
  cpSync(join(root, 'src/cli/corollary.mjs'), join(folder, 'src/cli/corollary.mjs'));
  cpSync(join(root, 'src/tsconfig.json'), join(folder, 'src/tsconfig.json'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  program("console.log('one', ...process.argv.slice(2));");
});
afterEach(() => rmSync(folder, { recursive: true }));

const source = () => join(folder, 'src/cli/main.ts');
const program = (text: string) => writeFileSync(source(), `${text}\nexport {};\n`);
const launch = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(folder, 'src/cli/corollary.mjs'), ...args],
    { encoding: 'utf8', cwd: tmpdir() },
  );
  return { status, out: stdout, err: stderr };
};

describe('the launcher', () => {
  test('compiles what was never compiled, and what has changed, and nothing else', () => {
    expect(launch('a', 'b')).toEqual({ status: 0, out: 'one a b\n', err: 'compiling src/ …\n' });
    expect(launch()).toEqual({ status: 0, out: 'one\n', err: '' });
    program("console.log('two');");
    utimesSync(source(), new Date(), new Date(statSync(source()).mtimeMs + 2_000));
    expect(launch()).toMatchObject({ out: 'two\n', err: 'compiling src/ …\n' });
  });

  test('starts nothing that does not compile', () => {
    program('const wrong: number = "text";');
    const { status, out, err } = launch();
    expect(status).toBe(1);
    expect(out).toBe('');
    expect(err).toContain('does not compile');
  });

  test('just runs a package that comes compiled', () => {
    launch();
    rmSync(join(folder, 'src/tsconfig.json'));
    rmSync(source());
    expect(launch('x')).toEqual({ status: 0, out: 'one x\n', err: '' });
  });
});
