import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CorollaryError } from '../errors.js';
import { nearNames } from '../near-names.js';
import type { Embedder } from './embedder.js';
import { fingerprintOf } from './fingerprint.js';
import { checksumsOf, folderOf, knownChecksumsOf, missingFiles } from './model-files.js';
import { OnnxEmbedder } from './onnx-embedder.js';
import { physicalCores } from './physical-cores.js';
import { type ModelEntry, readRegistry } from './registry.js';
import type { ModelSettings } from './worker-messages.js';

export interface OpenEmbedderOptions {
  /** Default: the models folder of the program. */
  readonly modelsDirectory?: string | undefined;
  /** One of the model's `truncatableTo`. Default: all that it has. */
  readonly dimensions?: number | undefined;
}

export interface ModelDescription {
  readonly name: string;
  readonly description: string;
  readonly dimensions: number;
  readonly truncatableTo: readonly number[];
  /** Special tokens included. */
  readonly maxTokens: number;
  /** BCP 47 tags; "mul" for many. */
  readonly languages: readonly string[];
  /** SPDX identifier of the weights. */
  readonly licence: string;
  readonly precision: string;
  readonly runtime: string;
  /** All its files are there. */
  readonly installed: boolean;
  /** Of its full dimensions. Undefined when not installed, or when finding out means reading gigabytes. */
  readonly fingerprint: string | undefined;
}

/**
 * Loads a model and gives an embedder, which is to be stopped in the end.
 * @throws CorollaryError MODEL_NOT_FOUND for a name that is in no registry, or a model whose files are not all there;
 * BAD_INPUT for dimensions that it cannot be cut to; EMBEDDING_SPACE_UNAVAILABLE for files that are damaged or are not
 * what the registry says; START_FAILED for a registry that cannot be read.
 */
export async function openEmbedder(name: string, options: OpenEmbedderOptions = {}): Promise<Embedder> {
  const entry = await entryOf(name, options.modelsDirectory);
  const dimensions = options.dimensions ?? entry.dimensions;
  if (dimensions !== entry.dimensions && !entry.truncatableTo.includes(dimensions)) {
    const allowed = [entry.dimensions, ...entry.truncatableTo].join(', ');
    throw new CorollaryError(
      'BAD_INPUT',
      `The model ${name} gives vectors of ${allowed} dimensions, not ${dimensions}.`,
      { dimensions },
    );
  }
  const folder = folderOf(entry, options.modelsDirectory);
  const missing = await missingFiles(entry, folder);
  if (missing.length > 0) throw notInstalled(entry, folder, missing);
  const checksums = await checksumsOf(entry, folder);
  return OnnxEmbedder.start({
    model: entry.name,
    fingerprint: fingerprintOf(entry, checksums, dimensions),
    fusionWeight: entry.fusion.dense,
    calibration: entry.calibration,
    settings: await settingsOf(entry, folder, dimensions),
  });
}

/** All known models, as the `models` query shows them. @throws CorollaryError START_FAILED for a broken registry. */
export async function listModels(
  options: Pick<OpenEmbedderOptions, 'modelsDirectory'> = {},
): Promise<ModelDescription[]> {
  const registry = await readRegistry(options.modelsDirectory);
  return Promise.all(
    [...registry.values()].map((entry) => described(entry, folderOf(entry, options.modelsDirectory))),
  );
}

async function described(entry: ModelEntry, folder: string): Promise<ModelDescription> {
  const { name, description, dimensions, truncatableTo, maxTokens, languages, licence, precision, runtime } =
    entry;
  const installed = (await missingFiles(entry, folder)).length === 0;
  // A file of the wrong checksum shows when the model is opened.
  const checksums = installed ? await knownChecksumsOf(entry, folder).catch(() => undefined) : undefined;
  const fingerprint = checksums && fingerprintOf(entry, checksums, dimensions);
  return {
    name,
    description,
    dimensions,
    truncatableTo,
    maxTokens,
    languages,
    licence,
    precision,
    runtime,
    installed,
    fingerprint,
  };
}

async function entryOf(name: string, modelsDirectory: string | undefined): Promise<ModelEntry> {
  const registry = await readRegistry(modelsDirectory);
  const entry = registry.get(name);
  if (entry !== undefined) return entry;
  const known = [...registry.keys()];
  const near = nearNames(name, known);
  const meant = near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : '';
  throw new CorollaryError(
    'MODEL_NOT_FOUND',
    `There is no model ${JSON.stringify(name)}.${meant} Known models: ${known.join(', ')}.`,
    {
      model: name,
      known,
      near,
    },
  );
}

function notInstalled(entry: ModelEntry, folder: string, missing: readonly string[]): CorollaryError {
  const { source } = entry;
  const from =
    source.kind === 'huggingface'
      ? ` They come from the Hugging Face repository ${source.repository}, revision ${source.revision}.`
      : '';
  return new CorollaryError(
    'MODEL_NOT_FOUND',
    `The model ${entry.name} is not installed: ${missing.join(', ')} missing from ${folder}.${from}`,
    { model: entry.name, folder, missing },
  );
}

/** A model below this size is done with a text before a second thread has woken up. */
const oneThreadBelow = 64 * 2 ** 20;
/** Beyond four cores a sentence is too short to be shared out. */
const mostThreads = 4;
/** Padded tokens of one run: measured best for BGE-M3 on a CPU, and a bound on memory. */
const tokenBudget = 1024;

async function settingsOf(entry: ModelEntry, folder: string, dimensions: number): Promise<ModelSettings> {
  const weights = [entry.files.model, ...entry.files.data].map(({ path }) => join(folder, path));
  const sizes = await Promise.all(weights.map(async (path) => (await stat(path)).size));
  const isSmall = sizes.reduce((sum, size) => sum + size, 0) < oneThreadBelow;
  return {
    modelPath: join(folder, entry.files.model.path),
    tokenizerPath: join(folder, entry.files.tokenizer.path),
    inputs: entry.graph.inputs,
    output: entry.graph.output,
    outputKind: entry.graph.outputKind,
    pooling: entry.pooling,
    layerNorm: entry.layerNorm,
    normalise: entry.normalise,
    prefixes: entry.prefixes,
    modelDimensions: entry.dimensions,
    dimensions,
    maxTokens: entry.maxTokens,
    paddingSide: entry.paddingSide,
    threads: isSmall ? 1 : Math.min(mostThreads, physicalCores()),
    tokenBudget: entry.graph.batches ? tokenBudget : 1,
  };
}
