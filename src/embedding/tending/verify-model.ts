import { folderOf } from '../model-files.js';
import { type OpenEmbedderOptions, openEmbedder } from '../open-embedder.js';
import type { ModelEntry } from '../registry.js';
import { type Check, failed, skipped } from './checks/check.js';
import { fileChecks } from './checks/files.js';
import { graphChecks } from './checks/graph.js';
import { publishedChecks } from './checks/published.js';
import { vectorChecks } from './checks/vectors.js';

/**
 * Checks a model, one result after the other: its files, its graph, its vectors, and what is published of it. What comes
 * after a failure that leaves nothing to look at is not looked at.
 * @throws CorollaryError CANCELLED
 */
export async function* verifyModel(entry: ModelEntry, options: OpenEmbedderOptions): AsyncGenerator<Check> {
  if (entry.runtime === 'onnx') {
    const folder = folderOf(entry, options.modelsDirectory);
    let isWhole = true;
    for await (const check of fileChecks(entry, folder)) {
      yield check;
      isWhole &&= check.outcome !== 'failed';
    }
    if (!isWhole) return;
    let isDescribed = true;
    for await (const check of graphChecks(entry, folder)) {
      yield check;
      isDescribed &&= check.outcome !== 'failed';
    }
    if (!isDescribed) return;
  } else {
    yield skipped('files and graph', `it runs at an endpoint (${entry.endpoint.protocol})`);
  }
  const embedder = await openEmbedder(entry.name, options).catch((error: Error) => error);
  if (embedder instanceof Error) {
    yield failed('opens', embedder.message);
    return;
  }
  await using opened = embedder;
  yield* vectorChecks(opened, entry);
  if (entry.runtime === 'onnx') yield* publishedChecks(opened, entry);
}
