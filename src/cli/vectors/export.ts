import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CorollaryError } from '../../errors.js';
import type { VectorFileHeader, VectorRow } from '../../reembedding/vector-files/vector-file.js';
import { vectorFromText } from '../../reembedding/vectors/vector-text.js';
import { type Client, GraphqlFailure, withClient } from '../client.js';
import { type Terminal, UsageError } from '../command.js';
import { readOptions, whereOptions } from '../options.js';
import { Progress } from '../progress.js';
import { formatOf } from './format.js';

const PAGE = 500;

const spacesQuery = `query ($kb: String) { spaces: embeddingSpaces(knowledgeBase: $kb) {
  id state dimensions factCount pending fingerprint model { name } } }`;

const pageQuery = `query ($space: ID!, $first: Int, $after: String, $missing: Boolean) {
  page: storedVectors(space: $space, first: $first, after: $after, missing: $missing) {
    nodes { fact { id } text textHash vector } pageInfo { hasNextPage endCursor } } }`;

export interface SpaceReply {
  readonly id: string;
  readonly state: string;
  readonly dimensions: number;
  readonly factCount: number;
  readonly pending: number;
  readonly fingerprint: string;
  readonly model: { readonly name: string };
}

interface PageReply {
  readonly page: {
    readonly nodes: readonly {
      readonly fact: { readonly id: string };
      readonly text: string;
      readonly textHash: string;
      readonly vector: string | null;
    }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

export async function exportVectors(args: string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readOptions(args, {
    ...whereOptions,
    space: { type: 'string' },
    missing: { type: 'boolean' },
    format: { type: 'string' },
  });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new UsageError('vectors export needs one file');
  const format = formatOf(file, values.format);
  const { missing = false } = values;
  return withClient(values.url, terminal, async (client) => {
    const space = await chosenSpace(client, values.kb, values.space);
    const header: VectorFileHeader = {
      format: 'corollary-vectors',
      version: 1,
      model: space.model.name,
      dimensions: space.dimensions,
      fingerprint: space.fingerprint,
    };
    const progress = new Progress(terminal, 'exporting', missing ? space.pending : space.factCount);
    let written = 0;
    const rows = async function* (): AsyncGenerator<VectorRow> {
      for await (const row of storedRows(client, space.id, missing)) {
        yield row;
        written++;
        if (written % PAGE === 0) progress.at(written, `${written} sentences`);
      }
    };
    if (missing && format === formatOf('', 'copy')) {
      throw new UsageError('sentences without vectors are written as JSON Lines: name the file .jsonl');
    }
    try {
      await writeWhole(file, format.write(header, rows()), terminal.signal);
    } finally {
      progress.end();
    }
    terminal.print(
      `${written} ${missing ? 'sentences without a vector' : 'vectors'} of ${header.model} (${header.dimensions} dimensions) written to ${file}`,
    );
    return 0;
  });
}

export async function spacesOf(client: Client, kb: string | undefined): Promise<readonly SpaceReply[]> {
  return (await client.request<{ spaces: readonly SpaceReply[] }>(spacesQuery, { kb })).spaces;
}

async function chosenSpace(
  client: Client,
  kb: string | undefined,
  id: string | undefined,
): Promise<SpaceReply> {
  const spaces = await spacesOf(client, kb);
  const chosen = spaces.find((space) => (id === undefined ? space.state === 'ACTIVE' : space.id === id));
  if (chosen !== undefined) return chosen;
  throw new GraphqlFailure(
    `${kb ?? 'the knowledge base'} has no ${id === undefined ? 'active space' : `space ${id}`}: see corollary spaces`,
    'EMBEDDING_SPACE_NOT_FOUND',
    {},
  );
}

async function* storedRows(client: Client, space: string, missing: boolean): AsyncGenerator<VectorRow> {
  let after: string | null = null;
  for (;;) {
    const variables: object = { space, first: PAGE, after, missing };
    const { page }: PageReply = await client.request<PageReply>(pageQuery, variables);
    for (const { fact, text, textHash, vector } of page.nodes) {
      yield { fact: fact.id, text, textHash, vector: vector === null ? null : vectorFromText(vector)! };
    }
    if (!page.pageInfo.hasNextPage) return;
    after = page.pageInfo.endCursor;
  }
}

/** A file that is there is whole: it has its name only when all is written. */
async function writeWhole(
  file: string,
  content: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  const partial = `${file}.partial`;
  try {
    await pipeline(Readable.from(content, { objectMode: true }), createWriteStream(partial), { signal });
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof Error && 'syscall' in error) {
      throw new CorollaryError('BAD_INPUT', `${file} cannot be written (${code})`, {}, { cause: error });
    }
    throw error;
  }
}
