import type { Fact, FactFilter, KnowledgeBase } from '../knowledge/knowledge.js';
import type { Term } from '../prolog/term.js';
import type { SpacePin } from './pinned-space.js';
import type { FactStream } from './streamed-facts.js';

export type Channel = 'DENSE' | 'SPARSE' | 'LEXICAL';

/** How the scores of several channels become one: by weights that belong to the model, or by ranks alone. */
export type Fusion = 'WEIGHTED' | 'RECIPROCAL_RANK';

export interface RetrievalOptions {
  /** Default DENSE and LEXICAL. */
  readonly channels?: readonly Channel[];
  /** How many facts at most; default 50, at most 1,000. */
  readonly topK?: number;
  /** Facts of a lower similarity are left out; in [0, 1]. */
  readonly minSimilarity?: number | null;
  readonly filter?: FactFilter | null;
  /** Late interaction over the best candidates. */
  readonly rerank?: boolean;
  /**
   * The vectors of all facts that the filter leaves are compared, also where an index could say which are near. Default
   * false. Hazard: takes time with these facts, about a second for a million.
   */
  readonly exact?: boolean;
  /** Default WEIGHTED. Hazard: RECIPROCAL_RANK gives a weak channel as much say as a strong one. */
  readonly fusion?: Fusion | null;
  /** k of RECIPROCAL_RANK, 0 to 1,000; default 60. The smaller, the more the first ranks of a channel count. */
  readonly reciprocalRankK?: number | null;
}

export interface ChannelScore {
  readonly channel: Channel;
  /** DENSE: the calibrated similarity; SPARSE: the dot product of lexical weights; LEXICAL: BM25. */
  readonly score: number;
  /** From 1, among the facts that the channel found. */
  readonly rank: number;
}

export interface ScoredFact {
  readonly fact: Fact;
  /** Fused score, in (0, 1]; what the list is ordered by. */
  readonly score: number;
  /** Calibrated cosine to the text, in (0, 1]; the fused score where DENSE was not asked for. */
  readonly similarity: number;
  readonly channels: readonly ChannelScore[];
}

export interface SearchRequest {
  readonly knowledgeBase: KnowledgeBase;
  readonly revision: number;
  readonly text: string;
  readonly options?: RetrievalOptions;
  /** Of a request of several calls, which all compare vectors of one space. Default: the space that is active at the moment. */
  readonly pin?: SpacePin;
  readonly signal?: AbortSignal;
}

export interface SearchOutcome {
  /** Best first; ties by fact id. */
  readonly facts: readonly ScoredFact[];
  /** More facts than `topK` might have been found. */
  readonly cut: boolean;
  /** The embedding space whose vectors were compared; null where neither DENSE nor SPARSE was asked for, or there is none. */
  readonly space: number | null;
  /**
   * No better fact was missed: neither by an index or by a bound on candidates, nor as one that no channel ranks high and
   * the channels together would. Late interaction is left out of account: it looks at the best without it.
   */
  readonly exact: boolean;
  /** So many of the first facts are certainly the best; all of them where the list is `exact`. */
  readonly certain: number;
  readonly embedMs: number;
  readonly retrieveMs: number;
}

export interface SimilarRequest {
  readonly knowledgeBase: KnowledgeBase;
  readonly revision: number;
  readonly text: string;
  /** Facts that unify with it, e.g. summary(I, _). A plain variable: any fact with a sentence. */
  readonly pattern: Term;
  readonly limit: number;
  /** In [0, 1): facts of a lower similarity are left out. */
  readonly minSimilarity: number;
  /** As of a search. */
  readonly pin?: SpacePin;
  readonly signal?: AbortSignal;
}

export interface SimilarFacts {
  /** Best first; ties by fact id. */
  readonly facts: readonly { readonly fact: number; readonly similarity: number }[];
  readonly cut: boolean;
  readonly embedMs: number;
  readonly retrieveMs: number;
}

/** Hands facts on in falling similarity, so that whoever needs few reads few. */
export interface StreamingRetriever extends Retriever {
  /** `topK` is 1,000 where the options do not say. @throws CorollaryError as `search` */
  stream(request: SearchRequest): Promise<FactStream>;
  /** How near each of `others` is to the text in meaning. @throws CorollaryError EMBEDDING_SPACE_UNAVAILABLE */
  similarities(text: string, others: readonly string[], knowledgeBase: KnowledgeBase): Promise<number[]>;
}

/** Text → ranked facts. Exact over the facts that are live at the request's revision. */
export interface Retriever {
  search(request: SearchRequest): Promise<SearchOutcome>;
  /** For similar/3: by meaning alone. */
  similar(request: SimilarRequest): Promise<SimilarFacts>;
  /** For nearest/3: facts near a given one, itself left out; by the stored vectors. */
  nearest(request: Omit<SimilarRequest, 'text'> & { readonly fact: number }): Promise<SimilarFacts>;
  /** For similarity/3: of two texts. */
  similarity(a: string, b: string, knowledgeBase: KnowledgeBase, pin?: SpacePin): Promise<number>;
}
