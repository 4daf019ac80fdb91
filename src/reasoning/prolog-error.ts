import { CorollaryError, type ErrorCode } from '../errors.js';
import { readTerm } from '../prolog/reader.js';
import { displayTerm } from '../prolog/writer.js';
import { standingOf } from './builtins.js';
import { unknownCall } from './diagnostics/unknown-call.js';
import { partOf, plain, raised } from './raised-error.js';
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
