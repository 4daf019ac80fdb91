import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { emptyDatabase, type ServedApplication, serveApplication } from '../api/served-application.js';
import { RunningCommand, runCommand } from './run-command.js';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

let served: ServedApplication;
let folder: string;
const sentences = ['lost', 'delayed', 'repeated', 'encrypted', 'restored', 'rejected'].flatMap((did) =>
  ['payments', 'invoices', 'parcels', 'passwords', 'pictures'].map(
    (what) => `the warehouse ${did} ${what} at night`,
  ),
);
const facts = sentences.map((text, n) => ({ prolog: `said(${n})`, text }));

beforeAll(async () => {
  served = await serveApplication();
  folder = await mkdtemp(join(tmpdir(), 'corollary-vectors-'));
  const { errors } = await served.request(
    'mutation ($facts: [FactInput!]!) { assertFacts(input: { facts: $facts }) { inserted } }',
    { facts },
  );
  expect(errors).toBeUndefined();
});
afterAll(async () => {
  await served.stop();
  await rm(folder, { recursive: true });
});

/** A command against the server. */
const run = (...args: string[]) => runCommand([...args, '--url', served.url], {});

/** Of the space in this state, as the server has it. */
async function idOf(state: string): Promise<string> {
  return (await spaces()).find((space) => space.state === state)!.id;
}

async function spaces(): Promise<{ id: string; state: string; coverage: number }[]> {
  const { data } = await served.request('{ embeddingSpaces { id state coverage dimensions } }');
  return data.embeddingSpaces;
}

test.each([
  [['reembed'], /needs one model/],
  [['reembed', 'a', 'b'], /needs one model/],
  [['reembed', 'a', '--dimensions', 'few'], /--dimensions is a whole number/],
  [['reembed', 'a', '--min-agreement', '2'], /--min-agreement is a number from 0 to 1/],
  [['reembed', 'a', '--rate', '0'], /--rate is a number of at least/],
  [['reembed', 'a', '--projection', 'magic'], /--projection is pca:DIMENSIONS/],
  [['reembed', 'a', '--projection', 'pca:0'], /--projection is pca:DIMENSIONS/],
  [['jobs', 'cancel'], /the ID of a job/],
  [['jobs', 'dance', 'job:1'], /the ID of a job/],
  [['spaces', 'drop'], /the ID of a space/],
  [['vectors'], /vectors export FILE/],
  [['vectors', 'import'], /needs one file/],
  [['vectors', 'export', 'a', '--format', 'csv'], /--format is copy or jsonl/],
])('%j is a wrong use, and says why', async (args, why) => {
  const { code, err } = await runCommand(args, {});
  expect(code).toBe(64);
  expect(err).toMatch(why);
});

describe('over HTTP', () => {
  test('reembed changes the dimensions and says what came of it; spaces goes back and drops', async () => {
    const before = await idOf('ACTIVE');
    const { code, out, err } = await run('reembed', 'corollary-mini', '--dimensions', '128');
    expect(err).not.toMatch(/defect/);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^30 sentences embedded by corollary-mini \(128 dimensions\)\nverified: 30 computed again, cosine (1\.0000|0\.999\d) or more · ten nearest agree for \d+ %/,
    );
    expect(out).toMatch(/space (\S+) is searched from now on/);
    const table = (await run('spaces')).out;
    expect(table).toMatch(/ACTIVE +corollary-mini +128 +30 +100 %/);
    expect(table).toMatch(/RETIRED +corollary-mini +384 +30 +100 %/);

    expect((await run('spaces', 'activate', before)).out).toMatch(
      /corollary-mini, 384 dimensions\) is searched/,
    );
    const verified = await run('spaces', 'verify', before, '--against', await idOf('RETIRED'));
    expect(verified).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^30 computed again[\s\S]*agree for[\s\S]*100 % of[\s\S]*all is well/),
    });
    const refused = await run('spaces', 'drop', before);
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/^corollary: .+\n$/);
    expect(await run('spaces', 'drop', await idOf('RETIRED'))).toMatchObject({ code: 0 });
    expect((await run('jobs')).out).toMatch(/SUCCEEDED +30 \/ 30 .* dropped/);
  });

  test('a job that fails changes nothing, and says why', async () => {
    const [before] = await spaces();
    const { code, err } = await run(
      'reembed',
      'corollary-mini',
      '--projection',
      'pca:1',
      '--min-agreement',
      '0.99',
    );
    expect(code).toBe(1);
    expect(err).toMatch(/job job:\d+ failed/);
    expect(err).toMatch(/agree .* 0.99 is wanted/);
    expect(err).toMatch(/what was searched before still is/);
    expect((await spaces())[0]).toEqual(before);
    const unknown = await run('reembed', 'no-such-model');
    expect(unknown).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^corollary: .*no model "no-such-model".*\n$/),
    });
  });

  test('Ctrl-C leaves a job to the server; jobs shows, ends and resumes it', async () => {
    // Two sentences a second: there is time.
    const slow = [
      'reembed',
      'corollary-mini',
      '--dimensions',
      '256',
      '--rate',
      '2',
      '--manual',
      '--url',
      served.url,
    ];
    const running = new RunningCommand(slow, {});
    await vi.waitFor(() => expect(running.err).toMatch(/re-embedding +\d+ %/), {
      timeout: 120_000,
      interval: 100,
    });
    running.kill('SIGINT');
    const { code, err } = await running.ended;
    expect(code).toBe(130);
    const [, id] = /job (\S+) goes on in the server at/.exec(err) ?? [];
    expect((await run('jobs')).out).toContain(id);
    expect((await run('jobs', 'cancel', id!)).out).toMatch(/is cancelled, \d+ of 30 sentences done/);
    const resumed = await run('jobs', 'resume', id!);
    expect(resumed).toMatchObject({
      code: 0,
      out: expect.stringMatching(/30 sentences embedded[\s\S]*is ready: corollary spaces activate/),
    });
    expect(await run('spaces', 'drop', await idOf('READY'))).toMatchObject({ code: 0 });
    const detached = await run('reembed', 'corollary-mini', '--dimensions', '256', '--manual', '--detach');
    expect(detached).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^job \S+ has begun in the server at/),
    });
    const [, other] = /job (\S+)/.exec(detached.out)!;
    expect(await run('jobs', 'follow', other!)).toMatchObject({ code: 0 });
  });

  test.each(['copy', 'jsonl'])('vectors go to a %s file and come back as a space', async (ending) => {
    const file = join(folder, `vectors.${ending}`);
    expect(await run('reembed', 'corollary-mini', '--dimensions', '64', '--manual')).toMatchObject({
      code: 0,
    });
    const ready = await idOf('READY');
    const { out, code } = await run('vectors', 'export', file, '--space', ready);
    expect(code).toBe(0);
    expect(out).toBe(`30 vectors of corollary-mini (64 dimensions) written to ${file}\n`);
    expect((await readdir(folder)).some((name) => name.endsWith('.partial'))).toBe(false);
    await run('spaces', 'drop', ready);

    const imported = await run('vectors', 'import', file, '--manual');
    expect(imported.err).not.toMatch(/vectors are of/);
    expect(imported).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^30 of 30 vectors imported[\s\S]*30 sentences embedded[\s\S]*is ready/),
    });
    const copy = join(folder, `again.${ending}`);
    await run('vectors', 'export', copy, '--space', await idOf('READY'));
    const hashes = await Promise.all(
      [file, copy].map(async (name) =>
        createHash('sha256')
          .update(await readFile(name))
          .digest('hex'),
      ),
    );
    expect(hashes[1]).toBe(hashes[0]);
    await run('spaces', 'drop', await idOf('READY'));
  });

  test('a bad file is refused by its line or byte, before anything is changed', async () => {
    const state = () => served.request('{ embeddingSpaces { id state } jobs { nodes { id state } } }');
    const before = await state();
    const good = join(folder, 'good.jsonl');
    await run('vectors', 'export', good);
    const lines = (await readFile(good, 'utf8')).split('\n');
    const bad = join(folder, 'bad.jsonl');
    const fails = async (text: string, why: RegExp, name = bad) => {
      await writeFile(name, text);
      const { code, err } = await run('vectors', 'import', name);
      expect(code).toBe(1);
      expect(err).toMatch(why);
    };
    const { vector, ...row } = JSON.parse(lines[4]!);
    await fails(
      [...lines.slice(0, 4), JSON.stringify({ ...row, vector: vector.slice(1) })].join('\n'),
      /bad\.jsonl, line 5: the vector has 383 dimensions/,
    );
    await fails([...lines.slice(0, 7), lines[7]!.slice(0, -20)].join('\n'), /bad\.jsonl, line 8: not JSON/);
    await fails(
      [...lines.slice(0, 4), JSON.stringify({ ...row, vector: [2, ...vector.slice(1)] })].join('\n'),
      /line 5: the vector has length/,
    );
    await fails('nothing of the kind', /bad\.copy, byte 0: this is no file/, join(folder, 'bad.copy'));
    const other = { ...JSON.parse(lines[0]!), fingerprint: 'f'.repeat(64) };
    await fails([JSON.stringify(other), ...lines.slice(1)].join('\n'), /makes vectors of another space here/);
    expect(await run('vectors', 'import', join(folder, 'none.copy'))).toMatchObject({
      code: 1,
      err: expect.stringMatching(/cannot be read \(ENOENT\)/),
    });
    expect(await state()).toEqual(before);
  });
});

test('on a database that no server has open, Ctrl-C leaves a job that the next command goes on with', async () => {
  const own = await emptyDatabase();
  try {
    const settings = { SAMPLE_DATA: 'off', ...own.settings };
    const file = join(folder, 'said.jsonl');
    await writeFile(file, facts.map((fact) => JSON.stringify(fact)).join('\n'));
    expect(await runCommand(['import', file], settings)).toMatchObject({ code: 0 });
    const slow = ['reembed', 'corollary-mini', '--dimensions', '64', '--rate', '2'];
    expect(await runCommand([...slow, '--detach'], settings)).toMatchObject({ code: 64 });
    const running = new RunningCommand(slow, settings);
    await vi.waitFor(() => expect(running.err).toMatch(/re-embedding +\d+ %/), {
      timeout: 120_000,
      interval: 100,
    });
    running.kill('SIGINT');
    const { code, err } = await running.ended;
    expect(code).toBe(130);
    const [, id] = /job (\S+) stops here, with what it has done kept/.exec(err) ?? [];
    expect(await runCommand(['jobs', 'follow', id!], settings)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^30 sentences embedded[\s\S]*is searched from now on/),
    });
  } finally {
    await own.drop();
  }
});
