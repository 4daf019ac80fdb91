import type { Scoring } from '../reasoning.js';
import type { Shape } from './datalog.js';
import type { DerivedTuples } from './derived-tuples.js';
import type { Relation } from './relation.js';
import type { RequestFacts } from './request-facts.js';
import type { SemanticSources } from './semantic-sources.js';
import type { Table } from './table.js';

/** A goal of a body that has a score: the cell that holds the row, tuple or semantic row of its proof. */
export type Premise =
  | { readonly kind: 'fact'; readonly cell: number; readonly relation: Relation }
  | { readonly kind: 'derived'; readonly cell: number }
  | { readonly kind: 'semantic'; readonly cell: number };

/** Score, size and anchoring of a derivation from what stands in its frame. */
export class Scores {
  /** Positions in `premises`, or lists of such. */
  readonly #shape: Shape;
  readonly #isFlat: boolean;

  constructor(
    readonly premises: readonly Premise[],
    shape: Shape,
    readonly confidence: number,
    /** What the proof has beside its premises: its root, built-ins, negations, aggregates. */
    readonly nodes: number,
    readonly scoring: Scoring,
    readonly facts: RequestFacts,
    readonly derived: DerivedTuples,
    readonly tables: readonly Table[],
    readonly semantics: SemanticSources,
  ) {
    this.#shape = shape;
    this.#isFlat = shape.every((part) => typeof part === 'number');
  }

  /** Factors are taken from left to right, the rule's confidence first: as in rules/system/translate.pl. */
  score(frame: Int32Array): number {
    if (!this.#isFlat) return this.#fold(this.#shape, this.confidence, frame);
    const { premises } = this;
    const isProduct = this.scoring === 'PRODUCT';
    let score = this.confidence;
    for (let i = 0; i < premises.length; i++) {
      const each = this.#premise(premises[i]!, frame);
      if (isProduct) score *= each;
      else if (each < score) score = each;
    }
    return score;
  }

  size(frame: Int32Array): number {
    let size = this.nodes;
    for (let i = 0; i < this.premises.length; i++) {
      const premise = this.premises[i]!;
      size += premise.kind === 'derived' ? this.derived.size[frame[premise.cell]!]! : 1;
    }
    return size;
  }

  isAnchored(frame: Int32Array): boolean {
    for (const premise of this.premises) {
      const at = frame[premise.cell]!;
      if (premise.kind === 'fact') {
        if (this.facts.similarity(premise.relation.id(at)) !== undefined) return true;
      } else if (premise.kind === 'semantic') {
        if (this.semantics.isRetrieved(at)) return true;
      } else {
        const { columns, width } = this.tables[this.derived.table[at]!]!;
        if (columns[width - 1]![this.derived.row[at]!] === 1) return true;
      }
    }
    return false;
  }

  #fold(shape: Shape, first: number, frame: Int32Array): number {
    let score = first;
    for (const part of shape) {
      const each =
        typeof part === 'number' ? this.#premise(this.premises[part]!, frame) : this.#fold(part, 1, frame);
      if (this.scoring === 'PRODUCT') score *= each;
      else if (each < score) score = each;
    }
    return score;
  }

  #premise(premise: Premise, frame: Int32Array): number {
    const at = frame[premise.cell]!;
    if (premise.kind === 'derived') return this.derived.score[at]!;
    if (premise.kind === 'fact') return this.facts.score(premise.relation, at);
    return this.semantics.score(at);
  }
}
