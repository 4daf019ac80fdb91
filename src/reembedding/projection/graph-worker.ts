import { parentPort, workerData } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { FromGraphWorker, ToGraphWorker } from './graph-messages.js';

// The runtime blocks the thread that it runs in. A graph of this size wants no threads of its own.

const port = parentPort!;
const send = (message: FromGraphWorker, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);
const said = (error: unknown) => (error instanceof Error ? error.message : String(error)).split('\n', 1)[0]!;

try {
  const session = await InferenceSession.create(workerData as Uint8Array, {
    executionProviders: ['cpu'],
    graphOptimizationLevel: 'all',
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const { inputNames, outputNames } = session;
  if (inputNames.length !== 1 || outputNames.length !== 1) {
    throw new Error(`it has ${inputNames.length} inputs and ${outputNames.length} outputs, not one of each`);
  }
  port.on('message', async (message: ToGraphWorker) => {
    if (message.kind === 'stop') {
      port.close();
      return;
    }
    const { id, rows, from, vectors } = message;
    try {
      const results = await session.run({ [inputNames[0]!]: new Tensor('float32', vectors, [rows, from]) });
      const { dims, data, type } = results[outputNames[0]!]!;
      if (type !== 'float32' || dims.length !== 2 || dims[0] !== rows) {
        throw new Error(
          `it gives ${type} [${dims.join(', ')}] for ${rows} vectors, not float32 [${rows}, …]`,
        );
      }
      const projected = Float32Array.from(data as Float32Array);
      send({ kind: 'done', id, to: dims[1]!, vectors: projected }, [projected.buffer as ArrayBuffer]);
    } catch (error) {
      send({ kind: 'failed', id, reason: said(error) });
    }
  });
  send({ kind: 'ready' });
} catch (error) {
  send({ kind: 'unusable', reason: said(error) });
}
