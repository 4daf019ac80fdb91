import { CorollaryError } from '../errors.js';
import type { LineIndex } from './position.js';

/** One place where a text is not Prolog, as `readProgram` and `readClauses` report it. */
export interface SyntaxFault {
  readonly kind: 'fault';
  /** For a person: "expected ) or , but found end of text". */
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

/** Thrown inside the reader and never leaves it: no `Error`, whose stack would cost more than the reading. */
export class FaultAt {
  constructor(
    readonly message: string,
    /** Where the fault lies. */
    readonly offset: number,
  ) {}
}

/** A fault within a token. */
export class LexicalFault extends FaultAt {
  constructor(
    message: string,
    offset: number,
    /** Where reading may go on; always behind the token's start. */
    readonly resume: number = offset + 1,
  ) {
    super(message, offset);
  }
}

export function faultOf(fault: FaultAt, lines: LineIndex): SyntaxFault {
  return { kind: 'fault', message: fault.message, ...lines.positionAt(fault.offset) };
}

export function syntaxError(fault: SyntaxFault): CorollaryError {
  return new CorollaryError('PROLOG_SYNTAX', fault.message, { line: fault.line, column: fault.column });
}
