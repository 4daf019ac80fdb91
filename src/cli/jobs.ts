import { withClient } from './client.js';
import { type Command, UsageError } from './command.js';
import { readOptions, whereOptions, wholeNumber } from './options.js';
import { duration, followJob, jobOf } from './reembedding/follow-job.js';
import { type JobReply, jobFields } from './reembedding/job-reply.js';
import { tableLines } from './table.js';

const list = `query ($first: Int, $kb: String) { jobs(first: $first, knowledgeBase: $kb) { nodes { ${jobFields} } totalCount } }`;

interface JobsReply {
  readonly jobs: { readonly nodes: readonly JobReply[]; readonly totalCount: number };
}

const columns = [
  'JOB',
  'KNOWLEDGE BASE',
  'STATE',
  'DONE',
  'FAILED',
  'RATE',
  'LEFT',
  'MODEL',
  'SPACE',
  'BEGUN',
];
const numbers = new Set(['DONE', 'FAILED', 'RATE', 'LEFT']);

export const jobs: Command = {
  usage: 'jobs [list | follow ID | cancel ID | resume ID] [--first N] [--json] [--kb NAME] [--url URL]',
  help: `Lists the re-embedding jobs, the newest first, follows one, ends one, or goes on with one.

  list         how they stand (default); --first N of them (default 20)
  follow ID    a progress bar until it is over
  cancel ID    ends it; its space is kept for a day
  resume ID    goes on with one that was cancelled, failed or waits: what is there stays

follow and resume end with exit code 1 when the job failed or was cancelled.`,

  async run(args, terminal) {
    const { values, positionals } = readOptions(args, {
      ...whereOptions,
      first: { type: 'string' },
      json: { type: 'boolean' },
    });
    const [action = 'list', id, ...more] = positionals;
    const wantsId = ['follow', 'cancel', 'resume'].includes(action);
    if (more.length > 0 || (id !== undefined) !== wantsId || (action !== 'list' && !wantsId)) {
      throw new UsageError('jobs list, or jobs follow, cancel or resume and the ID of a job');
    }
    const first = wholeNumber('first', values.first, 1, 1_000) ?? 20;
    return withClient(values.url, terminal, async (client) => {
      const change = async (mutation: string): Promise<JobReply> => {
        const document = `mutation ($id: ID!) { job: ${mutation}(id: $id) { ${jobFields} } }`;
        return (await client.request<{ job: JobReply }>(document, { id })).job;
      };
      if (action === 'follow') return followJob(client, await jobOf(client, id!), terminal);
      if (action === 'resume') return followJob(client, await change('resumeJob'), terminal);
      if (action === 'cancel') {
        const { done, total } = await change('cancelJob');
        terminal.print(
          `job ${id} is cancelled, ${done} of ${total} sentences done; corollary jobs resume ${id} goes on`,
        );
        return 0;
      }
      const { jobs: page } = await client.request<JobsReply>(list, { first, kb: values.kb });
      if (values.json) terminal.print(JSON.stringify(page.nodes, null, 2));
      else if (page.nodes.length === 0) terminal.print('no jobs');
      else for (const line of tableLines(columns, page.nodes.map(rowOf), numbers)) terminal.print(line);
      return 0;
    });
  },
};

function rowOf(job: JobReply): string[] {
  const {
    id,
    knowledgeBase,
    state,
    phase,
    done,
    total,
    failed,
    ratePerSecond,
    etaSeconds,
    space,
    createdAt,
  } = job;
  return [
    id,
    knowledgeBase,
    state === 'RUNNING' ? `${state} ${phase}` : state,
    `${done} / ${total}`,
    String(failed),
    ratePerSecond === null ? '' : `${Math.round(ratePerSecond)}/s`,
    etaSeconds === null ? '' : duration(etaSeconds),
    space === null ? '' : `${space.model.name} ${space.dimensions}`,
    space === null ? 'dropped' : space.id,
    createdAt.slice(0, 16).replace('T', ' '),
  ];
}
