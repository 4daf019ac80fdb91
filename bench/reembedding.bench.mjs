import { changes, fullSize, servers } from './reembedding-jobs.mjs';

/** Changing the embedding model of 20,000 facts while they are searched and written to. */
export const parts = { changes, 'full-size': fullSize, servers };

/** @param {import('./bench.mjs').BenchContext} context */
export async function run(context) {
  const { only } = context.options;
  for (const [name, part] of Object.entries(parts))
    if (only === undefined || only === name) await part(context);
}
