import type { Application } from '../../application.js';
import { CorollaryError } from '../../errors.js';
import { decodeFactId } from '../../knowledge/fact-id.js';
import { describeProjection } from '../../reembedding/projection/stored-projection.js';
import type { EmbeddingSpaceInfo, Job } from '../../reembedding/reembedding.js';
import { importVectors } from '../../reembedding/vectors/import-vectors.js';
import { readVectors } from '../../reembedding/vectors/read-vectors.js';
import { textHash } from '../../reembedding/vectors/text-hash.js';
import { vectorFromText, vectorText } from '../../reembedding/vectors/vector-text.js';
import type { Resolvers } from '../generated/schema-types.js';
import { given } from '../given.js';
import { jobId, parseJobId, parseSpaceId, spaceId } from '../node-id.js';

const LARGEST_GRAPH_TEXT = 17 * 2 ** 20;

export const reembeddingResolvers: Resolvers = {
  Query: {
    async jobs(_, { state, first, after, knowledgeBase }, { application }) {
      return application.reembedding.jobs({
        knowledgeBase: knowledgeBase ?? null,
        state: state ?? null,
        first: first ?? null,
        after: after == null ? null : jobOfCursor(after),
      });
    },
    job: (_, { id }, { application }) => jobOrNull(application, parseJobId(id)),
    async storedVectors(_, { space, first, after, missing }, { application }) {
      const page = await readVectors(application.database, await spaceOf(application, space), {
        first: first ?? 500,
        after: after == null ? undefined : factOfCursor(after),
        missing: missing ?? false,
      });
      return page;
    },
  },

  Mutation: {
    async reembed(_, { input }, { application }) {
      const { projection, fingerprint, ...request } = given(input);
      return application.reembedding.reembed({
        ...request,
        ...(fingerprint !== undefined && { fingerprint }),
        ...(projection !== undefined && {
          projection: {
            method: projection.method,
            dimensions: projection.dimensions ?? null,
            ...(projection.graph != null && { graph: graphOf(projection.graph) }),
          },
        }),
      });
    },
    cancelJob: (_, { id }, { application }) => application.reembedding.cancel(parseJobId(id)),
    resumeJob: (_, { id }, { application }) => application.reembedding.resume(parseJobId(id)),
    activateEmbeddingSpace: (_, { id }, { application, signal }) =>
      application.reembedding.activate(parseSpaceId(id).space, signal),
    async dropEmbeddingSpace(_, { id }, { application }) {
      return { deletedId: spaceId(await application.reembedding.drop(parseSpaceId(id).space)) };
    },
    async verifyEmbeddings(_, { input }, { application, signal }) {
      const { space, sample, against, knowledgeBase } = given(input);
      const [key, other] = [parseSpaceId(space), against === undefined ? undefined : parseSpaceId(against)];
      if (knowledgeBase !== undefined) {
        const { id } = await application.knowledge.knowledgeBase(knowledgeBase);
        const foreign = [key, other].find((each) => each !== undefined && each.knowledgeBase !== id);
        if (foreign !== undefined) {
          throw new CorollaryError(
            'EMBEDDING_SPACE_NOT_FOUND',
            `${knowledgeBase} has no embedding space ${spaceId({ knowledgeBase: foreign.knowledgeBase, id: foreign.space })}`,
          );
        }
      }
      return application.reembedding.verify({
        space: key.space,
        sample: sample ?? null,
        against: other?.space ?? null,
        signal,
      });
    },
    async importVectors(_, { input }, { application, signal }) {
      const { vectors } = input;
      const space = await spaceOf(application, input.space);
      const rows = vectors.map(({ fact, textHash: hash, vector: text }, index) => {
        const vector = vectorFromText(text);
        if (vector === undefined) {
          throw new CorollaryError('BAD_INPUT', `Vector ${index}: it is no float32 in base64.`, { index });
        }
        const key = decodeFactId(fact);
        return {
          fact: key.knowledgeBase === space.knowledgeBase ? key.id : undefined,
          textHash: hash,
          vector,
        };
      });
      const { imported, unknown, stale } = await importVectors(application.database, space, rows, signal);
      const idOf = (index: number) => vectors[index]!.fact;
      return { imported, unknown: unknown.map(idOf), stale: stale.map(idOf) };
    },
  },

  Subscription: {
    job: {
      subscribe: (_, { id }, { application, signal }) =>
        application.reembedding.watch(parseJobId(id), signal),
      resolve: (job: Job) => job,
    },
  },

  Job: {
    id: jobId,
    space: async ({ space }, _, { application }) =>
      space === null ? null : orNull('EMBEDDING_SPACE_NOT_FOUND', application.reembedding.space(space)),
    async failures({ failures, knowledgeBase }, _, { application }) {
      if (failures.length === 0) return [];
      const { id } = await application.knowledge.knowledgeBase(knowledgeBase);
      return failures.map(({ fact, error }) => ({ knowledgeBase: id, fact, error }));
    },
  },

  JobFailure: {
    fact: ({ knowledgeBase, fact }, _, { loaders }) => loaders.fact({ knowledgeBase, id: fact }),
  },

  JobConnection: {
    edges: ({ jobs }) => jobs.map((node) => ({ cursor: jobId(node), node })),
    nodes: ({ jobs }) => jobs,
    pageInfo: ({ jobs, hasMore }) => ({
      hasNextPage: hasMore,
      // Whoever asks for what comes after a cursor has seen what was before.
      hasPreviousPage: false,
      startCursor: jobs[0] === undefined ? null : jobId(jobs[0]),
      endCursor: jobs.length === 0 ? null : jobId(jobs.at(-1)!),
    }),
  },

  EmbeddingSpace: {
    projection: async ({ projection }, _, { application }) =>
      projection === null ? null : ((await describeProjection(application.database, projection)) ?? null),
  },

  StoredVectorPage: {
    nodes: ({ vectors }) => vectors,
    pageInfo: ({ vectors, hasMore }) => ({
      hasNextPage: hasMore,
      hasPreviousPage: false,
      startCursor: vectors[0] === undefined ? null : String(vectors[0].fact),
      endCursor: vectors.length === 0 ? null : String(vectors.at(-1)!.fact),
    }),
  },

  StoredVector: {
    fact: ({ knowledgeBase, fact }, _, { loaders }) => loaders.fact({ knowledgeBase, id: fact }),
    text: ({ sentence }) => sentence,
    textHash: ({ sentence }) => textHash(sentence),
    vector: ({ vector }) => (vector === null ? null : vectorText(vector)),
  },
};

export function jobOrNull({ reembedding }: Application, id: number): Promise<Job | null> {
  return orNull('JOB_NOT_FOUND', reembedding.job(id));
}

async function orNull<T>(code: CorollaryError['code'], found: Promise<T>): Promise<T | null> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof CorollaryError && error.code === code) return null;
    throw error;
  }
}

/** @throws CorollaryError EMBEDDING_SPACE_NOT_FOUND */
async function spaceOf({ reembedding }: Application, id: string): Promise<EmbeddingSpaceInfo> {
  const key = parseSpaceId(id);
  const space = await reembedding.space(key.space);
  if (space.knowledgeBase === key.knowledgeBase) return space;
  throw new CorollaryError('EMBEDDING_SPACE_NOT_FOUND', `There is no embedding space ${id}.`, { id });
}

/** @throws CorollaryError BAD_INPUT */
function graphOf(text: string): Uint8Array {
  if (text.length > LARGEST_GRAPH_TEXT || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) {
    throw new CorollaryError('BAD_INPUT', 'projection.graph is an ONNX file of at most 12 MB in base64.');
  }
  return Buffer.from(text, 'base64');
}

function jobOfCursor(cursor: string): number {
  const [, id] = /^job:([1-9]\d{0,9})$/.exec(cursor) ?? [];
  if (id !== undefined) return Number(id);
  throw new CorollaryError('BAD_CURSOR', `${JSON.stringify(cursor.slice(0, 100))} is no cursor of jobs`, {
    cursor,
  });
}

function factOfCursor(cursor: string): number {
  if (/^[1-9]\d{0,14}$/.test(cursor)) return Number(cursor);
  throw new CorollaryError('BAD_CURSOR', `${JSON.stringify(cursor.slice(0, 100))} is no cursor of vectors`, {
    cursor,
  });
}
