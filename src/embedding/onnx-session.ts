import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { InferenceSession, listSupportedBackends } from 'onnxruntime-node';
import { type Device, devices } from './device.js';
import { keepOptimised, optimisedGraph } from './optimised-graph.js';
import type { ModelSettings } from './worker-messages.js';

type SessionSettings = Pick<ModelSettings, 'modelPath' | 'threads' | 'device' | 'optimisedPath'>;

/**
 * A session over the settings' graph. On the CPU the optimised form of a large graph is kept on disk, with its weights as
 * the processor wants them: the next start maps them instead of making them (see `optimised-graph.ts`).
 * @throws Error for a file that is no ONNX model, or a device that this machine or build of the runtime lacks
 */
export async function openSession(settings: SessionSettings): Promise<InferenceSession> {
  const device = settings.device === 'auto' ? likelyDevice() : settings.device;
  if (device !== 'cpu') {
    // The runtime itself takes the CPU without a word.
    if (!isThere(device))
      throw new Error(`this machine, or its ONNX runtime, has no device ${device}; try ${others()}`);
    return InferenceSession.create(settings.modelPath, optionsOf(settings, device));
  }
  const options = optionsOf(settings, 'cpu');
  const kept = await optimisedGraph(settings);
  if (kept?.isThere === true) {
    try {
      return await InferenceSession.create(kept.path, { ...options, ...kept.use });
    } catch {
      // Left half-written, or by another machine: made anew.
    }
  }
  if (kept === undefined) return InferenceSession.create(settings.modelPath, options);
  return keepOptimised(kept, (make) => InferenceSession.create(settings.modelPath, { ...options, ...make }));
}

function optionsOf(
  { threads }: SessionSettings,
  device: Exclude<Device, 'auto'>,
): InferenceSession.SessionOptions {
  return {
    executionProviders: device === 'cpu' ? ['cpu'] : [device, 'cpu'],
    executionMode: 'sequential',
    // Pinned: int8 results differ between levels, and the level is part of the fingerprint.
    graphOptimizationLevel: 'all',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  };
}

/** CoreML and DirectML run only part of such graphs: they must be asked for. */
const likelyDevice = (): 'cuda' | 'cpu' => (isThere('cuda') ? 'cuda' : 'cpu');

const others = () => devices.filter((device) => device === 'auto' || isThere(device)).join(', ');

function isThere(device: Exclude<Device, 'auto'>): boolean {
  const isKnown = listSupportedBackends().some(({ name }) => name === device);
  if (!isKnown || device !== 'cuda') return isKnown;
  const runtime = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
  const library =
    process.platform === 'win32' ? 'onnxruntime_providers_cuda.dll' : 'libonnxruntime_providers_cuda.so';
  return existsSync(join(runtime, 'bin', 'napi-v6', process.platform, process.arch, library));
}
