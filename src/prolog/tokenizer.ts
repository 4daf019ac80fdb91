import {
  CAPITAL,
  classOf,
  DIGIT,
  endOfName,
  endOfSymbols,
  isDecimalDigit,
  LAYOUT,
  LETTER,
  SOLO,
  SYMBOL,
} from './characters.js';
import { scanNumber } from './scan-number.js';
import { scanQuoted } from './scan-quoted.js';
import { type FaultAt, LexicalFault } from './syntax-fault.js';
import type { Float, Integer } from './term.js';

/** `name` is an atom without quotes, `codes` back-quoted text, `end` the full stop of a clause. */
export type TokenKind =
  | 'name'
  | 'quoted'
  | 'variable'
  | 'number'
  | 'string'
  | 'codes'
  | 'punctuation'
  | 'end'
  | 'eof';

/** Where a comment stands, its markers included. */
export interface CommentSpan {
  readonly start: number;
  readonly end: number;
}

/** After so many quotes that nothing closes, the rest of a text is given up: each costs a look to its end. */
const MAX_UNCLOSED = 16;

const OPENING_BRACKET = 40;
const OPENING_BRACE = 123;

/** Cuts a text into tokens, one at a time: `next` moves on, the fields describe the token it stopped at. */
export class Tokenizer {
  readonly text: string;
  kind: TokenKind = 'eof';
  /** The name, the text between quotes, or the punctuation character. */
  value = '';
  number: Integer | Float | undefined;
  start = 0;
  end = 0;
  /** Where the token before ended. */
  lastEnd = 0;
  /** Comments before the first token of the clause that is being read. */
  comments: CommentSpan[] = [];
  #collectsComments = false;
  #unclosed = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** Moves to the first token of a clause, and keeps the comments before it. */
  nextClause(): void {
    if (this.comments.length > 0) this.comments = [];
    this.#collectsComments = true;
    try {
      this.next();
    } finally {
      this.#collectsComments = false;
    }
  }

  next(): void {
    const { text } = this;
    this.lastEnd = this.end;
    this.#skipLayout();
    const start = this.end;
    this.start = start;
    if (start >= text.length) {
      this.kind = 'eof';
      return;
    }
    const code = text.charCodeAt(start);
    switch (classOf(code < 128 ? code : text.codePointAt(start)!)) {
      case LETTER:
        this.#word('name');
        return;
      case CAPITAL:
        this.#word('variable');
        return;
      case DIGIT:
        if (isDecimalDigit(code)) this.#number(start, false);
        else if (/\p{P}/u.test(text[start]!)) this.#solo('name');
        else throw this.#unexpected();
        return;
      case SYMBOL:
        this.#symbols();
        return;
      case SOLO:
        this.#solo(code === 33 || code === 59 ? 'name' : 'punctuation');
        return;
    }
    if (code === 39) this.#quoted('quoted');
    else if (code === 34) this.#quoted('string');
    else if (code === 96) this.#quoted('codes');
    else throw this.#unexpected();
  }

  isAtEnd(): boolean {
    return this.kind === 'eof';
  }

  /** Whether `(` follows the token directly, which makes it the name of a compound. */
  get isFunctor(): boolean {
    return this.text.charCodeAt(this.end) === OPENING_BRACKET;
  }

  /** Whether white space parts the token from a name or variable before it. */
  isBehindSpacedName(): boolean {
    return this.lastEnd < this.start && /[\p{L}\p{N}_]/u.test(this.text[this.lastEnd - 1] ?? '');
  }

  /** Whether the token is a `-` that belongs to the number right behind it. */
  get isSign(): boolean {
    return this.kind === 'name' && this.value === '-' && isDecimalDigit(this.text.charCodeAt(this.end));
  }

  /** Joins the sign (the token at hand) and the number behind it into one token. */
  nextNegative(): void {
    this.#number(this.end, true);
  }

  /** After a fault: moves behind the next full stop, or to the end of the text. */
  skipClause(fault: FaultAt): void {
    if (fault instanceof LexicalFault) this.#resume(fault);
    else if (this.kind === 'end' || this.kind === 'eof') return;
    for (;;) {
      try {
        this.next();
        if (this.kind === 'end' || this.kind === 'eof') return;
      } catch (error) {
        if (!(error instanceof LexicalFault)) throw error;
        this.#resume(error);
      }
    }
  }

  #resume(fault: LexicalFault): void {
    const givesUp = this.#unclosed > MAX_UNCLOSED;
    this.end = givesUp ? this.text.length : Math.max(fault.resume, this.start + 1);
  }

  #skipLayout(): void {
    const { text } = this;
    let at = this.end;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === 32 || code === 10) at++;
      else if (code === 37) {
        const newline = text.indexOf('\n', at);
        const end = newline < 0 ? text.length : newline;
        if (this.#collectsComments) this.comments.push({ start: at, end });
        at = end;
      } else if (code === 47 && text.charCodeAt(at + 1) === 42) {
        const close = text.indexOf('*/', at + 2);
        if (close < 0) {
          this.start = at;
          throw new LexicalFault('the comment that /* opens is never closed', at, text.length);
        }
        if (this.#collectsComments) this.comments.push({ start: at, end: close + 2 });
        at = close + 2;
      } else if (classOf(code) === LAYOUT) at++;
      else break;
    }
    this.end = at;
  }

  #word(kind: 'name' | 'variable'): void {
    const end = endOfName(this.text, this.start);
    if (this.text.charCodeAt(end) === OPENING_BRACE) {
      throw new LexicalFault('dicts (a name directly followed by {) are not supported', this.start, end);
    }
    this.kind = kind;
    this.value = this.text.slice(this.start, end);
    this.end = end;
  }

  #symbols(): void {
    const { text, start } = this;
    const end = endOfSymbols(text, start);
    if (end === start + 1 && text.charCodeAt(start) === 46) {
      const after = text.charCodeAt(end);
      if (!(end >= text.length || after === 37 || classOf(after) === LAYOUT)) {
        throw new LexicalFault(
          'a full stop must be followed by white space (dicts are not supported)',
          start,
        );
      }
      this.kind = 'end';
    } else this.kind = 'name';
    this.value = text.slice(start, end);
    this.end = end;
  }

  #solo(kind: 'name' | 'punctuation'): void {
    this.kind = kind;
    this.value = this.text[this.start]!;
    this.end = this.start + 1;
  }

  #number(offset: number, negative: boolean): void {
    const { value, end } = scanNumber(this.text, offset, negative);
    this.kind = 'number';
    this.number = value;
    this.end = end;
  }

  #quoted(kind: 'quoted' | 'string' | 'codes'): void {
    try {
      const { value, end } = scanQuoted(this.text, this.start);
      this.kind = kind;
      this.value = value;
      this.end = end;
    } catch (error) {
      if (error instanceof LexicalFault && error.offset === this.start) this.#unclosed++;
      throw error;
    }
  }

  #unexpected(): LexicalFault {
    const code = this.text.codePointAt(this.start)!;
    const shown = code < 32 ? '' : `${String.fromCodePoint(code)} `;
    return new LexicalFault(
      `${shown}(U+${code.toString(16).toUpperCase().padStart(4, '0')}) cannot stand outside quotes`,
      this.start,
      this.start + (code > 0xffff ? 2 : 1),
    );
  }
}
