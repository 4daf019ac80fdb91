import type { CorollaryError } from '../../../errors.js';
import { atom, compound, integer, type Term } from '../../../prolog/term.js';
import { raised } from '../../raised-error.js';

/** The errors of ISO 13211-1, 7.12.2, as a caller of either evaluator gets to see them. */

export const instantiationError = (): CorollaryError => raised(atom('instantiation_error'));

export const typeError = (type: string, culprit: Term): CorollaryError =>
  raised(compound('type_error', atom(type), culprit));

export const domainError = (domain: string, culprit: Term): CorollaryError =>
  raised(compound('domain_error', atom(domain), culprit));

export const representationError = (limit: string): CorollaryError =>
  raised(compound('representation_error', atom(limit)));

export const syntaxError = (fault: string): CorollaryError => raised(compound('syntax_error', atom(fault)));

export const notEvaluable = (name: string, arity: number): CorollaryError =>
  raised(compound('type_error', atom('evaluable'), compound('/', atom(name), integer(arity))));

export const evaluationError = (
  fault: 'undefined' | 'zero_divisor' | 'float_overflow' | 'rational_overflow',
): CorollaryError => raised(compound('evaluation_error', atom(fault)));

/** What library predicates of SWI-Prolog raise that have no clause for their arguments. */
export const noMatchingRule = (name: string, ...args: readonly Term[]): CorollaryError =>
  raised(
    compound('existence_error', atom('matching_rule'), compound(':', atom('lists'), compound(name, ...args))),
  );

/** Of a term that has fewer arguments. */
export const noArgument = (position: Term, term: Term): CorollaryError =>
  raised(compound('existence_error', atom('argument'), position, term));
