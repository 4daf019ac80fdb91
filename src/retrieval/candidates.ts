import type { Connection } from '../database/database.js';
import type { Embedder, SparseVector } from '../embedding/embedder.js';
import { channelWeights } from './channel-weights.js';
import type { DenseQuery } from './dense-query.js';
import { cosinesOf, denseSearch } from './dense-search.js';
import { type Candidate, type Fused, type FusionWeights, fuse } from './fusion.js';
import type { IndexHits } from './inverted-index.js';
import { type LexicalQuery, lexicalQuery } from './lexical-query.js';
import { bm25Of, lexicalSearch } from './lexical-search.js';
import type { FactScope } from './live-facts.js';
import type { FusionChoice } from './options.js';
import { type BegunWith, spaceBegunWith } from './pinned-space.js';
import { fuseByRank } from './reciprocal-rank.js';
import type { Channel } from './retrieval.js';
import type { SearchExperience } from './search-experience.js';
import { dotProductsOf, type SparseQuery, sparseQuery, sparseSearch } from './sparse-search.js';

export interface CandidateRequest {
  readonly scope: FactScope;
  /** The space of `vector` and `sparse`. */
  readonly begunWith: BegunWith;
  /** Undefined: without the dense channel. */
  readonly vector: Float32Array | undefined;
  /** Undefined: without the sparse channel. */
  readonly sparse: Pick<SparseVector, 'ids' | 'weights'> | undefined;
  /** Undefined: without the lexical channel. */
  readonly lexicalText: string | undefined;
  readonly topK: number;
  /** Every vector in scope is compared. */
  readonly exact: boolean;
  readonly fusion: FusionChoice;
  readonly experience: SearchExperience;
}

/** From 1, by fact. A fact that a channel says nothing about has no rank there. */
export interface Ranks {
  readonly dense: ReadonlyMap<number, number>;
  readonly sparse: ReadonlyMap<number, number>;
  readonly lexical: ReadonlyMap<number, number>;
}

export interface Found extends Fused {
  /** Calibrated, in (0, 1]; undefined without a cosine. */
  readonly similarity: number | undefined;
}

/** What a fact that no channel offered can have at most. */
export interface Unseen {
  readonly score: number;
  /** As minSimilarity is compared with: of a fact without a vector, its score. */
  readonly similarity: number;
}

export interface Candidates {
  /** Best first; more than `topK` where there are more facts. By meaning alone, the score is the similarity. */
  readonly found: readonly Found[];
  readonly ranks: Ranks;
  /** Undefined where no fact was left out that a channel could have found. */
  readonly unseen: Unseen | undefined;
  /** Each channel's facts are certainly its best, see `denseSearch` and `searchInvertedIndex`. */
  readonly exact: boolean;
}

/**
 * How many facts each channel offers: more than are asked for, so that a fact which no channel ranks among the first `topK`
 * can still get there by being good in several.
 */
const depthFor = (topK: number) => Math.max(100, 2 * topK);
/** With one channel there is nothing to be good in besides. One more says whether there are more. */
const aloneFor = (topK: number) => topK + 1;

/**
 * What the channels find, each fact with what every channel makes of it, whichever it came from: its exact similarity, its
 * dot product of lexical weights, its BM25.
 * @throws SpaceChanged; CorollaryError EMBEDDING_SPACE_UNAVAILABLE where the space has no lexical weights
 */
export async function candidatesFor(
  connection: Connection,
  embedder: Embedder,
  request: CandidateRequest,
): Promise<Candidates> {
  const { scope, vector, sparse, lexicalText, topK, fusion } = request;
  const { knowledgeBase } = scope;
  const chosen: Channel[] = [];
  if (vector !== undefined) chosen.push('DENSE');
  if (sparse !== undefined) chosen.push('SPARSE');
  if (lexicalText !== undefined) chosen.push('LEXICAL');
  const limit = chosen.length === 1 ? aloneFor(topK) : depthFor(topK);

  const space =
    vector || sparse ? await spaceBegunWith(connection, knowledgeBase, request.begunWith) : undefined;
  const byWeights = space && sparse ? await sparseQuery(connection, space, sparse) : undefined;
  const byWords =
    lexicalText === undefined ? undefined : await lexicalQuery(connection, knowledgeBase, lexicalText);
  const channels = {
    dense:
      space && vector
        ? await denseChannel(
            connection,
            { space, probe: { vector }, scope, limit, approximate: !request.exact },
            request.experience,
          )
        : nothing,
    sparse: byWeights ? await sparseChannel(connection, byWeights, scope, limit) : nothing,
    lexical: byWords ? await lexicalChannel(connection, byWords, scope, limit) : nothing,
  };
  const { dense, sparse: weighted, lexical } = channels;
  const all = Object.values(channels);
  const scores = await completed(all);

  const candidates: Candidate[] = [...new Set(scores.flatMap((each) => [...each.keys()]))].map((fact) => ({
    fact,
    cosine: scores[0]!.get(fact),
    sparse: scores[1]!.get(fact) ?? 0,
    bm25: scores[2]!.get(fact) ?? 0,
  }));
  const [denseRanks, sparseRanks, lexicalRanks] = scores.map(ranksBy) as [Rank, Rank, Rank];
  const ranks: Ranks = { dense: denseRanks, sparse: sparseRanks, lexical: lexicalRanks };

  const weights: FusionWeights = {
    ...channelWeights(new Set(chosen), embedder),
    bestSparse: byWeights?.bestSparse ?? 0,
    bestBm25: byWords?.bestBm25 ?? 0,
  };
  const isByMeaning = vector !== undefined && chosen.length === 1;
  const withSimilarity = (fused: Fused): Found => {
    const similarity = fused.cosine === undefined ? undefined : embedder.similarityOf(fused.cosine);
    return { ...fused, similarity, score: isByMeaning ? (similarity ?? fused.score) : fused.score };
  };
  const found = { ranks, exact: all.every(({ exact }) => exact) };
  const anyIsFull = all.some(({ last }) => last !== undefined);
  if (fusion.by === 'RECIPROCAL_RANK' && chosen.length > 1) {
    const asked = [
      ...(vector ? [ranks.dense] : []),
      ...(sparse ? [ranks.sparse] : []),
      ...(byWords ? [ranks.lexical] : []),
    ];
    return {
      ...found,
      found: fuseByRank(candidates, asked, fusion.k).map(withSimilarity),
      // Ranks beyond a channel's list are not known.
      unseen: anyIsFull ? { score: 1, similarity: 1 } : undefined,
    };
  }
  const scored = (given: readonly Candidate[]) => fuse(given, weights).map(withSimilarity);
  const last = { sparse: weighted.last ?? 0, bm25: lexical.last ?? 0 };
  const atMost = scored([
    { fact: 0, cosine: dense.last, ...last },
    { fact: 0, cosine: undefined, ...last },
  ]);
  return {
    ...found,
    found: scored(candidates),
    unseen: anyIsFull
      ? {
          score: Math.max(...atMost.map(({ score }) => score)),
          similarity: Math.max(...atMost.map(({ similarity, score }) => similarity ?? score)),
        }
      : undefined,
  };
}

/** What a channel found, and how to ask it about the facts that others found. */
interface ChannelResult {
  readonly scores: ReadonlyMap<number, number>;
  /** The lowest of the scores; undefined where the channel has no more facts than these. */
  readonly last: number | undefined;
  readonly exact: boolean;
  others(facts: readonly number[]): Promise<ReadonlyMap<number, number>>;
}

const nothing: ChannelResult = {
  scores: new Map(),
  last: undefined,
  exact: true,
  others: async () => new Map(),
};

async function denseChannel(
  connection: Connection,
  query: DenseQuery,
  experience: SearchExperience,
): Promise<ChannelResult> {
  const { hits, exact } = await denseSearch(connection, query, experience);
  return {
    scores: new Map(hits.map(({ fact, cosine }) => [fact, cosine])),
    last: hits.length < query.limit ? undefined : hits.at(-1)!.cosine,
    exact,
    others: (facts) => cosinesOf(connection, query.space, query.probe, facts),
  };
}

async function sparseChannel(
  connection: Connection,
  query: SparseQuery,
  scope: FactScope,
  limit: number,
): Promise<ChannelResult> {
  const found = await sparseSearch(connection, query, scope, limit);
  return { ...fromIndex(found, limit), others: (facts) => dotProductsOf(connection, query, facts) };
}

async function lexicalChannel(
  connection: Connection,
  query: LexicalQuery,
  scope: FactScope,
  limit: number,
): Promise<ChannelResult> {
  const found = await lexicalSearch(connection, query, scope, limit);
  return { ...fromIndex(found, limit), others: (facts) => bm25Of(connection, query, facts) };
}

function fromIndex({ hits, complete }: IndexHits, limit: number): Omit<ChannelResult, 'others'> {
  return {
    scores: new Map(hits.map(({ fact, score }) => [fact, score])),
    last: hits.length < limit ? undefined : hits.at(-1)!.score,
    exact: complete,
  };
}

/** The channels' scores, each with those of the facts that the others found. */
async function completed(channels: readonly ChannelResult[]): Promise<ReadonlyMap<number, number>[]> {
  const all = new Set(channels.flatMap(({ scores }) => [...scores.keys()]));
  const complete: ReadonlyMap<number, number>[] = [];
  for (const { scores, others } of channels) {
    const unknown = [...all].filter((fact) => !scores.has(fact));
    complete.push(unknown.length === 0 ? scores : new Map([...scores, ...(await others(unknown))]));
  }
  return complete;
}

type Rank = ReadonlyMap<number, number>;

/** Highest score first, ties by fact id. */
function ranksBy(scores: ReadonlyMap<number, number>): Rank {
  const ranked = [...scores].sort(([a, x], [b, y]) => y - x || a - b);
  return new Map(ranked.map(([fact], index) => [fact, index + 1]));
}
