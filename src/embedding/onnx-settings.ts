import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Device } from './device.js';
import type { EmbeddingOutput } from './embedder.js';
import { physicalCores } from './physical-cores.js';
import type { OnnxModelEntry } from './registry.js';
import type { HeadSettings, ModelSettings } from './worker-messages.js';

/** A model below this size is done with a text before a second thread has woken up, and loads at once as it is. */
const smallBelow = 64 * 2 ** 20;
/** Beyond four cores a sentence is too short to be shared out. */
const mostThreads = 4;
/** Padded tokens of one run: measured best on a CPU for BGE-M3 and for the bundled model, and a bound on memory. */
const tokenBudget = { large: 512, small: 2048 };

export interface OnnxSettingsOptions {
  readonly folder: string;
  readonly dimensions: number;
  readonly outputs: ReadonlySet<EmbeddingOutput>;
  readonly device: Device;
}

/** What a worker is told about a model whose files are in `folder`. */
export async function onnxSettings(
  entry: OnnxModelEntry,
  { folder, dimensions, outputs, device }: OnnxSettingsOptions,
): Promise<ModelSettings> {
  const weights = [entry.files.model, ...entry.files.data].map(({ path }) => join(folder, path));
  const sizes = await Promise.all(weights.map(async (path) => (await stat(path)).size));
  const isSmall = sizes.reduce((sum, size) => sum + size, 0) < smallBelow;
  const head = (name: 'sparse' | 'tokens'): HeadSettings | undefined => {
    const wanted = outputs.has(name) ? entry.heads[name] : undefined;
    if (wanted === undefined) return undefined;
    return 'output' in wanted
      ? { output: wanted.output }
      : { weightsPath: join(folder, wanted.weights.path) };
  };
  return {
    modelPath: join(folder, entry.files.model.path),
    tokenizerPath: join(folder, entry.files.tokenizer.path),
    inputs: entry.graph.inputs,
    output: entry.graph.output,
    outputKind: entry.graph.outputKind,
    heads: { sparse: head('sparse'), tokens: head('tokens') },
    pooling: entry.pooling,
    layerNorm: entry.layerNorm,
    normalise: entry.normalise,
    prefixes: entry.prefixes,
    modelDimensions: entry.dimensions,
    dimensions,
    maxTokens: entry.maxTokens,
    paddingSide: entry.paddingSide,
    threads: isSmall ? 1 : Math.min(mostThreads, physicalCores()),
    tokenBudget: entry.graph.batches ? tokenBudget[isSmall ? 'small' : 'large'] : 1,
    device,
    optimisedPath: isSmall ? undefined : join(folder, '.optimised'),
  };
}
