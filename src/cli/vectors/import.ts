import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { CorollaryError } from '../../errors.js';
import {
  type ReadRow,
  type VectorFile,
  VectorFileFault,
  type VectorFileHeader,
} from '../../reembedding/vector-files/vector-file.js';
import { vectorFault } from '../../reembedding/vectors/vector-fault.js';
import { vectorText } from '../../reembedding/vectors/vector-text.js';
import { type Client, withClient } from '../client.js';
import { type Terminal, UsageError } from '../command.js';
import { decimal, readOptions, whereOptions } from '../options.js';
import { Progress } from '../progress.js';
import { followJob } from '../reembedding/follow-job.js';
import { isOver, type JobReply, jobFields } from '../reembedding/job-reply.js';
import { spacesOf } from './export.js';
import { type FileFormat, formatOf } from './format.js';

/** What the API takes at once, and about how many bytes a request should have. */
const MOST_VECTORS = 1_000;
const REQUEST_BYTES = 8_000_000;
/** Facts that are named when their vectors were not taken. */
const NAMED = 5;

const beginMutation = `mutation ($input: ReembedInput!) { job: reembed(input: $input) { ${jobFields} } }`;
const jobsQuery = `query ($kb: String) { jobs(first: 100, knowledgeBase: $kb) { nodes { ${jobFields} } } }`;
const resumeMutation = `mutation ($id: ID!) { job: resumeJob(id: $id) { ${jobFields} } }`;
const importMutation = `mutation ($input: ImportVectorsInput!) { outcome: importVectors(input: $input) { imported unknown stale } }`;

interface OutcomeReply {
  readonly imported: number;
  readonly unknown: readonly string[];
  readonly stale: readonly string[];
}

/** Facts whose vectors were not taken: how many, and the first of them. */
class LeftOut {
  count = 0;
  readonly named: string[] = [];

  add(facts: readonly string[]): void {
    this.count += facts.length;
    this.named.push(...facts.slice(0, NAMED - this.named.length));
  }
}

interface Outcome {
  imported: number;
  readonly unknown: LeftOut;
  readonly stale: LeftOut;
}

interface ImportOptions {
  readonly kb: string | undefined;
  readonly manual: boolean;
  readonly minAgreement: number | undefined;
}

export async function importVectors(args: string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readOptions(args, {
    ...whereOptions,
    format: { type: 'string' },
    manual: { type: 'boolean' },
    'min-agreement': { type: 'string' },
  });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new UsageError('vectors import needs one file');
  const format = formatOf(file, values.format);
  const options: ImportOptions = {
    kb: values.kb,
    manual: values.manual ?? false,
    minAgreement: decimal('min-agreement', values['min-agreement'], 0, 1),
  };
  const { header, rows } = await checkFile(file, format, terminal.signal);
  return withClient(values.url, terminal, async (client) => {
    const job = await jobFor(client, header, options);
    const outcome = await sendFile(client, file, format, job.space!.id, rows, terminal);
    terminal.print(`${outcome.imported} of ${rows} vectors imported into space ${job.space!.id}`);
    tell(terminal, outcome.unknown, 'are of facts that are not there');
    tell(terminal, outcome.stale, 'are of facts that have another sentence now');
    const resumed = await client.request<{ job: JobReply }>(resumeMutation, { id: job.id });
    return followJob(client, resumed.job, terminal);
  });
}

function tell(terminal: Terminal, { count, named }: LeftOut, why: string): void {
  if (count === 0) return;
  terminal.complain(`${count} vectors ${why}: ${named.join(', ')}${count > NAMED ? ', …' : ''}`);
}

/**
 * Reads all of it before anything is sent.
 * @throws CorollaryError BAD_INPUT that names the line or byte of the first fault
 */
async function checkFile(
  file: string,
  format: FileFormat,
  signal: AbortSignal,
): Promise<{ header: VectorFileHeader; rows: number }> {
  return reading(file, format, async ({ header, rows }) => {
    let count = 0;
    for await (const { where, vector } of rows) {
      signal.throwIfAborted();
      const fault = vector === null ? 'there is no vector' : vectorFault(vector, header.dimensions);
      if (fault !== undefined) throw new VectorFileFault(where, fault);
      count++;
    }
    return { header, rows: count };
  });
}

async function reading<T>(
  file: string,
  format: FileFormat,
  work: (content: VectorFile) => Promise<T>,
): Promise<T> {
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
    throw new CorollaryError('BAD_INPUT', `${file} cannot be read (${error.code})`);
  });
  const stream = createReadStream('', { fd: handle });
  try {
    return await work(await format.read(stream));
  } catch (error) {
    if (error instanceof VectorFileFault) throw new CorollaryError('BAD_INPUT', `${file}, ${error.message}`);
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EISDIR') throw new CorollaryError('BAD_INPUT', `${file} is a folder`);
    throw error;
  } finally {
    stream.destroy();
  }
}

/** The job whose space the vectors go into: one that waits for them already, or a new one. */
async function jobFor(client: Client, header: VectorFileHeader, options: ImportOptions): Promise<JobReply> {
  const { kb, manual, minAgreement } = options;
  const spaces = await spacesOf(client, kb);
  const building = spaces.find(
    ({ state, fingerprint }) => state === 'BUILDING' && fingerprint === header.fingerprint,
  );
  if (building !== undefined) {
    const { jobs } = await client.request<{ jobs: { nodes: readonly JobReply[] } }>(jobsQuery, { kb });
    const job = jobs.nodes.find((each) => each.space?.id === building.id && !isOver(each));
    if (job !== undefined) return job;
  }
  const input = {
    model: header.model,
    dimensions: header.dimensions,
    fingerprint: header.fingerprint,
    activate: manual ? 'MANUAL' : 'WHEN_VERIFIED',
    minAgreement,
    paused: true,
    knowledgeBase: kb,
  };
  return (await client.request<{ job: JobReply }>(beginMutation, { input })).job;
}

async function sendFile(
  client: Client,
  file: string,
  format: FileFormat,
  space: string,
  total: number,
  terminal: Terminal,
): Promise<Outcome> {
  const progress = new Progress(terminal, 'importing', total);
  const outcome: Outcome = { imported: 0, unknown: new LeftOut(), stale: new LeftOut() };
  let sent = 0;
  const send = async (batch: readonly ReadRow[]) => {
    const vectors = batch.map(({ fact, textHash, vector }) => ({
      fact,
      textHash,
      vector: vectorText(vector!),
    }));
    const reply = await client.request<{ outcome: OutcomeReply }>(importMutation, {
      input: { space, vectors },
    });
    outcome.imported += reply.outcome.imported;
    outcome.unknown.add(reply.outcome.unknown);
    outcome.stale.add(reply.outcome.stale);
    sent += batch.length;
    progress.at(sent, `${sent} / ${total} vectors`);
  };
  try {
    await reading(file, format, async ({ header, rows }) => {
      const bytes = 250 + Math.ceil((header.dimensions * 16) / 3);
      const size = Math.max(1, Math.min(MOST_VECTORS, Math.floor(REQUEST_BYTES / bytes)));
      const batch: ReadRow[] = [];
      for await (const row of rows) {
        batch.push(row);
        if (batch.length === size) await send(batch.splice(0));
      }
      if (batch.length > 0) await send(batch);
    });
  } finally {
    progress.end();
  }
  return outcome;
}
