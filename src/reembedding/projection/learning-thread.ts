import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { CorollaryError } from '../../errors.js';
import type { LearnedMethod } from './learn-linear-map.js';
import type { LinearMap } from './linear-map.js';
import { LinearProjection } from './linear-projection.js';

export interface LearningTask {
  readonly method: LearnedMethod;
  readonly dimensions?: number | undefined;
  /** [count, from], row-major. */
  readonly vectors: Float32Array;
  readonly from: number;
}

export type LearningOutcome =
  | { readonly kind: 'learned'; readonly map: LinearMap }
  | {
      readonly kind: 'refused';
      readonly message: string;
      readonly details: Readonly<Record<string, unknown>>;
    };

/**
 * `learnLinearMap` in a thread of its own, which is ended when `signal` aborts.
 * @throws CorollaryError BAD_INPUT as it does; CANCELLED
 */
export async function learnInThread(task: LearningTask, signal: AbortSignal): Promise<LinearProjection> {
  if (signal.aborted) throw new CorollaryError('CANCELLED', 'Learning the projection was cancelled.');
  const worker = new Worker(new URL('./learning-worker.js', import.meta.url), {
    workerData: task,
    name: `learning ${task.method}`,
  });
  const end = () => void worker.terminate();
  signal.addEventListener('abort', end, { once: true });
  try {
    const outcome = await Promise.race([
      once(worker, 'message').then(([message]) => message as LearningOutcome),
      once(worker, 'exit').then(() => undefined),
    ]);
    if (outcome?.kind === 'learned') return new LinearProjection(outcome.map);
    if (outcome?.kind === 'refused') throw new CorollaryError('BAD_INPUT', outcome.message, outcome.details);
    if (signal.aborted) throw new CorollaryError('CANCELLED', 'Learning the projection was cancelled.');
    throw new Error('The thread that learned a projection ended without a word');
  } finally {
    signal.removeEventListener('abort', end);
    await worker.terminate();
  }
}
