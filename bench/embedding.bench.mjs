import { openEmbedder } from '../dist/embedding/open-embedder.js';
import { bundledModel } from '../dist/embedding/registry.js';
import { fullSize, memory } from './embedding-full-size.mjs';
import { sentences } from './sentences.mjs';
import { medianMilliseconds, milliseconds } from './timing.mjs';

const parts = { bundled, 'full-size': fullSize, memory };

export async function run(context) {
  const { only } = context.options;
  for (const [name, part] of Object.entries(parts)) {
    if (only === undefined || only.split(',').includes(name)) await part(context);
  }
}

/** The bundled model, through its worker thread. Every text is new, so no cache helps. */
async function bundled({ report }) {
  const texts = sentences(12_000);
  const embedder = await openEmbedder(bundledModel);
  try {
    await embedder.embed(texts.splice(0, 100), 'passage', { bulk: true });
    const perQuery = await medianMilliseconds(500, () => embedder.embed([texts.pop()], 'query'));
    report({ metric: 'one query, p50', value: perQuery, unit: 'ms' });
    const bulk = texts.splice(0, 10_000);
    const ms = await milliseconds(() => embedder.embed(bulk, 'passage', { bulk: true }));
    report({
      metric: 'passages in bulk',
      value: bulk.length / (ms / 1000),
      unit: 'texts/s',
      baseline: 1000 / perQuery,
    });
  } finally {
    await embedder.stop();
  }
}
