import { parentPort, workerData } from 'node:worker_threads';
import { CorollaryError } from '../../errors.js';
import { learnLinearMap } from './learn-linear-map.js';
import type { LearningOutcome, LearningTask } from './learning-thread.js';

// Eigenvectors of a thousand dimensions take seconds: this is a thread that nobody waits in.

const { method, dimensions, vectors, from } = workerData as LearningTask;
const rows = Array.from({ length: vectors.length / from }, (_, row) =>
  vectors.subarray(row * from, (row + 1) * from),
);
const reply = (outcome: LearningOutcome) => parentPort?.postMessage(outcome);
try {
  reply({ kind: 'learned', map: learnLinearMap(method, rows, dimensions) });
} catch (error) {
  if (!(error instanceof CorollaryError)) throw error;
  reply({ kind: 'refused', message: error.message, details: error.details });
}
