import { type Term, variable } from '../../prolog/term.js';
import type { ConstantTable } from './constants.js';

/** Reads variables of a clause out of its frame. */
export class Instances {
  readonly #numbers: ReadonlyMap<string, number>;

  constructor(
    readonly frame: Int32Array,
    readonly constants: ConstantTable,
    names: readonly string[],
  ) {
    this.#numbers = new Map(names.map((name, number) => [name, number]));
  }

  cellOf(name: string): number {
    return this.#numbers.get(name)!;
  }

  /** The term with the values of those variables that `isKnown`. */
  of(term: Term, isKnown: (cell: number) => boolean = () => true, frame = this.frame): Term {
    if (term.kind === 'variable') {
      const cell = this.#numbers.get(term.name);
      return cell === undefined || !isKnown(cell) ? term : this.constants.term(frame[cell]!);
    }
    if (term.kind !== 'compound') return term;
    let isChanged = false;
    const args = term.args.map((argument) => {
      const instance = this.of(argument, isKnown, frame);
      isChanged ||= instance !== argument;
      return instance;
    });
    return isChanged ? { kind: 'compound', name: term.name, args } : term;
  }
}

/** Stands for an argument whose value a built-in is to find. */
export const anything: Term = variable('_');
