import { withClient } from './client.js';
import { type Command, UsageError } from './command.js';
import { readOptions, whereOptions, wholeNumber } from './options.js';
import { tableLines } from './table.js';

const list = `query ($kb: String) { spaces: embeddingSpaces(knowledgeBase: $kb) {
  id state dimensions coverage factCount pending failed fingerprint createdAt activatedAt model { name installed }
  projection { method inputDimensions } } }`;

interface SpaceReply {
  readonly id: string;
  readonly state: string;
  readonly dimensions: number;
  readonly coverage: number;
  readonly factCount: number;
  readonly pending: number;
  readonly createdAt: string;
  readonly model: { readonly name: string };
  readonly projection: { readonly method: string; readonly inputDimensions: number } | null;
}

interface VerifyReply {
  readonly verification: {
    readonly sampled: number;
    readonly minCosine: number;
    readonly meanCosine: number;
    readonly neighbourOverlapAt10: number | null;
    readonly coverage: number;
    readonly passed: boolean;
    readonly faults: readonly string[];
  };
}

const columns = ['SPACE', 'STATE', 'MODEL', 'DIMENSIONS', 'VECTORS', 'COVERAGE', 'WAITING', 'MADE'];
const numbers = new Set(['DIMENSIONS', 'VECTORS', 'COVERAGE', 'WAITING']);

export const spaces: Command = {
  usage:
    'spaces [list | activate ID | drop ID | verify ID] [--against ID] [--sample N] [--json] [--kb NAME] [--url URL]',
  help: `Lists a knowledge base's vector spaces, changes which one is searched, deletes one, or checks one.

  list          the one that is searched first (default)
  activate ID   a READY one, or a RETIRED one to go back; at once, for all servers
  drop ID       deletes a space that is not searched, with its vectors
  verify ID     compares stored vectors with what the model gives now, --sample N of them (default 100), and with
                --against ID the ten nearest with those of another space. Exit code 1 when something is wrong`,

  async run(args, terminal) {
    const { values, positionals } = readOptions(args, {
      ...whereOptions,
      against: { type: 'string' },
      sample: { type: 'string' },
      json: { type: 'boolean' },
    });
    const [action = 'list', id, ...more] = positionals;
    const wantsId = ['activate', 'drop', 'verify'].includes(action);
    if (more.length > 0 || (id !== undefined) !== wantsId || (action !== 'list' && !wantsId)) {
      throw new UsageError('spaces list, or spaces activate, drop or verify and the ID of a space');
    }
    const sample = wholeNumber('sample', values.sample, 1, 10_000) ?? 100;
    return withClient(values.url, terminal, async (client) => {
      if (action === 'activate') {
        const document =
          'mutation ($id: ID!) { space: activateEmbeddingSpace(id: $id) { dimensions model { name } } }';
        const { space } = await client.request<{ space: SpaceReply }>(document, { id });
        terminal.print(
          `space ${id} (${space.model.name}, ${space.dimensions} dimensions) is searched from now on`,
        );
        return 0;
      }
      if (action === 'drop') {
        await client.request('mutation ($id: ID!) { dropEmbeddingSpace(id: $id) { deletedId } }', { id });
        terminal.print(`space ${id} is deleted`);
        return 0;
      }
      if (action === 'verify') {
        const document = `mutation ($input: VerifyEmbeddingsInput!) { verification: verifyEmbeddings(input: $input) {
          sampled minCosine meanCosine neighbourOverlapAt10 coverage passed faults } }`;
        const input = { space: id, sample, against: values.against };
        const { verification } = await client.request<VerifyReply>(document, { input });
        if (values.json) terminal.print(JSON.stringify(verification, null, 2));
        else for (const line of verificationLines(verification)) terminal.print(line);
        return verification.passed ? 0 : 1;
      }
      const { spaces: found } = await client.request<{ spaces: readonly SpaceReply[] }>(list, {
        kb: values.kb,
      });
      if (values.json) terminal.print(JSON.stringify(found, null, 2));
      else if (found.length === 0) terminal.print('no spaces yet: the first sentence makes one');
      else for (const line of tableLines(columns, found.map(rowOf), numbers)) terminal.print(line);
      return 0;
    });
  },
};

function rowOf(space: SpaceReply): string[] {
  const { id, state, model, dimensions, factCount, coverage, pending, createdAt, projection } = space;
  const made = projection === null ? '' : ` · ${projection.method} of ${projection.inputDimensions}`;
  return [
    id,
    state,
    `${model.name}${made}`,
    String(dimensions),
    String(factCount),
    `${Math.floor(100 * coverage)} %`,
    String(pending),
    createdAt.slice(0, 16).replace('T', ' '),
  ];
}

function verificationLines({
  sampled,
  minCosine,
  meanCosine,
  neighbourOverlapAt10,
  coverage,
  passed,
  faults,
}: VerifyReply['verification']): string[] {
  return [
    `${sampled} computed again: cosine ${minCosine.toFixed(4)} or more, ${meanCosine.toFixed(4)} on average`,
    ...(neighbourOverlapAt10 === null
      ? []
      : [`ten nearest agree for ${(100 * neighbourOverlapAt10).toFixed(1)} %`]),
    `${(100 * coverage).toFixed(coverage === 1 ? 0 : 2)} % of sentences have their vector`,
    passed ? 'all is well' : 'not all is well:',
    ...faults.map((fault) => `  ${fault}`),
  ];
}
