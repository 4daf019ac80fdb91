import { type Compound, type Term, variable } from '../../prolog/term.js';
import { variablesOf } from '../../prolog/variables.js';
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

  /** Whether all variables of the term are among `known`. */
  areKnown(term: Term, known: ReadonlySet<number>): boolean {
    return variablesOf(term).every((name) => known.has(this.cellOf(name)));
  }

  /** The term with the values of those variables that `isKnown`. */
  of(term: Term, isKnown: (cell: number) => boolean = () => true, frame = this.frame): Term {
    if (term.kind === 'variable') {
      const cell = this.#numbers.get(term.name);
      return cell === undefined || !isKnown(cell) ? term : this.constants.term(frame[cell]!);
    }
    if (term.kind !== 'compound') return term;
    // Along the last arguments without recursion: a list is as deep as it is long.
    const spine: { readonly whole: Compound; readonly first: readonly Term[] }[] = [];
    let last: Term = term;
    while (last.kind === 'compound' && last.args.length > 0) {
      const first = last.args.slice(0, -1).map((argument) => this.of(argument, isKnown, frame));
      spine.push({ whole: last, first });
      last = last.args.at(-1)!;
    }
    let instance = last.kind === 'variable' ? this.of(last, isKnown, frame) : last;
    for (const { whole, first } of spine.reverse()) {
      const args = [...first, instance];
      const isChanged = args.some((argument, i) => argument !== whole.args[i]);
      instance = isChanged ? { kind: 'compound', name: whole.name, args } : whole;
    }
    return instance;
  }
}

/** Stands for an argument whose value a built-in is to find. */
export const anything: Term = variable('_');
