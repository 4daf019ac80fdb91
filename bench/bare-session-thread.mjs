// A thread with nothing but an ONNX session: what the runtime itself takes.
import { parentPort, workerData } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';

const { modelPath, threads, output } = workerData;
const session = await InferenceSession.create(modelPath, {
  executionProviders: ['cpu'],
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
  intraOpNumThreads: threads,
  interOpNumThreads: 1,
  logSeverityLevel: 3,
});

/** Milliseconds of all batches, each padded to its longest text. */
async function run(batches) {
  let total = 0;
  for (const batch of batches) {
    const longest = Math.max(...batch.map(({ length }) => length));
    const ids = new BigInt64Array(batch.length * longest).fill(1n);
    const mask = new BigInt64Array(batch.length * longest);
    for (const [row, text] of batch.entries()) {
      for (const [t, id] of text.entries()) ids[row * longest + t] = BigInt(id);
      mask.fill(1n, row * longest, row * longest + text.length);
    }
    const shape = [batch.length, longest];
    const feeds = {
      input_ids: new Tensor('int64', ids, shape),
      attention_mask: new Tensor('int64', mask, shape),
    };
    const began = performance.now();
    await session.run(feeds, [output]);
    total += performance.now() - began;
  }
  return total;
}

parentPort.on('message', async (batches) => {
  if (batches === 'stop') {
    await session.release();
    parentPort.close();
  } else parentPort.postMessage(await run(batches));
});
parentPort.postMessage('ready');
