import { withClient } from './client.js';
import { type Command, UsageError } from './command.js';
import { decimal, readOptions, whereOptions, wholeNumber } from './options.js';
import { followJob } from './reembedding/follow-job.js';
import { type JobReply, jobFields } from './reembedding/job-reply.js';
import { projectionOption } from './reembedding/projection-option.js';

const mutation = `mutation ($input: ReembedInput!) { job: reembed(input: $input) { ${jobFields} } }`;

export const reembed: Command = {
  usage:
    'reembed MODEL [--dimensions N] [--projection pca:N|whitening:N|graph:FILE] [--manual] [--min-agreement X] [--rate N] [--detach] [--kb NAME] [--url URL]',
  help: `Changes the embedding model of a knowledge base, its dimensions or what runs it, while questions are answered.
Every sentence gets a vector of the new model beside the old one; when all are there and verified, questions use the new
ones. corollary spaces activate goes back, at once.

  --dimensions N      one of the shorter lengths that the model's vectors can be cut to
  --projection P      makes the vectors of the stored ones of MODEL, without asking it: pca:128 keeps the 128 directions in
                      which they extend most, whitening:128 makes them extend alike as well, graph:FILE is an ONNX graph
  --manual            the new space only becomes READY: corollary spaces activate ID makes it the one that is searched
  --min-agreement X   fails unless the ten nearest agree with those of before for X (0 to 1) on average: for the same model
                      in another runtime, precision or size
  --rate N            sentences a second at most
  --detach            only begins; corollary jobs shows how it goes (needs a running server)

Ctrl-C ends the watching, not the job. Exit code 1 when the job failed or was cancelled: nothing has changed then.`,

  async run(args, terminal) {
    const { values, positionals } = readOptions(args, {
      ...whereOptions,
      dimensions: { type: 'string' },
      projection: { type: 'string' },
      manual: { type: 'boolean' },
      'min-agreement': { type: 'string' },
      rate: { type: 'string' },
      detach: { type: 'boolean' },
    });
    const [model] = positionals;
    if (model === undefined || positionals.length > 1) throw new UsageError('reembed needs one model');
    const input = {
      model,
      dimensions: wholeNumber('dimensions', values.dimensions, 1, 100_000),
      minAgreement: decimal('min-agreement', values['min-agreement'], 0, 1),
      ratePerSecond: decimal('rate', values.rate, 0.01, Number.POSITIVE_INFINITY),
      projection: await projectionOption(values.projection),
      activate: values.manual ? 'MANUAL' : 'WHEN_VERIFIED',
      knowledgeBase: values.kb,
    };
    return withClient(values.url, terminal, async (client) => {
      if (values.detach && !client.outlivesCommand) {
        throw new UsageError(`--detach needs a running server: none has ${client.where} open`);
      }
      const { job } = await client.request<{ job: JobReply }>(mutation, { input });
      if (!values.detach) return followJob(client, job, terminal);
      terminal.print(`job ${job.id} has begun in ${client.where}: corollary jobs shows how it goes`);
      return 0;
    });
  },
};
