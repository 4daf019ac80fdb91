import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emptyDatabase } from '../api/served-application.js';
import { examples, facts } from '../asking/learning/world.js';
import { runCommand } from './run-command.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'corollary-patterns-'));
  await writeFile(join(folder, 'world.pl'), `${facts.join('.\n')}.\nname(X, Y) :- X = Y.\n`);
  const lines = examples.map((each) => JSON.stringify(each)).join('\n');
  await writeFile(join(folder, 'examples.jsonl'), lines);
  await writeFile(join(folder, 'bad.jsonl'), `${lines}\n{"question": "who", "goal": "p(X"}\n`);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

// Each command starts a process of its own.
describe('corollary patterns learn', { timeout: 180_000 }, () => {
  test('stores a module by which a question that no example has is answered', async () => {
    const database = await emptyDatabase();
    const settings = { ...database.settings, SAMPLE_DATA: 'off' };
    await runCommand(['import', join(folder, 'world.pl')], settings);
    const learned = await runCommand(
      ['patterns', 'learn', join(folder, 'examples.jsonl'), '--rounds', '6'],
      settings,
    );
    expect(learned).toMatchObject({ code: 0 });
    expect(learned.out).toMatch(
      /learned \d+ whole questions and \d+ pieces from \d+ examples\nstored rule module/,
    );
    const question = 'who leads the team that owns what login depends on?';
    const asked = await runCommand(['ask', question], settings);
    expect(asked.out).toMatch(/^LOGIC[\s\S]*X = cem/);
    await database.drop();
  });

  test('writes to a file what it would store, and stores nothing', async () => {
    const database = await emptyDatabase();
    const settings = { ...database.settings, SAMPLE_DATA: 'off' };
    const out = join(folder, 'learned.pl');
    const file = join(folder, 'examples.jsonl');
    const { code } = await runCommand(['patterns', 'learn', file, '--out', out, '--rounds', '1'], settings);
    expect(code).toBe(0);
    expect(await readFile(out, 'utf8')).toContain(':- piece(p1, ');
    const check = await runCommand(['rules', 'check', out], settings);
    expect(check.out).not.toContain('BAD_PIECE');
    await database.drop();
  });

  test('names a bad line and writes nothing', async () => {
    const out = join(folder, 'none.pl');
    const settings = { DATA_DIR: join(folder, 'data'), SAMPLE_DATA: 'off' };
    const { code, err } = await runCommand(
      ['patterns', 'learn', join(folder, 'bad.jsonl'), '--out', out],
      settings,
    );
    expect(code).toBe(1);
    expect(err).toMatch(new RegExp(`bad\\.jsonl:${examples.length + 1} +expected`));
    await expect(readFile(out)).rejects.toThrow('ENOENT');
  });
});
