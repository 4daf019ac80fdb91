import { CorollaryError, type ErrorCode } from '../errors.js';
import { readTerm } from '../prolog/reader.js';
import type { Term } from '../prolog/term.js';
import { displayTerm } from '../prolog/writer.js';
import { standingOf } from './builtins.js';
import { unknownCall } from './diagnostics/unknown-call.js';
import { missingMessage } from './unsupported.js';

/** What an error that a goal raised means for its caller. `text` is the error's canonical text. */
export function prologError(text: string, known: readonly string[]): CorollaryError {
  const { term } = readTerm(text, { maxNesting: Number.POSITIVE_INFINITY });
  const formal = partOf(term, 'error', 0) ?? term;
  const culprit = partOf(formal, 'existence_error', 1);
  const missing = partOf(formal, 'existence_error', 0);
  // Others are of what built-ins look for: existence_error(matching_rule, _) of sum_list/2 and its like for no list.
  if (culprit !== undefined && missing?.kind === 'atom' && missing.name === 'procedure') {
    const [name, arity] = culprit.kind === 'compound' ? culprit.args : [];
    const indicator =
      name?.kind === 'atom' && arity !== undefined
        ? `${name.name}/${displayTerm(arity)}`
        : displayTerm(culprit);
    const fault = unknownCall(indicator, known);
    // It may be called, but is not there.
    if (fault === undefined && standingOf(indicator) !== 'free') {
      return new CorollaryError('NOT_SUPPORTED', missingMessage(indicator), { predicate: indicator });
    }
    return new CorollaryError(
      fault?.code ?? 'UNKNOWN_PREDICATE',
      fault?.message ?? `${indicator} is not known`,
      {
        predicate: indicator,
        ...(fault === undefined || fault.near.length === 0 ? {} : { near: fault.near }),
      },
    );
  }
  const code = partOf(formal, 'semantic', 0);
  if (code !== undefined) {
    const message = partOf(formal, 'semantic', 1);
    return new CorollaryError(plain(code) as ErrorCode, message === undefined ? '' : plain(message));
  }
  return raised(formal);
}

/** The error of an ISO error term, such as `type_error(evaluable, foo/0)`: what stands first in `error(Formal, _)`. */
export function raised(formal: Term): CorollaryError {
  return new CorollaryError('EVALUATION', messageOf(formal), { error: displayTerm(formal) });
}

function messageOf(formal: Term): string {
  const [first, second] = formal.kind === 'compound' ? formal.args : [];
  const name = formal.kind === 'compound' || formal.kind === 'atom' ? formal.name : '';
  if (name === 'instantiation_error') return 'a value is needed where a variable has none yet';
  if (name === 'type_error' && first !== undefined && second !== undefined) {
    return `${displayTerm(second)} stands where ${plain(first)} is needed`;
  }
  if (name === 'evaluation_error' && first !== undefined)
    return `arithmetic failed: ${plain(first).replaceAll('_', ' ')}`;
  return `the goal failed with ${displayTerm(formal)}`;
}

function partOf(term: Term, name: string, position: number): Term | undefined {
  return term.kind === 'compound' && term.name === name ? term.args[position] : undefined;
}

const plain = (term: Term) =>
  term.kind === 'atom' ? term.name : term.kind === 'string' ? term.value : displayTerm(term);
