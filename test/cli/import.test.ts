import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emptyDatabase, graphqlRequest } from '../api/served-application.js';
import { onlyOnPglite } from '../support/database.js';
import { RunningCommand, runCommand, startServer } from './run-command.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'corollary-import-'));
  await writeFile(
    join(folder, 'kin.pl'),
    `:- template(parent(P, C), "{P} is the parent of {C}").
parent(ann, bob).
parent(bob, Cid).
0.5 :: parent(bob, cid).
parent(cid, dee
  .
%! forebear(?Old, ?Young)
forebear(Old, Young) :- parent(Old, Young).
forebear(Old, Young) :- parent(Old, Between), forebear(Between, Young).
parent(cid, dee).
`,
  );
  await writeFile(
    join(folder, 'notes.jsonl'),
    `${[
      { prolog: 'note(1)', text: 'Ann keeps bees behind the house.' },
      { predicate: 'note', arguments: [2], text: 'Bob repairs bicycles.', confidence: 0.9, source: 'letter' },
      { prolog: 'note(3)', confidence: 7 },
      { predicate: 'note' },
      { prolog: 'note(4)', text: 'Dee plays the organ.' },
    ]
      .map((line) => JSON.stringify(line))
      .join('\n')}\n{"prolog"\n`,
  );
  await writeFile(
    join(folder, 'people.csv'),
    'name,age,town\nann,70,Oslo\nbob,45\n"Cid, the younger",12,Rome\n',
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const files = () => ['kin.pl', 'notes.jsonl', 'people.csv'].map((name) => join(folder, name));

const complaints = () => [
  expect.stringMatching(/kin\.pl:3: a fact holds no variables, but Cid is one$/),
  expect.stringMatching(/kin\.pl:6: expected .*\(column \d+\)$/),
  expect.stringMatching(/notes\.jsonl:3: confidence is above 0 and at most 1, not 7$/),
  expect.stringMatching(/notes\.jsonl:6: not JSON: /),
  expect.stringMatching(/people\.csv:3: 2 cells, but the header has 3: name, age, town$/),
];

describe('an import', () => {
  test('into a stopped server stores all that is good, names the rest by line, and may be repeated', async () => {
    const database = await emptyDatabase();
    const settings = { ...database.settings, SAMPLE_DATA: 'off' };
    const first = await runCommand(['import', ...files(), '--source', 'test'], settings);
    expect(first.err.trimEnd().split('\n')).toEqual(complaints());
    expect(first.out).toBe('stored rule module kin\n9 inserted · 0 updated · 0 already known · 5 bad\n');
    expect(first.code).toBe(2);

    const second = await runCommand(['import', ...files(), '--batch', '1', '--source', 'test'], settings);
    expect(second.out).toBe('stored rule module kin\n0 inserted · 0 updated · 9 already known · 5 bad\n');

    const asked = await runCommand(['ask', 'forebear(ann, Young)'], settings);
    expect(asked.out).toContain('Young = dee');
    expect(asked.out).toContain('rule kin:9');
    expect(asked.out).toContain('confidence 0.5 · test');
    const near = await runCommand(['ask', 'somebody who mends bikes', '--json'], settings);
    expect(JSON.parse(near.out).answers.nodes.map(({ goal }: { goal: string }) => goal)).toContain('note(2)');
    const people = await runCommand(
      ['ask', 'people(Name, Age, rome_or_not)', '--json', '--route', 'LOGIC'],
      settings,
    );
    expect(JSON.parse(people.out).answers.nodes).toEqual([]);
    const cid = await runCommand(
      ['ask', "people('Cid, the younger', Age, Town), Age < 18", '--json'],
      settings,
    );
    expect(JSON.parse(cid.out).answers.nodes[0].values).toEqual({ Age: 12, Town: 'Rome' });
    await database.drop();
  }, 120_000);

  test('into a running server does the same', async () => {
    const database = await emptyDatabase();
    const { server, url } = await startServer({ ...database.settings, SAMPLE_DATA: 'off' });
    const args = ['import', ...files(), '--predicate', 'person', '--batch', '2', '--url', url];
    const { code, out, err } = await runCommand(args, {});
    expect(err.trimEnd().split('\n')).toEqual(complaints());
    expect(out).toBe('stored rule module kin\n9 inserted · 0 updated · 0 already known · 5 bad\n');
    expect(code).toBe(2);
    const { data } = await graphqlRequest(url, {
      query:
        '{ facts(filter: { predicate: "person" }) { totalCount } search(input: { text: "bees" }) { facts { fact { prolog } } } }',
    });
    expect(data.facts.totalCount).toBe(2);
    expect(data.search.facts[0].fact.prolog).toBe('note(1)');
    server.kill('SIGTERM');
    await server.ended;
    await database.drop();
  }, 60_000);

  test('whose rules are refused keeps the facts, and ends with code 2', async () => {
    const database = await emptyDatabase();
    const file = join(folder, 'bad-rules.pl');
    await writeFile(file, 'p(1).\n\nq(X) :- r(X).\n');
    const { code, out, err } = await runCommand(['import', file], {
      ...database.settings,
      SAMPLE_DATA: 'off',
    });
    expect(err).toMatch(/bad-rules\.pl:3:9 +error +UNKNOWN_PREDICATE/);
    expect(out).toMatch(/^the rules of .* were refused; its facts are stored\n1 inserted/);
    expect(code).toBe(2);
    await database.drop();
  }, 60_000);
});

onlyOnPglite('a process that is killed in the middle of an import', () => {
  const count = 30_000;
  const large = () => join(folder, 'large.csv');
  beforeAll(async () => {
    const rows = Array.from({ length: count }, (_, i) => `item_${i},${i}`);
    await writeFile(large(), `name,number\n${rows.join('\n')}\n`);
  });

  test('has stored what it acknowledged, and the rest can be imported again', async () => {
    const database = await emptyDatabase();
    const settings = { ...database.settings, SAMPLE_DATA: 'off' };
    const { server, url } = await startServer(settings);
    const query = 'mutation ($input: AssertFactsInput!) { assertFacts(input: $input) { inserted } }';
    let acknowledged = 0;
    setTimeout(() => server.kill('SIGKILL'), 1_500);
    for (let from = 0; from < count; from += 100) {
      const facts = Array.from({ length: 100 }, (_, i) => ({
        predicate: 'large',
        arguments: [`item_${from + i}`, from + i],
      }));
      const input = { facts, awaitEmbedding: false };
      const reply = await graphqlRequest(url, { query, variables: { input } }).catch(() => undefined);
      if (reply?.data?.assertFacts?.inserted !== 100) break;
      acknowledged += 100;
    }
    expect((await server.ended).code).toBeNull();
    expect(acknowledged).toBeGreaterThan(0);
    expect(acknowledged).toBeLessThan(count);

    const { code, out } = await runCommand(['import', large()], settings);
    const [, inserted, known] = /^(\d+) inserted · 0 updated · (\d+) already known · 0 bad/m.exec(out)!;
    expect(code).toBe(0);
    expect(Number(known)).toBeGreaterThanOrEqual(acknowledged);
    expect(Number(known)).toBeLessThanOrEqual(acknowledged + 100);
    expect(Number(inserted) + Number(known)).toBe(count);
    await database.drop();
  }, 120_000);

  test('without a server leaves a data directory that opens again', async () => {
    const database = await emptyDatabase();
    const settings = { ...database.settings, SAMPLE_DATA: 'off' };
    const first = new RunningCommand(['import', large(), '--batch', '100'], settings);
    await sleep(6_000);
    first.kill('SIGKILL');
    await first.ended;
    const { out, code } = await runCommand(['import', large()], settings);
    const [, inserted, known] = /^(\d+) inserted · 0 updated · (\d+) already known · 0 bad/m.exec(out)!;
    expect(code).toBe(0);
    expect(Number(known) % 100).toBe(0);
    expect(Number(inserted) + Number(known)).toBe(count);
    const { data } = await (async () => {
      const { server, url } = await startServer(settings);
      const reply = await graphqlRequest(url, { query: '{ facts(first: 0) { totalCount } }' });
      server.kill('SIGTERM');
      await server.ended;
      return reply;
    })();
    expect(data.facts.totalCount).toBe(count);
    await database.drop();
  }, 120_000);
});
