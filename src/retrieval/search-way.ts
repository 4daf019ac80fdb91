import type { ActiveSpace } from './embedding-spaces.js';
import type { IndexKind } from './index-kind.js';
import type { UsualNearness } from './usual-nearness.js';

/** How the nearest facts are found. */
export type Way =
  /** Every vector of the facts in scope is compared. */
  | { readonly kind: 'all in scope' }
  /** Every vector of the space is compared; the nearest `take` are looked at, whether they are in scope. */
  | { readonly kind: 'all'; readonly take: number }
  | IndexWay;

/** As 'all', by the approximate index. */
export interface IndexWay {
  readonly kind: IndexKind;
  readonly take: number;
  /** hnsw.ef_search, up to 1,000: how thoroughly the graph is searched. */
  readonly width: number;
}

/** What PostgreSQL's statistics say of the facts in scope: how many they are, and what finding them costs, in its units. */
export interface Estimate {
  readonly rows: number;
  readonly cost: number;
}

/** The highest hnsw.ef_search; for more the index is scanned again and again. */
const MOST_AT_ONCE = 1_000;
/** Facts that are looked up one by one in any plan. */
const FEW = 20_000;
/** Of a search that should not lose its way. */
const WIDE = 128;
/** More would have the index read more than comparing all is worth. */
const MOST_BY_INDEX = 5_000;
/** Sizes that `take` is rounded up to, so that statements have few texts. */
const TAKES = [32, 64, 128, 192, 320, 512, 1_000, 2_000, MOST_BY_INDEX];

/**
 * About what the ways cost, measured on 100,000 vectors of 1,024 dimensions on an idle machine: a unit of PostgreSQL's, a
 * fact and a component of its vector that are compared; a search by the index, each of the neighbours that it keeps on
 * its way, and each vector that it gives. Their ratio decides.
 */
const COST_MS = {
  unit: 0.003,
  fact: 0.0008,
  component: 1e-6,
  index: 0.6,
  neighbour: 0.007,
  candidate: 0.002,
};
/**
 * Whether the nearest are in scope nobody knows beforehand: what the index may cost at first, and with all attempts, as a
 * part of what comparing all in scope would cost.
 */
const WORTH_TRYING = 0.7;
const WORTH_TRYING_AGAIN = 0.25;

/** Taken without looking at the facts, so some may turn out to be retracted. */
const withSlack = (limit: number) => Math.ceil(1.1 * limit) + 16;
/** So many of the nearest have `limit` of them in scope, with some to spare. */
const takenFor = (limit: number, share: number) => (1.1 * limit) / Math.max(share, 1e-9);
/**
 * By bits the order is rough, the rougher the fewer there are: so many for each that is wanted. Of the ten nearest of a million
 * vectors of 256 dimensions .89 were among the first 256 by bits, .96 of 512, .99 of 1,000.
 */
const bitsFactor = (dimensions: number) => Math.min(64, Math.max(8, 8_192 / dimensions));

/**
 * Where fewer of the nearest are in scope than this part of what statistics let expect, the scope lies elsewhere: the index
 * walks from the probe through all that is nearer first, and comes upon what is in scope by chance. With a filter that
 * leaves half of 100 clusters, but not the probe's, its best found .2 of the nearest. Retractions lie anywhere: without a
 * filter that part is smaller.
 */
const NEARBY = { filtered: 1 / 3, unfiltered: 1 / 20 };

/** Proposes one way after the other, until one finds enough: the cheapest first, in the end one that misses nothing. */
export class WaysToSearch {
  readonly #limit: number;
  readonly #dimensions: number;
  readonly #index: IndexKind | undefined;
  /** Of comparing all in scope; without a filter, all in the space. */
  readonly #allMs: number;
  readonly #isFiltered: boolean;
  readonly #rows: number;
  /** Of the facts with a sentence, in scope by statistics. */
  readonly #share: number;
  #last: Way | undefined;
  /** What the index has cost so far. */
  #spentMs = 0;
  /** The next number of vectors to take from the index. */
  #take: number;
  readonly #nearness: UsualNearness | undefined;
  /** The index is searched more widely than what is taken calls for. */
  #isWide: boolean;

  /**
   * @param estimate undefined without a filter: nearly all facts are in scope
   * @param nearness of the space, which learns from what is found; without it the index is always searched widely
   */
  constructor(
    space: Pick<ActiveSpace, 'sentences' | 'dimensions'>,
    limit: number,
    estimate: Estimate | undefined,
    index: IndexKind | undefined,
    nearness?: UsualNearness,
  ) {
    this.#limit = limit;
    this.#dimensions = space.dimensions;
    this.#index = index;
    const { sentences, dimensions } = space;
    const { rows, cost } = estimate ?? { rows: sentences, cost: 0 };
    this.#allMs = cost * COST_MS.unit + rows * (COST_MS.fact + dimensions * COST_MS.component);
    this.#rows = rows;
    this.#share = estimate ? Math.min(1, rows / Math.max(1, sentences)) : 1;
    this.#take = this.#candidates(Math.max(withSlack(limit), takenFor(limit, this.#share)));
    this.#isFiltered = estimate !== undefined;
    this.#nearness = nearness;
    this.#isWide = nearness?.isKnown !== true;
  }

  get first(): Way {
    this.#last = this.#byIndex() ?? this.#byAll();
    return this.#last;
  }

  /**
   * Whether the server may keep the plan of the way that was proposed last for other values of the filter: it looks few facts up,
   * by whatever the filter says or by their ids. Where a filter leaves many, one value wants another plan than the next.
   */
  get mayKeepPlan(): boolean {
    return !this.#isFiltered || this.#last?.kind !== 'all in scope' || this.#rows <= FEW;
  }

  /**
   * The way to go after one that took `taken` vectors of which `found` are in scope, at most the limit; undefined when
   * that was enough.
   * @param distance of the nearest that was taken, cosine distance; null or NaN where there is none
   */
  after(found: number, taken: number, distance: number | null = null): Way | undefined {
    const last = this.#last!;
    if ('width' in last && distance !== null && !Number.isNaN(distance)) {
      const width = widthFor(last.take, true);
      if (width > last.width && this.#nearness?.isUsual(1 - distance) === false) {
        this.#isWide = true;
        this.#last = { ...last, width };
        return this.#last;
      }
      this.#nearness?.add(1 - distance);
    }
    if (found >= this.#limit || last.kind === 'all in scope') return undefined;
    if (last.kind === 'all') {
      if (taken < last.take) return undefined;
      this.#last = { kind: 'all in scope' };
      return this.#last;
    }
    const nearby = found / Math.max(1, taken);
    const isNear = nearby >= this.#share * NEARBY[this.#isFiltered ? 'filtered' : 'unfiltered'];
    this.#take = Math.max(2 * last.take, this.#candidates(takenFor(this.#limit, nearby)));
    // The index has no more to give when it gives less than it was asked for.
    const more = isNear && taken === last.take ? this.#byIndex() : undefined;
    this.#last = more ?? { kind: 'all in scope' };
    return this.#last;
  }

  #candidates(wanted: number): number {
    return Math.ceil(wanted * (this.#index === 'bit' ? bitsFactor(this.#dimensions) : 1));
  }

  #byIndex(): Way | undefined {
    const take = TAKES.find((size) => size >= this.#take);
    if (this.#index === undefined || take === undefined) return undefined;
    // The farthest of very many are too uncertain to tell which of them a filter lets through first.
    if (this.#isFiltered && take > MOST_AT_ONCE) return undefined;
    const width = widthFor(take, this.#isWide);
    const ms = COST_MS.index + Math.max(width, take) * COST_MS.neighbour + take * COST_MS.candidate;
    const worth = !this.#isFiltered ? 1 : this.#spentMs === 0 ? WORTH_TRYING : WORTH_TRYING_AGAIN;
    if (this.#spentMs + ms > worth * this.#allMs) return undefined;
    this.#spentMs += ms;
    return { kind: this.#index, take, width };
  }

  #byAll(): Way {
    return this.#isFiltered ? { kind: 'all in scope' } : { kind: 'all', take: withSlack(this.#limit) };
  }
}

/**
 * The last of what is taken are found only by a search that goes further: of the ten nearest of 63,666 sentences (Debian's
 * package descriptions, the bundled model) 40 found .9965, 64 .997 and 128 .9975. But of 100 questions about 100 clusters of
 * 1,000 vectors, which lie far from each other, up to six came upon no vector of their cluster with 20 to 50, one or none with
 * 64, and none with 128: see usual-nearness.ts.
 */
const widthFor = (take: number, isWide: boolean) =>
  Math.min(MOST_AT_ONCE, Math.max(isWide ? WIDE : 0, Math.ceil(1.25 * take)));
