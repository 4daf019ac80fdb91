import type { Term } from '../../prolog/term.js';

/** Numbers for terms: the same for variants, and seldom the same for others. Quicker than their texts. */
export class TermShapes {
  readonly #numbers = new Map<string, number>();

  of(...terms: readonly Term[]): number {
    const variables = new Map<string, number>();
    let shape = terms.length;
    const pending = [...terms];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      shape = (Math.imul(shape, 31) + this.#part(next, variables)) | 0;
      if (next.kind === 'compound') for (const argument of next.args) pending.push(argument);
    }
    return shape;
  }

  #part(term: Term, variables: Map<string, number>): number {
    switch (term.kind) {
      case 'variable': {
        const number = variables.get(term.name) ?? variables.size;
        variables.set(term.name, number);
        return -1 - number;
      }
      case 'compound':
        return Math.imul(this.#number(term.name), 7) + term.args.length;
      case 'atom':
        return Math.imul(this.#number(term.name), 5);
      case 'string':
        return Math.imul(this.#number(term.value), 3);
      default:
        return this.#number(String(term.value));
    }
  }

  #number(text: string): number {
    const number = this.#numbers.get(text) ?? this.#numbers.size;
    this.#numbers.set(text, number);
    return number;
  }
}
