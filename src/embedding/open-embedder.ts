import { CorollaryError } from '../errors.js';
import { nearNames } from '../near-names.js';
import type { Device } from './device.js';
import type { Embedder, EmbeddingOutput } from './embedder.js';
import { FallbackEmbedder, type FallbackMember } from './fallback-embedder.js';
import { chosenOf } from './family.js';
import { fingerprintOf } from './fingerprint.js';
import { checksumsOf, folderOf, knownChecksumsOf, missingFiles, outputsOf } from './model-files.js';
import { onnxSettings } from './onnx-settings.js';
import { OnnxThread } from './onnx-thread.js';
import { QueuedEmbedder } from './queued-embedder.js';
import {
  type ModelEntry,
  type OnnxModelEntry,
  type RegistryEntry,
  type RemoteModelEntry,
  readRegistry,
} from './registry.js';
import { openRemoteEmbedder } from './remote/open-remote.js';
import { remoteFingerprint } from './remote/remote-fingerprint.js';
import { remoteSpaceOf } from './remote/remote-space.js';

export interface OpenEmbedderOptions {
  /** Default: the models folder of the program. */
  readonly modelsDirectory?: string | undefined;
  /** One of the model's `truncatableTo`. Default: all that it has. */
  readonly dimensions?: number | undefined;
  /** What runs the graph. Default auto. */
  readonly device?: Device | undefined;
  /** The model is unloaded when nobody has wanted it for so long; the next text loads it again. Default: never. */
  readonly idleMs?: number | undefined;
  /** Where remote models are served whose entry names no URL. */
  readonly endpoint?: Endpoint | undefined;
  /** Models of the same vector space that stand in while the first one fails, in this order. */
  readonly fallbacks?: readonly string[] | undefined;
}

export interface Endpoint {
  readonly url?: string | undefined;
  readonly key?: string | undefined;
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
  /** What it gives as it is installed. */
  readonly outputs: ReadonlySet<EmbeddingOutput>;
  /** All its files are there; true for a remote model. */
  readonly installed: boolean;
  /** Of its full dimensions. Undefined when not installed, or when finding out means reading gigabytes. */
  readonly fingerprint: string | undefined;
}

/**
 * Loads a model and gives an embedder, which is to be stopped in the end.
 * @throws CorollaryError MODEL_NOT_FOUND for a name that is in no registry, or a model whose files are not all there;
 * BAD_INPUT for dimensions that it cannot be cut to; EMBEDDING_SPACE_UNAVAILABLE for files that are damaged or are not
 * what the registry says, or an endpoint that cannot be reached; START_FAILED for a registry that cannot be read, or a
 * fallback of another vector space.
 */
export async function openEmbedder(name: string, options: OpenEmbedderOptions = {}): Promise<Embedder> {
  const registry = await readRegistry(options.modelsDirectory);
  const first = await modelOf(name, registry, options.modelsDirectory);
  const dimensions = options.dimensions ?? first.dimensions;
  if (dimensions !== first.dimensions && !first.truncatableTo.includes(dimensions)) {
    const allowed = [first.dimensions, ...first.truncatableTo].join(', ');
    throw new CorollaryError(
      'BAD_INPUT',
      `The model ${name} gives vectors of ${allowed} dimensions, not ${dimensions}.`,
      { dimensions },
    );
  }
  const entries = new Map([[first.name, first]]);
  for (const fallback of options.fallbacks ?? []) {
    const entry = await modelOf(fallback, registry, options.modelsDirectory);
    entries.set(entry.name, entry);
  }
  const open = (entry: ModelEntry) => openEntry(entry, registry, { ...options, dimensions });
  if (entries.size === 1) return open(first);
  const members = [...entries.values()].map(async (entry): Promise<FallbackMember> => {
    const { fingerprint, outputs } = await spaceOf(entry, registry, dimensions, options.modelsDirectory);
    return { model: entry.name, fingerprint, outputs, open: () => open(entry) };
  });
  return FallbackEmbedder.start({
    model: first.name,
    dimensions,
    fusionWeight: first.fusion.dense,
    sparseFusionWeight: first.fusion.sparse,
    calibration: first.calibration,
    members: await Promise.all(members),
  });
}

/** What can be known of a model's vectors before it is opened. */
async function spaceOf(
  entry: ModelEntry,
  registry: ReadonlyMap<string, RegistryEntry>,
  dimensions: number,
  modelsDirectory: string | undefined,
): Promise<Pick<FallbackMember, 'fingerprint' | 'outputs'>> {
  if (entry.runtime === 'remote') {
    const space = await remoteSpaceOf(entry, registry, dimensions, modelsDirectory).catch(
      (error: CorollaryError) => {
        if (error.code === 'START_FAILED') throw error;
        // Where it cannot be known, opening says why.
        return undefined;
      },
    );
    return { fingerprint: space?.fingerprint, outputs: new Set(['dense']) };
  }
  const folder = folderOf(entry, modelsDirectory);
  const isInstalled = (await missingFiles(entry, folder)).length === 0;
  const checksums = isInstalled ? await checksumsOf(entry, folder).catch(() => undefined) : undefined;
  return {
    fingerprint: checksums && fingerprintOf(entry, checksums, dimensions),
    outputs: await outputsOf(entry, folder),
  };
}

function openEntry(
  entry: ModelEntry,
  registry: ReadonlyMap<string, RegistryEntry>,
  options: OpenEmbedderOptions & { dimensions: number },
): Promise<Embedder> {
  const openLocal = (local: OnnxModelEntry) => openOnnxEmbedder(local, options);
  return entry.runtime === 'remote'
    ? openRemoteEmbedder(entry, registry, { ...options, openLocal })
    : openOnnxEmbedder(entry, options);
}

async function openOnnxEmbedder(
  entry: OnnxModelEntry,
  { dimensions, modelsDirectory, device, idleMs }: OpenEmbedderOptions & { dimensions: number },
): Promise<Embedder> {
  const folder = folderOf(entry, modelsDirectory);
  const missing = await missingFiles(entry, folder);
  if (missing.length > 0) throw notInstalled(entry, folder, missing);
  const checksums = await checksumsOf(entry, folder);
  const outputs = await outputsOf(entry, folder);
  const settings = await onnxSettings(entry, { folder, dimensions, outputs, device: device ?? 'auto' });
  return QueuedEmbedder.start({
    model: entry.name,
    dimensions,
    fingerprint: fingerprintOf(entry, checksums, dimensions),
    outputs,
    fusionWeight: entry.fusion.dense,
    sparseFusionWeight: entry.fusion.sparse,
    calibration: entry.calibration,
    idleMs,
    open: (onEnd) => OnnxThread.start(entry.name, settings, onEnd),
  });
}

/** All known models, as the `models` query shows them. @throws CorollaryError START_FAILED for a broken registry. */
export async function listModels(
  options: Pick<OpenEmbedderOptions, 'modelsDirectory'> = {},
): Promise<ModelDescription[]> {
  const registry = await readRegistry(options.modelsDirectory);
  return Promise.all(
    [...registry.values()].map((entry) => described(entry, registry, options.modelsDirectory)),
  );
}

async function described(
  entry: RegistryEntry,
  registry: ReadonlyMap<string, RegistryEntry>,
  modelsDirectory: string | undefined,
): Promise<ModelDescription> {
  const model = entry.runtime === 'family' ? await chosenOf(entry, registry, modelsDirectory) : entry;
  const { dimensions, truncatableTo, maxTokens, languages, licence, precision, runtime } = model;
  return {
    name: entry.name,
    description: entry.description,
    dimensions,
    truncatableTo,
    maxTokens,
    languages,
    licence,
    precision,
    runtime,
    ...(model.runtime === 'remote'
      ? remoteState(model, registry)
      : await onnxState(model, folderOf(model, modelsDirectory))),
  };
}

type ModelState = Pick<ModelDescription, 'outputs' | 'installed' | 'fingerprint'>;

async function onnxState(entry: OnnxModelEntry, folder: string): Promise<ModelState> {
  const installed = (await missingFiles(entry, folder)).length === 0;
  // A file of the wrong checksum shows when the model is opened.
  const checksums = installed ? await knownChecksumsOf(entry, folder).catch(() => undefined) : undefined;
  const fingerprint = checksums && fingerprintOf(entry, checksums, entry.dimensions);
  return { outputs: await outputsOf(entry, folder), installed, fingerprint };
}

/** Whether it can be reached shows when it is opened. */
function remoteState(entry: RemoteModelEntry, registry: ReadonlyMap<string, RegistryEntry>): ModelState {
  return {
    outputs: new Set(['dense']),
    installed: true,
    fingerprint: remoteFingerprint(entry, registry, entry.dimensions),
  };
}

/** The model of that name, or the one that its family has for this machine. */
async function modelOf(
  name: string,
  registry: ReadonlyMap<string, RegistryEntry>,
  modelsDirectory: string | undefined,
): Promise<ModelEntry> {
  const entry = registry.get(name);
  if (entry?.runtime === 'family') return chosenOf(entry, registry, modelsDirectory);
  if (entry !== undefined) return entry;
  const known = [...registry.keys()];
  const near = nearNames(name, known);
  const meant = near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : '';
  throw new CorollaryError(
    'MODEL_NOT_FOUND',
    `There is no model ${JSON.stringify(name)}.${meant} Known models: ${known.join(', ')}.`,
    { model: name, known, near },
  );
}

function notInstalled(entry: OnnxModelEntry, folder: string, missing: readonly string[]): CorollaryError {
  const { source } = entry;
  const from =
    source.kind === 'huggingface'
      ? ` \`npx corollary models pull ${entry.name}\` fetches them from the Hugging Face repository ${source.repository}.`
      : '';
  return new CorollaryError(
    'MODEL_NOT_FOUND',
    `The model ${entry.name} is not installed: ${missing.join(', ')} missing from ${folder}.${from}`,
    { model: entry.name, folder, missing },
  );
}
