import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ModelsFolder, tinyEntry } from '../../embedding/installed-model.js';
import { type Ran, RunningCommand, runCommand } from '../run-command.js';
import { FileServer, sha256Of } from './file-server.js';

let folder: ModelsFolder;
beforeEach(async () => {
  folder = await ModelsFolder.create();
});
afterEach(() => folder.remove());

const models = (args: readonly string[], settings: Readonly<Record<string, string>> = {}): Promise<Ran> =>
  runCommand(['models', ...args], { MODELS_DIR: folder.path, ...settings });

const inModel = (path: string) => join(folder.path, 'tiny', path);

/** A tiny model with an entry whose checksums are right. @returns its files */
async function brought(name = 'tiny'): Promise<{ model: Buffer; tokenizer: Buffer; entry: object }> {
  await folder.install({ name });
  const model = await readFile(join(folder.path, name, 'model.onnx'));
  const tokenizer = await readFile(join(folder.path, name, 'tokenizer.json'));
  const entry = tinyEntry({
    name,
    source: { kind: 'huggingface', repository: 'who/what', revision: 'abc' },
    files: {
      model: { path: 'model.onnx', bytes: model.length, sha256: sha256Of(model) },
      tokenizer: { path: 'tokenizer.json', bytes: tokenizer.length, sha256: sha256Of(tokenizer) },
    },
  });
  await folder.remove();
  await mkdir(folder.path);
  await folder.writeRegistry(entry);
  return { model, tokenizer, entry };
}

describe('models', () => {
  it.each([
    [[], /models takes one of list, pull, add/],
    [['dance'], /models takes one of/],
    [['pull'], /takes one name/],
    [['pull', 'a', 'b'], /takes one name/],
    [['list', 'tiny'], /takes no name/],
    [['verify'], /takes one name/],
    [['add'], /takes a directory/],
    [['compare', 'a', 'b'], /--texts FILE/],
    [['compare', 'a', '--texts', 'x'], /two names/],
    [['bench', 'a', '--seconds', 'many'], /--seconds is a whole number/],
    [['list', '--colour'], /colour/],
  ])('%j is a wrong use, and says why', async (args, why) => {
    const { code, err } = await models(args);
    expect(code).toBe(64);
    expect(err).toMatch(why);
  });

  it('says which models are meant by a name that is not known', async () => {
    for (const action of ['pull', 'verify', 'bench']) {
      const { code, err } = await models([action, 'bge-m3-int9']);
      expect(code).toBe(1);
      expect(err).toMatch(
        /^corollary: There is no model "bge-m3-int9"\. Did you mean [^?\n]*bge-m3-int8[^\n]*\n$/,
      );
    }
  });
});

describe('models list', () => {
  it('shows what is known, and what of it is installed', async () => {
    await folder.install();
    const { code, out } = await models(['list']);
    expect(code).toBe(0);
    expect(out).toMatch(/^model +installed +size +dimensions +tokens +precision +languages +licence\n/);
    expect(out).toMatch(/^corollary-mini +yes +\S+ MB +384 .* en\b.* Apache-2\.0$/m);
    expect(out).toMatch(/^bge-m3 +no +2\.29 GB +1024 +8192 +fp32 +many +MIT$/m);
    expect(out).toMatch(/^Qwen3-Embedding-8B +remote +4096 /m);
    expect(out).toMatch(/^tiny +yes +\S+ kB +16 +32 +fp32 +en +Apache-2\.0$/m);
  });

  it('gives the same as JSON', async () => {
    await folder.install();
    const rows: Record<string, unknown>[] = JSON.parse((await models(['list', '--json'])).out);
    const size = (await stat(inModel('model.onnx'))).size + (await stat(inModel('tokenizer.json'))).size;
    expect(rows.find(({ name }) => name === 'tiny')).toMatchObject({
      installed: true,
      bytes: size,
      dimensions: 16,
      outputs: ['dense'],
    });
  });
});

describe('models pull', () => {
  async function hub(): Promise<FileServer> {
    const server = await FileServer.start();
    const { model, tokenizer } = await brought();
    server.files.set('who/what/resolve/abc/model.onnx', model);
    server.files.set('who/what/resolve/abc/tokenizer.json', tokenizer);
    return server;
  }

  it('fetches a model, which is well then', async () => {
    const server = await hub();
    const { code, out } = await models(['pull', 'tiny'], { HF_ENDPOINT: `${server.url}/`, HF_TOKEN: 'hf_x' });
    expect(code).toBe(0);
    expect(out).toMatch(
      /^fetched tokenizer\.json\nfetched model\.onnx\ntiny is installed in .*models verify tiny/,
    );
    expect(server.requests.map(({ token }) => token)).toEqual(['Bearer hf_x', 'Bearer hf_x']);
    expect((await models(['verify', 'tiny'])).code).toBe(0);
    expect((await models(['pull', 'tiny'], { HF_ENDPOINT: server.url })).out).toMatch(/installed already/);
  });

  it('refuses a file with a wrong byte, in one line and without the token', async () => {
    const server = await hub();
    const wrong = Buffer.from(server.files.get('who/what/resolve/abc/model.onnx')!);
    wrong[500]! ^= 1;
    server.files.set('who/what/resolve/abc/model.onnx', wrong);
    const { code, err } = await models(['pull', 'tiny'], { HF_ENDPOINT: server.url, HF_TOKEN: 'hf_x' });
    expect(code).toBe(1);
    expect(err).toMatch(/^corollary: [^\n]*model\.onnx is not the file that the registry describes[^\n]*\n$/);
    expect(err).not.toContain('hf_x');
    expect(await readdir(inModel('.'))).toEqual(['tokenizer.json']);
    expect((await models(['verify', 'tiny'])).code).toBe(1);
  });

  it('says what the hub lacks', async () => {
    const server = await hub();
    server.files.clear();
    const { code, err } = await models(['pull', 'tiny'], { HF_ENDPOINT: server.url });
    expect(code).toBe(1);
    expect(err).toMatch(/there is no such file \(404\)/);
  });

  it('pulls what a family has for this machine', async () => {
    const server = await hub();
    const { models: entries } = JSON.parse(await readFile(join(folder.path, 'registry.json'), 'utf8'));
    const family = { name: 'auto', description: 'x', runtime: 'family', int8: 'tiny', fp32: 'tiny' };
    await folder.writeRegistry(...entries, family);
    const { code, out } = await models(['pull', 'auto'], { HF_ENDPOINT: server.url });
    expect(code).toBe(0);
    expect(out).toMatch(/^auto is tiny on this machine\n/);
  });

  it('has nothing to fetch for a model that runs elsewhere, or comes along', async () => {
    expect((await models(['pull', 'Qwen3-Embedding-4B'])).err).toMatch(/runs at an endpoint/);
    expect((await models(['pull', 'corollary-mini'])).err).toMatch(/comes with Corollary/);
  });

  it('leaves a part when it is interrupted, and goes on with it the next time', async () => {
    const server = await hub();
    const path = 'who/what/resolve/abc/model.onnx';
    const model = server.files.get(path)!;
    server.misbehaviour = (request, response) => {
      if (!request.url!.endsWith('model.onnx')) return false;
      response.writeHead(200, { etag: `"${sha256Of(model)}"`, 'content-length': model.length });
      response.write(model.subarray(0, 1_000));
      return true;
    };
    const running = new RunningCommand(['models', 'pull', 'tiny'], {
      MODELS_DIR: folder.path,
      HF_ENDPOINT: server.url,
    });
    await expect
      .poll(
        () =>
          stat(inModel('model.onnx.part')).then(
            ({ size }) => size,
            () => 0,
          ),
        { timeout: 20_000 },
      )
      .toBe(1_000);
    running.kill('SIGINT');
    expect(await running.ended).toMatchObject({ code: 130, err: expect.stringContaining('stopped') });
    server.misbehaviour = undefined;
    server.requests.length = 0;
    expect((await models(['pull', 'tiny'], { HF_ENDPOINT: server.url })).code).toBe(0);
    expect(server.requests.map(({ range }) => range)).toEqual(['bytes=1000-']);
    expect(sha256Of(await readFile(inModel('model.onnx')))).toBe(sha256Of(model));
  });

  it('goes on after it was killed, and lets only one pull at a time', async () => {
    const server = await hub();
    let holds = true;
    server.misbehaviour = (request, response) => {
      if (!holds || !request.url!.endsWith('model.onnx')) return false;
      response.writeHead(200, {
        'content-length': server.files.get('who/what/resolve/abc/model.onnx')!.length,
      });
      response.flushHeaders();
      return true;
    };
    const settings = { MODELS_DIR: folder.path, HF_ENDPOINT: server.url };
    const first = new RunningCommand(['models', 'pull', 'tiny'], settings);
    await expect.poll(() => server.requests.length, { timeout: 20_000 }).toBe(2);
    const second = await models(['pull', 'tiny'], { HF_ENDPOINT: server.url });
    expect(second).toMatchObject({
      code: 1,
      err: expect.stringMatching(/Process \d+ is pulling tiny already/),
    });
    first.kill('SIGKILL');
    await first.ended;
    holds = false;
    expect((await models(['pull', 'tiny'], { HF_ENDPOINT: server.url })).code).toBe(0);
  });

  it('draws a bar on a terminal', async () => {
    const server = await hub();
    const main = new URL('../../../dist/cli/main.js', import.meta.url).pathname;
    const script = spawn('script', ['-qec', `${process.execPath} ${main} models pull tiny`, '/dev/null'], {
      env: { PATH: process.env.PATH, MODELS_DIR: folder.path, HF_ENDPOINT: server.url, TERM: 'xterm' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let out = '';
    script.stdout.setEncoding('utf8').on('data', (text) => {
      out += text;
    });
    const ended = await new Promise((resolve) => {
      script.once('error', () => resolve('absent'));
      script.once('close', resolve);
    });
    if (ended === 'absent') return;
    expect(ended).toBe(0);
    expect(out).toMatch(/tiny {2}.*█.* %/s);
    expect(out).toContain('fetched model.onnx');
  });
});

describe('models add', () => {
  it('takes over weights that lie somewhere, also through the links of a cache', async () => {
    const { model, tokenizer } = await brought();
    const snapshot = join(folder.path, 'cache/snapshot');
    await folder.writeFile('cache/blobs/1', model);
    await folder.writeFile('cache/snapshot/tokenizer.json', tokenizer);
    await symlink('../blobs/1', join(snapshot, 'model.onnx'));
    const { code, out } = await models(['add', 'tiny', snapshot]);
    expect(code).toBe(0);
    expect(out).toMatch(/^linked model\.onnx\nlinked tokenizer\.json\ntiny is installed in/);
    expect(sha256Of(await readFile(inModel('model.onnx')))).toBe(sha256Of(model));
    expect((await stat(inModel('model.onnx'))).ino).toBe(
      (await stat(join(folder.path, 'cache/blobs/1'))).ino,
    );
    expect((await models(['verify', 'tiny'])).code).toBe(0);
  });

  it('finds out which model it is', async () => {
    const { model, tokenizer } = await brought();
    await folder.writeFile('download/model.onnx', model);
    await folder.writeFile('download/tokenizer.json', tokenizer);
    const { code, out } = await models(['add', join(folder.path, 'download')]);
    expect(out).toContain('tiny is installed');
    expect(code).toBe(0);
  });

  it('says what is missing, and which directory holds no model', async () => {
    const { model } = await brought();
    await folder.writeFile('download/model.onnx', model);
    const named = await models(['add', 'tiny', join(folder.path, 'download')]);
    expect(named).toMatchObject({ code: 1, err: expect.stringContaining('lacks tokenizer.json') });
    const unnamed = await models(['add', join(folder.path, 'download')]);
    expect(unnamed).toMatchObject({
      code: 1,
      err: expect.stringContaining('no model that the registry knows'),
    });
  });

  it('takes nothing when one file is another', async () => {
    const { model, tokenizer } = await brought();
    model[9]! ^= 1;
    await folder.writeFile('download/model.onnx', model);
    await folder.writeFile('download/tokenizer.json', tokenizer);
    const { code, err } = await models(['add', 'tiny', join(folder.path, 'download')]);
    expect(code).toBe(1);
    expect(err).toMatch(/model\.onnx is not the file that the registry describes.*Nothing was added/);
    await expect(stat(inModel('tokenizer.json'))).rejects.toThrow('ENOENT');
  });
});

describe('models verify', () => {
  it('prints a line a check, and passes', async () => {
    await folder.install();
    const { code, out } = await models(['verify', 'tiny']);
    expect(code).toBe(0);
    expect(out).toMatch(/^ok +unit vectors: \d+ of \d+ odd texts/m);
    expect(out).toMatch(/tiny is well: 9 checks\n$/);
  });

  it('fails, and says so in words and in JSON', async () => {
    await folder.install({ reference: [{ query: 'pay', passage: 'time', cosine: -1 }] });
    const { code, out } = await models(['verify', 'tiny']);
    expect(code).toBe(1);
    expect(out).toMatch(
      /^FAILED {3}published cosine of "pay" \/ "time": .*published -1; 0\.01 apart is allowed$/m,
    );
    expect(out).toMatch(/tiny FAILED 1 of 10 checks\n$/);
    const json = await models(['verify', 'tiny', '--json']);
    expect(json.code).toBe(1);
    expect(JSON.parse(json.out)).toMatchObject({ model: 'tiny', passed: false });
  });

  it('passes the model that comes along', async () => {
    expect((await models(['verify', 'corollary-mini'])).code).toBe(0);
  });
});

describe('models bench', () => {
  it('measures throughput, latency, loading and memory', async () => {
    await folder.install();
    const { code, out } = await models(['bench', 'tiny', '--seconds', '1', '--json']);
    expect(code).toBe(0);
    const { textsPerSecond, queryMs, loadMs, memory } = JSON.parse(out);
    for (const rate of [textsPerSecond.short, textsPerSecond.long, textsPerSecond.mixed, loadMs])
      expect(rate).toBeGreaterThan(0);
    expect(queryMs.p95).toBeGreaterThanOrEqual(queryMs.p50);
    expect(memory.after).toBeGreaterThan(memory.before);
  });
});

describe('models compare', () => {
  const words = ['pay', 'payment', 'time', 'out', 'query', 'passage', 'card', 'error', 'log', 'return'];
  const texts = words.flatMap((a) => words.map((b) => `${a} ${b} ${b}`)).join('\n');

  it('finds a model in full agreement with itself, and not with another', async () => {
    await folder.install();
    await folder.install({ name: 'other', dimensions: 8 }, { seed: 77 });
    const file = join(folder.path, 'texts.txt');
    await writeFile(file, `${texts}\n\n${texts}\n`);
    const same = await models(['compare', 'tiny', 'tiny', '--texts', file, '--json']);
    expect(JSON.parse(same.out)).toMatchObject({
      texts: 100,
      overlap: 1,
      neighbours: 10,
      cosines: { least: expect.closeTo(1, 5) },
    });
    expect(JSON.parse(same.out).rankCorrelation).toBeCloseTo(1, 6);
    const other = await models(['compare', 'tiny', 'other', '--texts', file, '--limit', '50']);
    expect(other.code).toBe(0);
    expect(other.out).toMatch(/^tiny and other over 50 texts/);
    expect(other.out).not.toContain('cosine');
    expect(other.out).toMatch(/must not be mixed/);
    expect(Number(/common +([\d.]+) %/.exec(other.out)![1])).toBeLessThan(100);
  });

  it('says what is wrong with the file', async () => {
    expect(
      await models(['compare', 'corollary-mini', 'corollary-mini', '--texts', '/no/such']),
    ).toMatchObject({
      code: 1,
      err: expect.stringContaining('/no/such cannot be read (ENOENT)'),
    });
  });
});
