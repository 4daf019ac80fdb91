import { nearNames } from '../../near-names.js';
import { builtins, metaPredicates, semanticPredicates, standingOf } from '../builtins.js';

export interface UnknownCall {
  readonly code: 'UNKNOWN_PREDICATE' | 'NOT_PERMITTED';
  readonly message: string;
  /** There is such a name, with another number of arguments. */
  readonly isWrongArity: boolean;
  /** Indicators that may have been meant, nearest first. */
  readonly near: string[];
}

/**
 * Why `indicator`, which has neither rules nor facts, may not be called; undefined when it may. Names that are near are
 * looked for in `known`; nowhere when it is left out, for that takes as long as there are names.
 */
export function unknownCall(indicator: string, known?: readonly string[]): UnknownCall | undefined {
  const standing = indicator === '' ? 'not callable' : standingOf(indicator);
  if (standing === 'not callable') {
    return notPermitted('a number or a text cannot be called');
  }
  if (standing === 'refused') {
    return notPermitted(
      `${indicator} is not permitted: rules and goals read the knowledge base and nothing else`,
    );
  }
  if (standing !== 'free') return undefined;
  const near = known === undefined ? [] : nearIndicators(indicator, known);
  const sameName = near.filter((other) => nameOf(other) === nameOf(indicator));
  if (sameName.length > 0) {
    const has = sameName.map(arityOf).join(' or ');
    const message = `${indicator} is not known, but ${sameName.join(' and ')} ${sameName.length > 1 ? 'are' : 'is'}: give ${nameOf(indicator)} ${has} ${has === '1' ? 'argument' : 'arguments'}`;
    return { code: 'UNKNOWN_PREDICATE', message, isWrongArity: true, near };
  }
  const hint = near.length === 0 ? '' : `; did you mean ${near.join(' or ')}?`;
  return {
    code: 'UNKNOWN_PREDICATE',
    message: `${indicator} is not known${hint}`,
    isWrongArity: false,
    near,
  };
}

const notPermitted = (message: string): UnknownCall => ({
  code: 'NOT_PERMITTED',
  message,
  isWrongArity: false,
  near: [],
});

/** Operators and the shortest names are near to anything. */
const library = [...builtins.keys(), ...metaPredicates.keys(), ...semanticPredicates].filter((indicator) =>
  /^\w{4,}\//.test(indicator),
);

/** Of the same name with another arity first, then of a name that is near. */
function nearIndicators(indicator: string, known: readonly string[]): string[] {
  const callable = [...known, ...library];
  const name = nameOf(indicator);
  const names = nearNames(name, [...new Set(callable.map(nameOf))]);
  const ordered = [name, ...names.filter((other) => other !== name)];
  const near = ordered.flatMap((each) => callable.filter((other) => nameOf(other) === each));
  return [...new Set(near)].slice(0, 3);
}

const nameOf = (indicator: string) => indicator.slice(0, indicator.lastIndexOf('/'));
const arityOf = (indicator: string) => indicator.slice(indicator.lastIndexOf('/') + 1);
