import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { constant, onnxModel } from '../../bench/graphs/onnx.js';
import { bytesOf } from '../../bench/graphs/protobuf.js';
import { startApplication } from '../../src/application.js';
import { readConfig } from '../../src/config.js';
import { openLog } from '../../src/log.js';
import { emptyDatabase, type ServedApplication, serveApplication } from './served-application.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let served: ServedApplication;
beforeAll(async () => {
  served = await serveApplication();
});
afterAll(() => served.stop());

const subjects = ['the checkout', 'the mailer', 'the search', 'a courier', 'the warehouse', 'the scheduler'];
const verbs = ['lost', 'delayed', 'repeated', 'encrypted', 'restored', 'rejected', 'archived'];
const objects = ['payments', 'invoices', 'parcels', 'passwords', 'pictures'];
const sentences = subjects.flatMap((who) =>
  verbs.flatMap((did) => objects.map((what) => `${who} ${did} ${what}`)),
);

let bases = 0;
/** A knowledge base of its own, filled: 210 sentences with vectors of the bundled model. */
async function filled(texts = sentences): Promise<string> {
  const name = `base-${++bases}`;
  await ask('mutation ($name: String!) { createKnowledgeBase(name: $name) { id } }', { name });
  const facts = texts.map((text, n) => ({ prolog: `said(${n})`, text }));
  await ask('mutation ($input: AssertFactsInput!) { assertFacts(input: $input) { inserted } }', {
    input: { facts, knowledgeBase: name },
  });
  return name;
}

/** @throws Error with what the API complains of */
async function ask(query: string, variables: object = {}) {
  const { data, errors } = await served.request(query, variables);
  if (errors) throw new Error(`${errors[0]!.extensions.code}: ${errors[0]!.message}`);
  return data;
}

const jobFields = `id kind state phase done total failed error knowledgeBase ratePerSecond createdAt startedAt finishedAt
  failures { error fact { id } }
  space { id state dimensions coverage fingerprint model { name } projection { method inputDimensions varianceKept checksum } }
  verification { sampled minCosine meanCosine neighbourOverlapAt10 coverage passed faults }`;

async function reembed(input: object) {
  return (
    await ask(`mutation ($input: ReembedInput!) { reembed(input: $input) { ${jobFields} } }`, { input })
  ).reembed;
}

async function ended(id: string) {
  for (;;) {
    const { job } = await ask(`query ($id: ID!) { job(id: $id) { ${jobFields} } }`, { id });
    if (!['QUEUED', 'RUNNING', 'PAUSED'].includes(job.state)) return job;
    await sleep(50);
  }
}

async function spacesOf(knowledgeBase: string) {
  const { spaces } = await ask(
    `query ($knowledgeBase: String) { spaces: embeddingSpaces(knowledgeBase: $knowledgeBase) {
      id state dimensions coverage fingerprint projection { method } } }`,
    { knowledgeBase },
  );
  return spaces;
}

async function nearest(knowledgeBase: string, text: string) {
  const { search } = await ask(
    `query ($input: SearchInput!) { search(input: $input) { embeddingSpace { id dimensions } facts { fact { text } score } } }`,
    { input: { text, first: 10, knowledgeBase, retrieval: { channels: ['DENSE'] } } },
  );
  return {
    space: search.embeddingSpace,
    texts: search.facts.map((found: { fact: { text: string } }) => found.fact.text),
  };
}

const once = (mutation: string, id: string) => ask(`mutation ($id: ID!) { ${mutation} }`, { id });

describe('re-embedding over the API', () => {
  test('changes what is searched, can be undone, and leaves nothing that was not dropped', async () => {
    const knowledgeBase = await filled();
    const before = await nearest(knowledgeBase, sentences[11]!);
    const begun = await reembed({ model: 'corollary-mini', dimensions: 128, knowledgeBase });
    expect(begun).toMatchObject({ kind: 'REEMBEDDING', total: 210, knowledgeBase, finishedAt: null });
    const job = await ended(begun.id);
    expect(job).toMatchObject({
      state: 'SUCCEEDED',
      done: 210,
      failed: 0,
      failures: [],
      error: null,
      space: {
        state: 'ACTIVE',
        dimensions: 128,
        coverage: 1,
        model: { name: 'corollary-mini' },
        projection: null,
      },
      verification: { passed: true, coverage: 1, faults: [] },
    });
    expect(job.verification.neighbourOverlapAt10).toBeGreaterThan(0.3);
    const after = await nearest(knowledgeBase, sentences[11]!);
    expect(after).toMatchObject({
      space: { id: job.space.id, dimensions: 128 },
      texts: [sentences[11]].concat(after.texts.slice(1)),
    });
    // A job, and a space, are nodes as everything else is.
    const { node } = await ask('query ($id: ID!) { node(id: $id) { __typename ... on Job { state } } }', {
      id: job.id,
    });
    expect(node).toEqual({ __typename: 'Job', state: 'SUCCEEDED' });

    const { id: old } = before.space;
    await expect(once('dropEmbeddingSpace(id: $id) { deletedId }', job.space.id)).rejects.toThrow(
      /^EMBEDDING_SPACE_IN_USE/,
    );
    expect(await once('activateEmbeddingSpace(id: $id) { id state activatedAt }', old)).toMatchObject({
      activateEmbeddingSpace: { id: old, state: 'ACTIVE' },
    });
    expect(await nearest(knowledgeBase, sentences[11]!)).toEqual(before);
    expect(await once('dropEmbeddingSpace(id: $id) { deletedId }', job.space.id)).toEqual({
      dropEmbeddingSpace: { deletedId: job.space.id },
    });
    expect(await spacesOf(knowledgeBase)).toMatchObject([{ id: old, state: 'ACTIVE' }]);
    expect((await ended(job.id)).space).toBeNull();
  });

  test('waits, is cancelled and goes on as it is told', async () => {
    const knowledgeBase = await filled(sentences.slice(0, 60));
    const request = {
      model: 'corollary-mini',
      dimensions: 64,
      activate: 'MANUAL',
      paused: true,
      knowledgeBase,
    };
    const { id, state } = await reembed(request);
    expect(state).toBe('PAUSED');
    await expect(reembed(request)).rejects.toThrow(/^REEMBEDDING_RUNNING/);
    expect(await once('cancelJob(id: $id) { state }', id)).toEqual({ cancelJob: { state: 'CANCELLED' } });
    await expect(once('cancelJob(id: $id) { state }', id)).rejects.toThrow(/^JOB_ENDED/);
    await once('resumeJob(id: $id) { state }', id);
    expect(await ended(id)).toMatchObject({
      state: 'SUCCEEDED',
      done: 60,
      space: { state: 'READY', coverage: 1 },
    });
    await expect(once('resumeJob(id: $id) { state }', id)).rejects.toThrow(/^JOB_ENDED/);
  });

  test('lists its jobs, the newest first, in pages', async () => {
    const knowledgeBase = await filled(sentences.slice(0, 5));
    const ids = [];
    for (const dimensions of [64, 128, 256]) {
      const { id } = await reembed({
        model: 'corollary-mini',
        dimensions,
        activate: 'MANUAL',
        knowledgeBase,
      });
      ids.unshift((await ended(id)).id);
    }
    const page = async (rest: object) => {
      const query = `query ($first: Int, $after: String, $state: JobState, $knowledgeBase: String) {
        jobs(first: $first, after: $after, state: $state, knowledgeBase: $knowledgeBase) {
          totalCount nodes { id } edges { cursor } pageInfo { hasNextPage endCursor } } }`;
      return (await ask(query, { knowledgeBase, ...rest })).jobs;
    };
    const first = await page({ first: 2 });
    expect(first).toMatchObject({
      totalCount: 3,
      nodes: ids.slice(0, 2).map((id) => ({ id })),
      pageInfo: { hasNextPage: true },
    });
    const second = await page({ first: 2, after: first.pageInfo.endCursor });
    expect(second).toMatchObject({ nodes: [{ id: ids[2] }], pageInfo: { hasNextPage: false } });
    expect(await page({ state: 'FAILED' })).toMatchObject({ totalCount: 0, nodes: [] });
    await expect(page({ after: 'nonsense' })).rejects.toThrow(/^BAD_CURSOR/);
    await expect(page({ first: -1 })).rejects.toThrow(/^BAD_INPUT/);
  });

  test('verifies a space on demand, against its model and against another space', async () => {
    const knowledgeBase = await filled();
    const { id } = await reembed({
      model: 'corollary-mini',
      dimensions: 256,
      activate: 'MANUAL',
      knowledgeBase,
    });
    const { space } = await ended(id);
    const [active] = await spacesOf(knowledgeBase);
    const verify = (input: object) =>
      ask(
        `mutation ($input: VerifyEmbeddingsInput!) { verifyEmbeddings(input: $input) {
          sampled minCosine neighbourOverlapAt10 passed faults } }`,
        { input },
      );
    const { verifyEmbeddings } = await verify({
      space: space.id,
      sample: 50,
      against: active.id,
      knowledgeBase,
    });
    expect(verifyEmbeddings).toMatchObject({ sampled: 50, passed: true, faults: [] });
    expect(verifyEmbeddings.minCosine).toBeGreaterThan(0.999);
    expect(verifyEmbeddings.neighbourOverlapAt10).toBeGreaterThan(0.7);
    await expect(verify({ space: space.id, knowledgeBase: 'default' })).rejects.toThrow(
      /^EMBEDDING_SPACE_NOT_FOUND/,
    );
    await expect(verify({ space: active.id, sample: 10_001 })).rejects.toThrow(/^BAD_INPUT/);
    await expect(verify({ space: id })).rejects.toThrow(/^BAD_INPUT: .* is no id of an embedding space/);
  });

  test.each([
    ['mutation { reembed(input: { model: "no-such" }) { id } }', 'MODEL_NOT_FOUND'],
    ['mutation { reembed(input: { model: "corollary-mini", dimensions: 100 }) { id } }', 'BAD_INPUT'],
    [
      'mutation { reembed(input: { model: "corollary-mini", dimensions: 128, minAgreement: 1.5 }) { id } }',
      'BAD_INPUT',
    ],
    [
      'mutation { reembed(input: { model: "corollary-mini", dimensions: 128, fingerprint: "another" }) { id } }',
      'BAD_INPUT',
    ],
    [
      'mutation { reembed(input: { model: "corollary-mini", knowledgeBase: "none" }) { id } }',
      'KNOWLEDGE_BASE_NOT_FOUND',
    ],
    [
      'mutation { reembed(input: { model: "corollary-mini", projection: { method: GRAPH, graph: "?" } }) { id } }',
      'BAD_INPUT',
    ],
    ['mutation { cancelJob(id: "job:999999") { id } }', 'JOB_NOT_FOUND'],
    ['mutation { cancelJob(id: "space:1:1") { id } }', 'BAD_INPUT'],
    ['mutation { activateEmbeddingSpace(id: "space:1:999999") { id } }', 'EMBEDDING_SPACE_NOT_FOUND'],
    ['mutation { dropEmbeddingSpace(id: "space:1:999999") { deletedId } }', 'EMBEDDING_SPACE_NOT_FOUND'],
    ['{ storedVectors(space: "space:1:999999") { nodes { text } } }', 'EMBEDDING_SPACE_NOT_FOUND'],
  ])('refuses %s with %s', async (query, code) => {
    await expect(ask(query)).rejects.toThrow(new RegExp(`^${code}: `));
    expect(await ask('{ job(id: "job:999999") { id } }')).toEqual({ job: null });
  });
});

describe('a projected space', () => {
  test('by PCA is made of stored vectors, keeps their neighbours, and is searched like any other', async () => {
    const knowledgeBase = await filled();
    const request = {
      model: 'corollary-mini',
      projection: { method: 'PCA', dimensions: 12 },
      minAgreement: 0.6,
      knowledgeBase,
    };
    const job = await ended((await reembed(request)).id);
    expect(job).toMatchObject({
      state: 'SUCCEEDED',
      space: {
        state: 'ACTIVE',
        dimensions: 12,
        model: { name: 'corollary-mini' },
        projection: {
          method: 'PCA',
          inputDimensions: 384,
          checksum: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
      },
      verification: { passed: true },
    });
    expect(job.space.projection.varianceKept).toBeGreaterThan(0.8);
    for (const text of sentences.slice(40, 50)) {
      const found = await nearest(knowledgeBase, text);
      expect(found.space.dimensions).toBe(12);
      expect(found.texts[0]).toBe(text);
    }
    // What is written afterwards goes through the same projection.
    await ask('mutation ($input: AssertFactsInput!) { assertFacts(input: $input) { inserted } }', {
      input: { facts: [{ prolog: 'late(1)', text: 'a certificate has expired' }], knowledgeBase },
    });
    expect((await nearest(knowledgeBase, 'expired certificate')).texts[0]).toBe('a certificate has expired');
    const again = {
      ...request,
      projection: { method: 'WHITENING', dimensions: 8 },
      minAgreement: null,
      activate: 'MANUAL',
    };
    // Learned of the model's own vectors, which are kept, and never of projected ones.
    expect(await ended((await reembed(again)).id)).toMatchObject({
      state: 'SUCCEEDED',
      space: { projection: { method: 'WHITENING', inputDimensions: 384 } },
    });
  });

  test('by a graph that somebody brought is made in the same way', async () => {
    const knowledgeBase = await filled(sentences.slice(0, 80));
    const matrix = Float32Array.from({ length: 384 * 32 }, (_, n) => Math.sin(n * n));
    const graph = bytesOf(
      onnxModel({
        nodes: [{ type: 'MatMul', inputs: ['vectors', 'matrix'], outputs: ['projected'] }],
        tensors: [constant('matrix', [384, 32], matrix)],
        inputs: [{ name: 'vectors', type: 'float', dims: ['batch', 384] }],
        outputs: [{ name: 'projected', type: 'float', dims: ['batch', 32] }],
      }),
    );
    const projection = { method: 'GRAPH', graph: Buffer.from(graph).toString('base64') };
    const job = await ended((await reembed({ model: 'corollary-mini', projection, knowledgeBase })).id);
    expect(job).toMatchObject({
      state: 'SUCCEEDED',
      space: { dimensions: 32, projection: { method: 'GRAPH', varianceKept: null } },
    });
    expect((await nearest(knowledgeBase, sentences[3]!)).texts[0]).toBe(sentences[3]);
  });

  test('that agrees too little is refused, and the active one stays', async () => {
    const knowledgeBase = await filled();
    const [before] = await spacesOf(knowledgeBase);
    const projection = { method: 'PCA', dimensions: 2 };
    const job = await ended(
      (await reembed({ model: 'corollary-mini', projection, minAgreement: 0.95, knowledgeBase })).id,
    );
    expect(job).toMatchObject({
      state: 'FAILED',
      verification: { passed: false, faults: [expect.stringMatching(/agree/)] },
    });
    expect((await spacesOf(knowledgeBase))[0]).toEqual(before);
  });

  test('is there again after a restart, with nothing to warn of', async () => {
    const own = await emptyDatabase();
    try {
      const config = readConfig({ REASONER_WORKERS: '1', SAMPLE_DATA: 'off', ...own.settings });
      const facts = sentences.map((text, n) => ({ prolog: `said(${n})`, text }));
      const before = await startApplication(config, openLog('fatal'));
      try {
        await before.assertFacts(facts, { awaitEmbedding: true });
        const projection = { method: 'WHITENING', dimensions: 12 } as const;
        const { id } = await before.reembedding.reembed({ model: 'corollary-mini', projection });
        for await (const { state } of before.reembedding.watch(id)) expect(state).not.toBe('FAILED');
      } finally {
        await before.stop();
      }
      const after = await startApplication(config, openLog('fatal'));
      try {
        const { activeSpace, warnings } = await after.status();
        expect(activeSpace).toMatchObject({ dimensions: 12, state: 'ACTIVE', coverage: 1 });
        expect(warnings).toEqual([]);
        const late = { prolog: 'late(1)', text: 'a certificate has expired' };
        await after.assertFacts([late], { awaitEmbedding: true });
        const found = await after.asker.search({
          text: 'expired certificate',
          first: 1,
          retrieval: { channels: ['DENSE'] },
        });
        expect(found.facts[0]!.fact.sentence).toBe(late.text);
      } finally {
        await after.stop();
      }
    } finally {
      await own.drop();
    }
  });

  test('needs vectors to be learned from', async () => {
    const knowledgeBase = await filled([]);
    const projection = { method: 'PCA', dimensions: 4 };
    await expect(reembed({ model: 'corollary-mini', projection, knowledgeBase })).rejects.toThrow(
      /^BAD_INPUT: .*no vectors/,
    );
    await expect(reembed({ model: 'bge-m3', projection, knowledgeBase })).rejects.toThrow(
      /^BAD_INPUT: .*has no space with the vectors/,
    );
  });
});

describe('vectors', () => {
  interface Vector {
    readonly text: string;
    readonly textHash: string;
    readonly vector: string;
    readonly fact: { readonly id: string };
  }

  async function exported(space: string, missing = false): Promise<Vector[]> {
    const vectors: Vector[] = [];
    for (let after: string | null = null; ; ) {
      const { storedVectors } = await ask(
        `query ($space: ID!, $after: String, $missing: Boolean) { storedVectors(space: $space, first: 17, after: $after, missing: $missing) {
          nodes { text textHash vector fact { id } } pageInfo { hasNextPage endCursor } } }`,
        { space, after, missing },
      );
      vectors.push(...storedVectors.nodes);
      if (!storedVectors.pageInfo.hasNextPage) return vectors;
      after = storedVectors.pageInfo.endCursor;
    }
  }

  const put = async (space: string, vectors: object[]) =>
    (
      await ask(
        'mutation ($input: ImportVectorsInput!) { importVectors(input: $input) { imported unknown stale } }',
        {
          input: { space, vectors },
        },
      )
    ).importVectors;

  test('that are exported and imported make a space that is verified and activated like any other', async () => {
    const knowledgeBase = await filled(sentences.slice(0, 50));
    const reduced = { model: 'corollary-mini', dimensions: 64, knowledgeBase };
    const made = await ended((await reembed({ ...reduced, activate: 'MANUAL' })).id);
    const vectors = await exported(made.space.id);
    expect(vectors.map(({ text }) => text).sort()).toEqual(sentences.slice(0, 50).sort());
    await once('dropEmbeddingSpace(id: $id) { deletedId }', made.space.id);

    const job = await reembed({ ...reduced, paused: true, fingerprint: made.space.fingerprint });
    expect(await exported(job.space.id, true)).toHaveLength(50);
    const rows = vectors.map(({ fact, textHash, vector }) => ({ fact: fact.id, textHash, vector }));
    const foreign = { ...rows[0]!, fact: rows[0]!.fact.replace(/^fact:\d+/, 'fact:99999') };
    const stale = { ...rows[1]!, textHash: rows[2]!.textHash };
    expect(await put(job.space.id, [...rows.slice(2), foreign, stale])).toEqual({
      imported: 48,
      unknown: [foreign.fact],
      stale: [stale.fact],
    });
    await once('resumeJob(id: $id) { state }', job.id);
    expect(await ended(job.id)).toMatchObject({ state: 'SUCCEEDED', done: 50, space: { state: 'ACTIVE' } });
    expect((await exported(job.space.id)).map(({ vector }) => vector).sort()).toEqual(
      vectors.map(({ vector }) => vector).sort(),
    );
  });

  test('that were made by another model are found out before anybody searches them', async () => {
    const knowledgeBase = await filled(sentences.slice(0, 30));
    const [active] = await spacesOf(knowledgeBase);
    const other = await exported(active.id);
    const job = await reembed({ model: 'corollary-mini', dimensions: 64, paused: true, knowledgeBase });
    const rows = other.map(({ fact, textHash, vector }) => {
      const whole = new Float32Array(new Uint8Array(Buffer.from(vector, 'base64')).buffer).slice(320);
      const length = Math.hypot(...whole);
      const part = whole.map((component) => component / length);
      return { fact: fact.id, textHash, vector: Buffer.from(part.buffer).toString('base64') };
    });
    expect(await put(job.space.id, rows)).toMatchObject({ imported: 30 });
    await once('resumeJob(id: $id) { state }', job.id);
    expect(await ended(job.id)).toMatchObject({
      state: 'FAILED',
      verification: {
        passed: false,
        faults: [expect.stringMatching(/are not what corollary-mini gives now/)],
      },
    });
    expect((await spacesOf(knowledgeBase))[0]).toMatchObject({ id: active.id, state: 'ACTIVE' });
  });

  test('that cannot be are refused, all of a batch', async () => {
    const knowledgeBase = await filled(sentences.slice(0, 3));
    const [active] = await spacesOf(knowledgeBase);
    const [first] = await exported(active.id);
    const row = { fact: first!.fact.id, textHash: first!.textHash, vector: first!.vector };
    await expect(put(active.id, [row])).rejects.toThrow(/^BAD_INPUT: .*BUILDING; this one is ACTIVE/);
    const { id, space } = await reembed({
      model: 'corollary-mini',
      dimensions: 64,
      paused: true,
      knowledgeBase,
    });
    await expect(put(space.id, [row])).rejects.toThrow(/^BAD_INPUT: Vector 0: the vector has 384 dimensions/);
    await expect(put(space.id, [{ ...row, vector: 'no base64' }])).rejects.toThrow(
      /^BAD_INPUT: Vector 0: it is no float32/,
    );
    await expect(put(space.id, [{ ...row, fact: 'nonsense' }])).rejects.toThrow(/^BAD_INPUT/);
    await once('cancelJob(id: $id) { state }', id);
  });
});
