import { CorollaryError } from '../../errors.js';
import type { Embedder } from '../embedder.js';
import type { Endpoint } from '../open-embedder.js';
import { QueuedEmbedder } from '../queued-embedder.js';
import type { OnnxModelEntry, RegistryEntry, RemoteModelEntry } from '../registry.js';
import { type CallLimits, defaultLimits } from './call-limits.js';
import { type Clock, systemClock } from './clock.js';
import { HttpEndpoint } from './http-endpoint.js';
import { OllamaProtocol } from './ollama-protocol.js';
import { OpenAiProtocol } from './openai-protocol.js';
import { type Embed, probeEndpoint, probeSameSpace } from './probes.js';
import type { EmbeddingProtocol } from './protocol.js';
import { RemoteEngine } from './remote-engine.js';
import { remoteSpaceOf } from './remote-space.js';
import { mostTextsOfTei } from './tei-info.js';
import { TeiProtocol } from './tei-protocol.js';

export interface OpenRemoteOptions {
  readonly dimensions: number;
  readonly modelsDirectory?: string | undefined;
  readonly endpoint?: Endpoint | undefined;
  /** Opens the model that the endpoint serves too, to compare with. */
  readonly openLocal: (entry: OnnxModelEntry) => Promise<Embedder>;
  readonly limits?: Partial<CallLimits> | undefined;
  readonly clock?: Clock;
}

/** Requests that an endpoint has at a time, of queries and of bulk work each: it batches them as it sees fit. */
const messages = { queries: 4, bulk: 4 };

/**
 * Opens an endpoint: it is asked for the vectors of a few probes first.
 * @throws CorollaryError EMBEDDING_SPACE_UNAVAILABLE when it cannot be reached, gives no vectors of the model, or is not in
 * the vector space that the entry names; START_FAILED when the registry is at odds with itself
 */
export async function openRemoteEmbedder(
  entry: RemoteModelEntry,
  registry: ReadonlyMap<string, RegistryEntry>,
  options: OpenRemoteOptions,
): Promise<Embedder> {
  const { dimensions, modelsDirectory } = options;
  const { fingerprint, local } = await remoteSpaceOf(entry, registry, dimensions, modelsDirectory);
  const endpoint = endpointOf(entry, options.endpoint);
  return QueuedEmbedder.start({
    model: entry.name,
    dimensions,
    fingerprint,
    outputs: new Set(['dense']),
    fusionWeight: entry.fusion.dense,
    calibration: entry.calibration,
    messages,
    open: () => probedEngine(entry, endpoint, local, options),
  });
}

function endpointOf({ name, endpoint }: RemoteModelEntry, configured: Endpoint | undefined): HttpEndpoint {
  const url = endpoint.url ?? configured?.url;
  if (url !== undefined) return new HttpEndpoint(name, url, configured?.key || undefined);
  throw new CorollaryError(
    'EMBEDDING_SPACE_UNAVAILABLE',
    `The model ${name} is remote and its registry entry names no URL: set EMBEDDING_ENDPOINT.`,
    { model: name },
  );
}

async function probedEngine(
  entry: RemoteModelEntry,
  endpoint: HttpEndpoint,
  local: OnnxModelEntry | undefined,
  { dimensions, openLocal, limits: given, clock = systemClock }: OpenRemoteOptions,
): Promise<RemoteEngine> {
  const limits = { ...defaultLimits, ...given };
  const mostTexts =
    entry.endpoint.protocol === 'tei'
      ? await mostTextsOfTei(entry, endpoint, limits.timeoutMs, new AbortController().signal)
      : undefined;
  const protocol = protocolOf(entry);
  const engine = new RemoteEngine({ entry, dimensions, endpoint, protocol, limits, clock, mostTexts });
  const embed: Embed = (texts, form) => engine.embed(texts, form, true);
  await probeEndpoint(embed, endpoint);
  if (local !== undefined) {
    await using installed = await openLocal(local);
    await probeSameSpace(embed, (texts, { as }) => installed.embed(texts, as), local.name, endpoint);
  }
  return engine;
}

function protocolOf({ endpoint: { protocol, model }, normalise }: RemoteModelEntry): EmbeddingProtocol {
  switch (protocol) {
    case 'openai':
      return new OpenAiProtocol(model);
    case 'tei':
      return new TeiProtocol(normalise);
    case 'ollama':
      return new OllamaProtocol(model);
  }
}
