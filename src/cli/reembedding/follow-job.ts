import { setTimeout as wait } from 'node:timers/promises';
import { type Client, GraphqlFailure } from '../client.js';
import type { Terminal } from '../command.js';
import { Progress } from '../progress.js';
import { isOver, type JobReply, jobFields } from './job-reply.js';

const POLL_MS = 500;
/** As shells have it. */
const INTERRUPTED = 130;

const phases: Readonly<Record<JobReply['phase'], string>> = {
  EMBEDDING: 'embedding',
  INDEXING: 'building the index',
  VERIFYING: 'verifying',
  ACTIVATING: 'activating',
};

/**
 * Shows how a job goes until it is over. Ctrl-C ends the watching, not the job.
 * @returns the exit code
 */
export async function followJob(client: Client, first: JobReply, terminal: Terminal): Promise<number> {
  const progress = new Progress(terminal, 're-embedding', first.total);
  let job = first;
  let told: string | null = null;
  try {
    while (!isOver(job)) {
      progress.at((job.done / Math.max(job.total, 1)) * first.total, noteOf(job));
      if (job.error !== null && job.error !== told) progress.complain(`waits: ${job.error}`);
      told = job.error;
      await wait(POLL_MS, undefined, { signal: terminal.signal });
      job = await jobOf(client, job.id);
    }
  } catch (error) {
    if (!terminal.signal.aborted) throw error;
    progress.end();
    terminal.complain(leftAlone(client, job));
    return INTERRUPTED;
  } finally {
    progress.end();
  }
  return report(job, terminal);
}

export async function jobOf(client: Client, id: string): Promise<JobReply> {
  const { job } = await client.request<{ job: JobReply | null }>(
    `query ($id: ID!) { job(id: $id) { ${jobFields} } }`,
    { id },
  );
  if (job === null) throw new GraphqlFailure(`there is no job ${id}`, 'JOB_NOT_FOUND', {});
  return job;
}

function leftAlone(client: Client, { id }: JobReply): string {
  const how = `corollary jobs cancel ${id} ends it`;
  return client.outlivesCommand
    ? `job ${id} goes on in ${client.where}: corollary jobs shows it, ${how}`
    : `job ${id} stops here, with what it has done kept: it goes on when a server or command next opens ${client.where}; ${how}`;
}

function noteOf({ done, total, phase, state, ratePerSecond, etaSeconds }: JobReply): string {
  if (state === 'PAUSED') return `${done} / ${total} sentences · paused`;
  if (phase !== 'EMBEDDING') return phases[phase];
  const rate = ratePerSecond === null ? '' : ` · ${Math.round(ratePerSecond)}/s`;
  const left = etaSeconds === null ? '' : ` · ${duration(etaSeconds)} left`;
  return `${done} / ${total} sentences${rate}${left}`;
}

export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}

/** What came of a job that is over. @returns the exit code */
function report(job: JobReply, terminal: Terminal): number {
  const { id, state, done, space, verification, error, failures } = job;
  if (state !== 'SUCCEEDED') {
    terminal.complain(
      `job ${id} ${state === 'FAILED' ? 'failed' : 'was cancelled'}${error === null ? '' : `: ${error}`}`,
    );
    for (const fault of verification?.faults ?? []) terminal.complain(`  ${fault}`);
    for (const { fact, error: why } of failures) terminal.complain(`  ${fact.prolog}: ${why}`);
    terminal.complain('what was searched before still is');
    return 1;
  }
  const model = space === null ? '' : ` by ${space.model.name} (${space.dimensions} dimensions)`;
  terminal.print(`${done} sentences embedded${model}`);
  if (verification !== null) {
    const { sampled, minCosine, neighbourOverlapAt10: overlap } = verification;
    const agreement =
      overlap === null ? '' : ` · ten nearest agree for ${(100 * overlap).toFixed(0)} % with those of before`;
    terminal.print(`verified: ${sampled} computed again, cosine ${minCosine.toFixed(4)} or more${agreement}`);
  }
  terminal.print(
    space?.state === 'ACTIVE'
      ? `space ${space.id} is searched from now on; corollary spaces shows the one of before, to go back or to drop`
      : `space ${space?.id} is ready: corollary spaces activate ${space?.id} makes it the one that is searched`,
  );
  return 0;
}
