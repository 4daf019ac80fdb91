import { afterAll, beforeAll, expect, test } from 'vitest';
import { installedXlmRoberta } from '../embedding/graphs/installed-xlm-roberta.js';
import type { ModelsFolder } from '../embedding/installed-model.js';
import { type ServedApplication, serveApplication } from './served-application.js';

let folder: ModelsFolder;
let served: ServedApplication;
beforeAll(async () => {
  folder = await installedXlmRoberta({ outputs: 'heads' });
  served = await serveApplication({ MODELS_DIR: folder.path });
});
afterAll(async () => {
  await served?.stop();
  await folder?.remove();
});

test('a model with three heads says so, and gives its lexical weights when they are asked for', async () => {
  const { data } = await served.request('{ models { name outputs reranks installed } }');
  const model = data.models.find(
    ({ installed, reranks }: { installed: boolean; reranks: boolean }) => installed && reranks,
  );
  expect(model).toMatchObject({ outputs: ['DENSE', 'SPARSE'] });

  const query = `query ($model: String, $sparse: Boolean) {
    embed(input: { texts: ["pay time", ""], model: $model, sparse: $sparse }) { dense sparse tokens truncated }
  }`;
  const asked = await served.request(query, { model: model.name, sparse: true });
  const [text, empty] = asked.data.embed;
  const weights = Object.entries(text.sparse);
  expect(weights.length).toBeGreaterThan(0);
  for (const [id, weight] of weights) {
    expect(id).toMatch(/^\d+$/);
    expect(weight).toBeGreaterThan(0);
  }
  expect(Math.hypot(...text.dense)).toBeCloseTo(1, 5);
  expect(empty.sparse).toEqual({});

  const plain = await served.request(query, { model: model.name, sparse: false });
  expect(plain.data.embed[0].sparse).toBeNull();
  expect(plain.data.embed[0].dense).toEqual(text.dense);
});

test('a model without lexical weights is not asked for them in vain', async () => {
  const { errors } = await served.request('{ embed(input: { texts: ["a"], sparse: true }) { sparse } }');
  expect(errors).toMatchObject([
    { message: expect.stringContaining('gives no sparse'), extensions: { code: 'BAD_INPUT' } },
  ]);
});
