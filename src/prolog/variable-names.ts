import type { Variable } from './term.js';

interface NamedVariable {
  readonly name: string;
  /** Where it stands first. */
  readonly offset: number;
  occurrences: number;
}

/** The variables of one clause. */
export class VariableNames {
  #named: Map<string, NamedVariable> | undefined;
  #anonymous: { kind: 'variable'; name: string }[] | undefined;

  named(name: string, offset: number): Variable {
    this.#named ??= new Map();
    const known = this.#named.get(name);
    if (known === undefined) this.#named.set(name, { name, offset, occurrences: 1 });
    else known.occurrences++;
    return { kind: 'variable', name };
  }

  /** A variable for `_`. It has no name until `nameAnonymous`. */
  anonymous(): Variable {
    const variable = { kind: 'variable' as const, name: '_' };
    this.#anonymous ??= [];
    this.#anonymous.push(variable);
    return variable;
  }

  /** Names each `_` `_1`, `_2`, … past the names that the clause itself uses. */
  nameAnonymous(): void {
    let number = 0;
    for (const variable of this.#anonymous ?? []) {
      do number++;
      while (this.#named?.has(`_${number}`));
      variable.name = `_${number}`;
    }
  }

  /** Named variables, in order of appearance. */
  get all(): readonly NamedVariable[] {
    return this.#named === undefined ? [] : [...this.#named.values()];
  }
}
