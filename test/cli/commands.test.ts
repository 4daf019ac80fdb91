import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emptyDatabase, graphqlRequest } from '../api/served-application.js';
import { onlyOnPglite } from '../support/database.js';
import { runCommand, startServer } from './run-command.js';

let database: Awaited<ReturnType<typeof emptyDatabase>>;
beforeAll(async () => {
  database = await emptyDatabase();
});
afterAll(() => database.drop());

/** One line, so that a log or a screen shows it whole. */
const oneLine = (text: string) => expect.stringMatching(new RegExp(`^corollary: [^\\n]*${text}[^\\n]*\\n$`));

describe('corollary', () => {
  test('helps', async () => {
    const { code, out } = await runCommand([], {});
    expect(code).toBe(0);
    for (const name of ['start', 'ask', 'import', 'rules', 'status'])
      expect(out).toContain(`corollary ${name}`);
    expect((await runCommand(['import', '--help'], {})).out).toContain('.jsonl');
    expect((await runCommand(['--version'], {})).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test.each([
    [['dance'], /no command dance/],
    [['toString'], /no command toString/],
    [['ask'], /one question/],
    [['ask', 'a', 'b'], /one question/],
    [['ask', 'a', '--route', 'SIDEWAYS'], /--route is one of/],
    [['ask', 'a', '--first', 'many'], /--first is a whole number/],
    [['ask', 'a', '--colour', 'red'], /colour/],
    [['import'], /needs a file/],
    [['import', 'a.xls'], /give --format/],
    [['import', 'a.pl', '--batch', '0'], /--batch is a whole number/],
    [['rules', 'burn', 'a.pl'], /rules put FILE/],
  ])('%j is a wrong use, and says why', async (args, why) => {
    const { code, err } = await runCommand(args, {});
    expect(code).toBe(64);
    expect(err).toMatch(why);
  });

  test.each([
    [{ PORT: 'high' }, 'PORT is "high", but must be a whole number from 0 to 65535'],
    [{ REASONER: 'oracle' }, 'REASONER'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL'],
    [{ DATABASE_URL: 'mysql://x' }, 'DATABASE_URL must be a URL'],
    [{ DATABASE_URL: 'postgresql://nobody:secret@127.0.0.1:1/none' }, '127.0.0.1'],
    [{ DATABASE_URL: '', DATA_DIR: '/dev/null/data' }, 'DATA_DIR'],
    [{ EMBEDDING_MODEL: 'no-such-model' }, 'EMBEDDING_MODEL'],
  ] as Record<string, string>[][])(
    'with %j does not start, and says so in one line',
    async (settings, line) => {
      const { code, err, out } = await runCommand(['start'], { ...database.settings, ...settings });
      expect(code).toBe(1);
      expect(out).toBe('');
      expect(err).toEqual(oneLine(String(line).replace(/[.()]/g, '\\$&')));
      expect(err).not.toContain('secret');
    },
  );

  test('cannot ask a server that is not there', async () => {
    const { code, err } = await runCommand(['status', '--url', 'http://127.0.0.1:1'], {});
    expect(code).toBe(1);
    expect(err).toEqual(oneLine('does not answer .*npm start'));
  });

  test('cannot import a file that is not there', async () => {
    const { code, err } = await runCommand(['import', '/no/such/file.pl'], database.settings);
    expect(code).toBe(1);
    expect(err).toEqual(oneLine('/no/such/file.pl cannot be read \\(ENOENT\\)'));
  });
});

onlyOnPglite('a server', () => {
  test('shows what to try, is found by commands, keeps others out, and stops when told to', async () => {
    const { settings, drop } = await emptyDatabase();
    const { server, url } = await startServer(settings);
    try {
      expect(server.out).toMatch(/^Corollary \d.* · embedded PostgreSQL in .* · model .* · reasoner swi\n/);
      expect(server.out).toMatch(/sample knowledge base: \d+ facts, \d+ rules /);
      const samples = [...server.out.matchAll(/npx corollary ask (.*)/g)].map(([, args]) => args!);
      expect(samples).toHaveLength(5);
      const routes = [];
      for (const sample of samples) {
        const args = [...sample.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
        const { code, out } = await runCommand(['ask', ...args], settings);
        expect(code).toBe(0);
        expect(out).toMatch(/\n1 {2}.*score \d\.\d\d\n/);
        routes.push(out.split(' ', 1)[0]);
      }
      expect(routes).toEqual(['LOGIC', 'HYBRID', 'DENSE', 'LOGIC', 'HYBRID']);

      expect((await runCommand(['status'], settings)).out).toContain(`the server at ${url}`);
      const json = await runCommand(['ask', 'depends(checkout, D)', '--json'], settings);
      expect(JSON.parse(json.out).route.route).toBe('LOGIC');

      const second = await runCommand(['start'], { ...settings, PORT: '0' });
      expect(second).toMatchObject({ code: 1, out: '', err: oneLine('is in use by process \\d+') });

      const elsewhere = await emptyDatabase();
      const taken = await runCommand(['start'], { ...elsewhere.settings, PORT: new URL(url).port });
      expect(taken).toMatchObject({
        code: 1,
        out: '',
        err: oneLine('is taken: stop what listens there, or set PORT'),
      });
      await elsewhere.drop();
    } finally {
      server.kill('SIGTERM');
    }
    expect(await server.ended).toMatchObject({ code: 0, err: '' });

    // The second start opens what the first one left.
    const again = await startServer(settings);
    again.server.kill('SIGINT');
    expect(await again.server.ended).toMatchObject({ code: 0, err: '' });
    await drop();
  }, 120_000);

  test('ends at once when it is told to a second time', async () => {
    const { settings, drop } = await emptyDatabase();
    const { server, url } = await startServer({ ...settings, SAMPLE_DATA: 'off' });
    const query =
      '{ prove(input: { goal: "between(1, 900000000, N), N < 0", limits: { timeMs: 60000, inferences: 2000000000 } }) { complete } }';
    const question = graphqlRequest(url, { query }).catch(() => undefined);
    await sleep(300);
    server.kill('SIGINT');
    await server.printed(/stopping/);
    // At once it is taken for the same Ctrl-C, which npm passes on once more.
    server.kill('SIGINT');
    await sleep(700);
    server.kill('SIGINT');
    expect((await server.ended).code).toBe(130);
    await question;
    await drop();
  }, 60_000);

  test('that is no Corollary is told apart', async () => {
    const other = createServer((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    const { code, err } = await runCommand(['status', '--url', `http://127.0.0.1:${port}`], {});
    other.close();
    expect(code).toBe(1);
    expect(err).toEqual(oneLine('not like Corollary'));
  });
});

describe('rules', () => {
  const file = async (name: string, text: string) => {
    const folder = join(database.settings.DATA_DIR!, 'rules');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };
  const settings = () => ({ ...database.settings, SAMPLE_DATA: 'off' });

  test('are checked, stored, and refused with the place of each fault', async () => {
    const good = await file('kin.pl', 'parent(a, b).\nolder(X, Y) :- parent(X, Y).\n');
    const checked = await runCommand(['rules', 'check', good], settings());
    expect(checked).toMatchObject({ code: 0, out: `${good}: no errors\n` });
    const stored = await runCommand(['rules', 'put', good], settings());
    expect(stored).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^stored rule module kin \(revision \d+\)\n$/),
    });

    const bad = await file('broken.pl', 'a(X) :- parnt(X, _).\n\nb(X) :- parent(X, .\n');
    const refused = await runCommand(['rules', 'put', bad], settings());
    expect(refused.code).toBe(1);
    expect(refused.out).toBe(
      `${bad}:1:9   error  UNKNOWN_PREDICATE  parnt/2 is not known; did you mean parent/2?\n` +
        `${bad}:3:19  error  PROLOG_SYNTAX      expected a term but found the full stop\nnothing was stored\n`,
    );
    const asked = await runCommand(['ask', 'older(a, Y)'], settings());
    expect(asked.out).toContain('older(a, b)');
  }, 60_000);
});
