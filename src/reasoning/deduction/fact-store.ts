import type { FactBatch } from '../../knowledge/knowledge.js';
import { ConstantTable } from './constants.js';
import { readArguments } from './read-arguments.js';
import { FOREVER, Relation } from './relation.js';

/** The facts of one knowledge base that a reasoner thread holds: a relation for each predicate. */
export class FactStore {
  readonly constants = new ConstantTable();
  readonly #relations = new Map<string, Relation>();

  /** By indicator; undefined when no fact of it was ever loaded. */
  relation(indicator: string): Relation | undefined {
    return this.#relations.get(indicator);
  }

  get indicators(): IterableIterator<string> {
    return this.#relations.keys();
  }

  /** Of columns and indexes, without the constants. */
  get bytes(): number {
    let bytes = 0;
    for (const relation of this.#relations.values()) bytes += relation.bytes;
    return bytes;
  }

  /** The relation, made where there is none. */
  open(indicator: string): Relation {
    const known = this.#relations.get(indicator);
    if (known !== undefined) return known;
    const relation = new Relation(Number(indicator.slice(indicator.lastIndexOf('/') + 1)));
    this.#relations.set(indicator, relation);
    return relation;
  }

  drop(indicator: string): void {
    this.#relations.delete(indicator);
  }

  /**
   * Adds the rows of a batch that are newer than revision `held`, and ends those that were held and have been
   * retracted since.
   */
  load({ predicate, arity, lines }: FactBatch, held: number): void {
    loadLines(this.open(`${predicate}/${arity}`), this.constants, lines, held);
  }
}

/**
 * Each line: id, confidence, the revision that asserted it, the one that retracted it or nothing, 1 or 0 for a
 * sentence, and the canonical text, with tabs between.
 */
export function loadLines(relation: Relation, constants: ConstantTable, lines: string, held: number): void {
  for (let start = 0; start < lines.length; ) {
    const end = lines.indexOf('\n', start);
    const stop = end < 0 ? lines.length : end;
    const afterId = lines.indexOf('\t', start);
    const afterConfidence = lines.indexOf('\t', afterId + 1);
    const afterFrom = lines.indexOf('\t', afterConfidence + 1);
    const afterTo = lines.indexOf('\t', afterFrom + 1);
    const id = Number(lines.slice(start, afterId));
    const from = Number(lines.slice(afterConfidence + 1, afterFrom));
    const to = afterTo === afterFrom + 1 ? FOREVER : Number(lines.slice(afterFrom + 1, afterTo));
    if (from <= held) relation.end(id, to);
    else {
      relation.add({
        args: readArguments(lines, afterTo + 3, stop, relation.arity, constants),
        id,
        confidence: Number(lines.slice(afterId + 1, afterConfidence)),
        from,
        to,
        hasSentence: lines.charCodeAt(afterTo + 1) === 49,
      });
    }
    start = stop + 1;
  }
}
