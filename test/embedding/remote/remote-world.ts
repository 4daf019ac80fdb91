import type { Embedder } from '../../../src/embedding/embedder.js';
import { type RegistryEntry, type RemoteModelEntry, registryFile } from '../../../src/embedding/registry.js';
import type { CallLimits } from '../../../src/embedding/remote/call-limits.js';
import type { Clock } from '../../../src/embedding/remote/clock.js';
import { type OpenRemoteOptions, openRemoteEmbedder } from '../../../src/embedding/remote/open-remote.js';
import { type EndpointServer, width } from './endpoint-server.js';

export type EntryChanges = Readonly<Record<string, unknown>>;

/** What a registry says of a model that `server` serves. */
export function remoteEntry(server: EndpointServer, changes: EntryChanges = {}): Record<string, unknown> {
  return {
    name: 'far',
    description: 'Served elsewhere.',
    languages: ['en'],
    licence: 'Apache-2.0',
    runtime: 'remote',
    endpoint: { protocol: server.protocol, url: server.url, model: 'm' },
    prefixes: {},
    dimensions: width,
    maxTokens: 512,
    precision: 'fp16',
    calibration: { midpoint: 0.3, slope: 0.1 },
    fusion: { dense: 0.5 },
    ...changes,
  };
}

export function parsedEntry(raw: object): RemoteModelEntry {
  return registryFile.parse({ models: [raw] }).models[0] as RemoteModelEntry;
}

/** Attempts follow each other at once, as far as nothing asks for a pause. */
export const quick: Partial<CallLimits> = { backoffMs: 0 };

export interface WorldOptions extends Partial<OpenRemoteOptions> {
  readonly entry?: EntryChanges;
}

/** An embedder of what `server` serves; what its opening asked for is forgotten. */
export async function openedAt(server: EndpointServer, options: WorldOptions = {}): Promise<Embedder> {
  const entry = parsedEntry(remoteEntry(server, options.entry));
  const registry = new Map<string, RegistryEntry>([[entry.name, entry]]);
  const embedder = await openRemoteEmbedder(entry, registry, {
    dimensions: entry.dimensions,
    limits: quick,
    openLocal: () => Promise.reject(new Error('no model is installed here')),
    ...options,
  });
  server.asked.length = 0;
  return embedder;
}

/** Time that passes only in pauses, and when told. */
export class TestClock implements Clock {
  readonly pauses: number[] = [];
  #now = 1_000;

  now(): number {
    return this.#now;
  }

  async sleep(ms: number): Promise<void> {
    this.pauses.push(ms);
    this.#now += ms;
  }

  pass(ms: number): void {
    this.#now += ms;
  }
}
