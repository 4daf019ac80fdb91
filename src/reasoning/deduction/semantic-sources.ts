import { CorollaryError } from '../../errors.js';
import type { Scoring } from '../reasoning.js';
import type { ConstantTable } from './constants.js';
import type { Cursor, Place } from './cursor.js';
import type { DeductionHost, SimilarLookup, SimilarRow } from './deduction.js';
import type { RequestFacts } from './request-facts.js';
import type { Space } from './space.js';
import type { SemanticStep } from './steps/semantic-step.js';
import type { WorkMeter } from './work-meter.js';

/** Rows of the first batch of a source; each later one is four times as long. */
const FIRST_ROWS = 32;
/** similar/3 and nearest/3 give at most this many facts, as in Prolog (see semantic-calls.ts). */
const MOST_ROWS = 1_000;
/** Similarities of pairs that are asked for at once. */
const MOST_PAIRS = 256;
/** Factors may be multiplied in another order than for the score itself, which moves the last digits. */
const ROUNDING = 1 + 1e-12;

/** A fact that similar/3 or nearest/3 gives, or the outcome of similarity/3, which has no fact. */
export interface SemanticRow {
  readonly fact: SimilarRow | undefined;
  readonly similarity: number;
  /** Its similarity times the fact's confidence. */
  readonly score: number;
  /** Its number among the request's rows. */
  readonly number: number;
}

/** One call with its values: the same for every rule that makes it. */
export interface SemanticSource {
  readonly lookup: SimilarLookup | undefined;
  readonly pair: readonly [string, string] | undefined;
  readonly rows: SemanticRow[];
  isAll: boolean;
  limit: number;
}

/** Somebody who takes a source's rows one after the other. */
class SourceCursor implements Cursor {
  position = 0;
  constructor(
    readonly source: SemanticSource,
    readonly step: SemanticStep,
    readonly frame: Int32Array,
    /** Score of what was joined before. */
    readonly before: number,
    readonly sources: SemanticSources,
  ) {}

  resume(space: Space, tuple: number): void {
    this.sources.resume(space, tuple, this);
  }
}

/**
 * The semantic calls of one request as sorted sources: rows come in falling similarity, batch by batch, and a cursor
 * stands in the agenda with the best score that its next row can lead to. So a batch is fetched only while it could
 * still beat everything else (Fagin, Lotem, Naor, "Optimal aggregation algorithms for middleware", 2003).
 */
export class SemanticSources {
  /** Some call had more facts to give than it may, and they could have counted. */
  isCut = false;
  readonly #rows: SemanticRow[] = [];
  readonly #sources = new Map<string, SemanticSource>();

  constructor(
    readonly host: DeductionHost,
    readonly facts: RequestFacts,
    readonly constants: ConstantTable,
    readonly scoring: Scoring,
    readonly meter: WorkMeter,
  ) {}

  score(row: number): number {
    return this.#rows[row]!.score;
  }

  row(number: number): SemanticRow {
    return this.#rows[number]!;
  }

  /** Whether retrieval brought the fact as well. */
  isRetrieved(row: number): boolean {
    const { fact } = this.#rows[row]!;
    return fact !== undefined && this.facts.retrieved.brings(fact.fact);
  }

  similar(lookup: Omit<SimilarLookup, 'limit'>): SemanticSource {
    return this.#source(`${lookup.name} ${JSON.stringify(lookup.of)} ${lookup.pattern}`, {
      lookup: { ...lookup, limit: 0 },
      pair: undefined,
    });
  }

  similarity(a: string, b: string): SemanticSource {
    return this.#source(`similarity ${JSON.stringify([a, b])}`, { lookup: undefined, pair: [a, b] });
  }

  #source(key: string, call: Pick<SemanticSource, 'lookup' | 'pair'>): SemanticSource {
    const known = this.#sources.get(key);
    if (known !== undefined) return known;
    this.meter.grow(200);
    const source: SemanticSource = { ...call, rows: [], isAll: false, limit: 0 };
    this.#sources.set(key, source);
    return source;
  }

  /** The step goes on with each row of the source, best first, as soon as nothing better is left to do. */
  follow(source: SemanticSource, step: SemanticStep, { space, score, size }: Place): void {
    this.meter.grow(100 + step.frame.byteLength);
    const cursor = new SourceCursor(source, step, step.frame.slice(), score(), this);
    space.putOff(cursor, this.#bound(cursor), size());
  }

  /** The cursor has become the best of the agenda. */
  resume(space: Space, tuple: number, cursor: SourceCursor): void {
    const { source, step, frame } = cursor;
    const row = source.rows[cursor.position];
    if (row === undefined) {
      if (source.isAll) return;
      if (source.limit >= MOST_ROWS) {
        this.isCut = true;
        return;
      }
      this.#fetch(source);
    } else {
      cursor.position += 1;
      step.frame.set(frame);
      step.take(row);
    }
    if (cursor.position < source.rows.length || !source.isAll)
      space.derived.requeue(tuple, this.#bound(cursor), space.derived.size[tuple]!);
  }

  /** Every row of a source, at once. */
  all(source: SemanticSource): readonly SemanticRow[] {
    if (!source.isAll && source.limit < MOST_ROWS) this.#fetch(source, MOST_ROWS);
    if (!source.isAll) this.isCut = true;
    return source.rows;
  }

  /** The best score that the cursor's next row can lead to. */
  #bound({ source, before, position }: SourceCursor): number {
    const next = source.rows[position] ?? source.rows.at(-1);
    const similarity = next?.similarity ?? 1;
    return this.scoring === 'PRODUCT'
      ? Math.min(1, before * similarity * ROUNDING)
      : Math.min(before, similarity);
  }

  /** The next batch of a source; sources that were never asked are asked in the same go. */
  #fetch(wanted: SemanticSource, limit?: number): void {
    const fresh = [...this.#sources.values()].filter((source) => source.limit === 0 && source !== wanted);
    const similar = [wanted, ...fresh].filter(({ lookup }) => lookup !== undefined);
    const pairs = [wanted, ...fresh].filter(({ pair }) => pair !== undefined).slice(0, MOST_PAIRS);
    if (similar.length > 0) {
      for (const source of similar) {
        const next = source.limit === 0 ? FIRST_ROWS : source.limit * 4;
        source.limit = Math.min(MOST_ROWS, source === wanted ? (limit ?? next) : next);
      }
      const answers = this.host.similar(similar.map(({ lookup, limit }) => ({ ...lookup!, limit })));
      for (const [i, source] of similar.entries()) {
        const { rows, isAll } = answers[i]!;
        for (const fact of rows.slice(source.rows.length))
          this.#add(source, fact, fact.similarity, fact.confidence);
        source.isAll = isAll;
      }
    }
    if (pairs.length > 0) {
      const answers = this.host.similarity(pairs.map(({ pair }) => pair!));
      for (const [i, source] of pairs.entries()) {
        this.#add(source, undefined, answers[i]!, 1);
        source.limit = 1;
        source.isAll = true;
      }
    }
  }

  #add(source: SemanticSource, fact: SimilarRow | undefined, similarity: number, confidence: number): void {
    this.meter.grow(150);
    const row = { fact, similarity, score: similarity * confidence, number: this.#rows.length };
    this.#rows.push(row);
    source.rows.push(row);
  }
}

/** Thrown where a goal's value is of the wrong kind for a semantic call. */
export function wrongText(shown: string): CorollaryError {
  return new CorollaryError('EVALUATION', `${shown} stands where text is needed`);
}
