import type { Connection } from '../database/database.js';
import type { Embedder } from '../embedding/embedder.js';
import { cosinesOf, denseSearch } from './dense-search.js';
import { type Candidate, type Fused, fuse } from './fusion.js';
import { bm25Of, lexicalQuery, lexicalSearch } from './lexical-search.js';
import type { FactScope } from './live-facts.js';
import { type BegunWith, spaceBegunWith } from './pinned-space.js';

export interface CandidateRequest {
  readonly scope: FactScope;
  /** The space of `vector`. */
  readonly begunWith: BegunWith;
  /** Undefined: without the dense channel. */
  readonly vector: Float32Array | undefined;
  /** Undefined: without the lexical channel. */
  readonly lexicalText: string | undefined;
  readonly topK: number;
  /** Every vector in scope is compared. */
  readonly exact: boolean;
}

/** From 1, by fact. A fact that a channel says nothing about has no rank there. */
export interface Ranks {
  readonly dense: ReadonlyMap<number, number>;
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
  /** Each channel's facts are certainly its best, see `denseSearch` and `lexicalSearch`. */
  readonly exact: boolean;
}

/**
 * How many facts each channel offers: more than are asked for, so that a fact which neither channel ranks among the
 * first `topK` can still get there by being good in both.
 */
const depthFor = (topK: number) => Math.max(100, 2 * topK);
/** With one channel there is nothing to be good in besides. One more says whether there are more. */
const aloneFor = (topK: number) => topK + 1;

/**
 * What the channels find, each fact with its exact similarity and its BM25 whichever channel it came from.
 * @throws SpaceChanged
 */
export async function candidatesFor(
  connection: Connection,
  embedder: Embedder,
  request: CandidateRequest,
): Promise<Candidates> {
  const { scope, vector, lexicalText, topK } = request;
  const isAlone = vector === undefined || lexicalText === undefined;
  const limit = isAlone ? aloneFor(topK) : depthFor(topK);

  const space = vector && (await spaceBegunWith(connection, scope.knowledgeBase, request.begunWith));
  const probe = vector && { vector };
  const { hits: dense, exact: denseIsExact } =
    space && probe
      ? await denseSearch(connection, { space, probe, scope, limit, approximate: !request.exact })
      : nothing;

  const query =
    lexicalText === undefined ? undefined : await lexicalQuery(connection, scope.knowledgeBase, lexicalText);
  const { hits: lexical, complete: lexicalIsExact } = query
    ? await lexicalSearch(connection, query, scope, limit)
    : nothing;

  const cosines = new Map(dense.map(({ fact, cosine }) => [fact, cosine]));
  if (space && probe) {
    const others = lexical.flatMap(({ fact }) => (cosines.has(fact) ? [] : [fact]));
    for (const entry of await cosinesOf(connection, space, probe, others)) cosines.set(...entry);
  }
  const bm25s = new Map(lexical.map(({ fact, bm25 }) => [fact, bm25]));
  if (query) {
    const others = dense.flatMap(({ fact }) => (bm25s.has(fact) ? [] : [fact]));
    for (const entry of await bm25Of(connection, query, scope.knowledgeBase, others)) bm25s.set(...entry);
  }

  const candidates: Candidate[] = [...new Set([...cosines.keys(), ...bm25s.keys()])].map((fact) => ({
    fact,
    cosine: cosines.get(fact),
    bm25: bm25s.get(fact) ?? 0,
  }));
  const weights = { dense: denseWeight(request, embedder), bestBm25: query?.bestBm25 ?? 0 };
  const scored = (given: readonly Candidate[]): Found[] =>
    fuse(given, weights).map((fused) => {
      const similarity = fused.cosine === undefined ? undefined : embedder.similarityOf(fused.cosine);
      return { ...fused, similarity, score: query ? fused.score : (similarity ?? fused.score) };
    });
  // A channel that gave fewer than it was asked for has no more.
  const cosine = dense.length < limit ? undefined : dense.at(-1)!.cosine;
  const bm25 = lexical.length < limit ? 0 : lexical.at(-1)!.bm25;
  const atMost = scored([
    { fact: 0, cosine, bm25 },
    { fact: 0, cosine: undefined, bm25 },
  ]);
  return {
    found: scored(candidates),
    unseen:
      cosine === undefined && bm25 === 0
        ? undefined
        : {
            score: Math.max(...atMost.map(({ score }) => score)),
            similarity: Math.max(...atMost.map(({ similarity, score }) => similarity ?? score)),
          },
    exact: denseIsExact && lexicalIsExact,
    ranks: {
      dense: ranksBy(
        candidates.filter(({ cosine }) => cosine !== undefined),
        ({ cosine }) => cosine ?? -1,
      ),
      lexical: ranksBy(
        candidates.filter(({ bm25 }) => bm25 > 0),
        ({ bm25 }) => bm25,
      ),
    },
  };
}

/** What a channel finds that was not asked for, or has nothing to search. */
const nothing = { hits: [], exact: true, complete: true };

function denseWeight({ vector, lexicalText }: CandidateRequest, embedder: Embedder): number {
  if (lexicalText === undefined) return 1;
  return vector === undefined ? 0 : embedder.fusionWeight;
}

function ranksBy(
  candidates: readonly Candidate[],
  score: (candidate: Candidate) => number,
): Map<number, number> {
  const ranked = candidates.toSorted((a, b) => score(b) - score(a) || a.fact - b.fact);
  return new Map(ranked.map(({ fact }, index) => [fact, index + 1]));
}
