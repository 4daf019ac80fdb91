import { commentBefore } from './clause-comment.js';
import { ClauseParser, DEFAULT_NESTING, type ParsedClause } from './parser.js';
import { LineIndex, type Position } from './position.js';
import { FaultAt, faultOf, type SyntaxFault, syntaxError } from './syntax-fault.js';
import type { Term } from './term.js';
import { Tokenizer } from './tokenizer.js';

export interface ReadOptions {
  /**
   * How deep brackets may be nested. Default 2000, which also keeps code that walks terms recursively safe;
   * give `Infinity` for text that an engine wrote.
   */
  readonly maxNesting?: number;
}

/** A variable that occurs once although its name does not begin with `_`. */
export interface Singleton {
  readonly name: string;
  readonly position: Position;
}

/** One term as it was read, with what the text says about it beside its meaning. */
export interface ReadTerm {
  readonly kind: 'term';
  readonly term: Term;
  readonly start: Position;
  /** Behind the full stop, or behind the term where it has none. */
  readonly end: Position;
  /** Named variables, in order of appearance. Each `_` has become `_1`, `_2`, …, which are not listed. */
  readonly variables: readonly string[];
  readonly singletons: readonly Singleton[];
  /** The comment directly before the term, without its markers. */
  readonly comment: string | undefined;
  /**
   * Where a subterm of `term` begins: an infix term with its left operand, a cell of a list with its
   * element. Found by identity; undefined for an object that is no part of `term`.
   */
  positionOf(term: Term): Position | undefined;
}

/**
 * Reads exactly one term. Its full stop may be left out.
 *
 * @throws CorollaryError `PROLOG_SYNTAX` with `line` and `column`
 */
export function readTerm(text: string, options: ReadOptions = {}): ReadTerm {
  const source = new Source(text);
  try {
    const parser = new ClauseParser(source.tokens, options.maxNesting ?? DEFAULT_NESTING);
    const clause = parser.readClause(true);
    if (clause === undefined) throw new FaultAt('expected a term but found end of text', text.length);
    const read = new SourceTerm(source, clause);
    source.tokens.next();
    if (!source.tokens.isAtEnd()) {
      throw new FaultAt('expected one term only, but more text follows its full stop', source.tokens.start);
    }
    return read;
  } catch (error) {
    throw error instanceof FaultAt ? syntaxError(faultOf(error, source.lines)) : error;
  }
}

/** Reads all clauses of a text. After a fault reading goes on behind the next full stop. */
export function readProgram(
  text: string,
  options: ReadOptions = {},
): { clauses: ReadTerm[]; errors: SyntaxFault[] } {
  const clauses: ReadTerm[] = [];
  const errors: SyntaxFault[] = [];
  for (const read of readClauses(text, options)) {
    if (read.kind === 'term') clauses.push(read);
    else errors.push(read);
  }
  return { clauses, errors };
}

/** As `readProgram`, clause by clause. */
export function* readClauses(text: string, options: ReadOptions = {}): Generator<ReadTerm | SyntaxFault> {
  const source = new Source(text);
  const parser = new ClauseParser(source.tokens, options.maxNesting ?? DEFAULT_NESTING);
  for (;;) {
    let read: ReadTerm | SyntaxFault;
    try {
      const clause = parser.readClause(false);
      if (clause === undefined) return;
      read = new SourceTerm(source, clause);
    } catch (error) {
      if (!(error instanceof FaultAt)) throw error;
      source.tokens.skipClause(error);
      read = faultOf(error, source.lines);
    }
    yield read;
  }
}

class Source {
  readonly tokens: Tokenizer;
  readonly lines: LineIndex;

  constructor(readonly text: string) {
    this.tokens = new Tokenizer(text);
    this.lines = new LineIndex(text);
  }
}

/** Positions, singletons and the comment are worked out when they are asked for: imports never ask. */
class SourceTerm implements ReadTerm {
  readonly kind = 'term';
  readonly term: Term;
  readonly comment: string | undefined;
  readonly #lines: LineIndex;
  readonly #clause: ParsedClause;
  #offsets: Map<Term, number> | undefined;

  constructor(source: Source, clause: ParsedClause) {
    this.term = clause.term;
    this.#lines = source.lines;
    this.#clause = clause;
    const { comments } = source.tokens;
    this.comment = comments.length === 0 ? undefined : commentBefore(source.text, comments, clause.start);
  }

  get start(): Position {
    return this.#lines.positionAt(this.#clause.start);
  }

  get end(): Position {
    return this.#lines.positionAt(this.#clause.end);
  }

  get variables(): readonly string[] {
    return this.#clause.names.all.map(({ name }) => name);
  }

  get singletons(): readonly Singleton[] {
    return this.#clause.names.all
      .filter(({ name, occurrences }) => occurrences === 1 && !name.startsWith('_'))
      .map(({ name, offset }) => ({ name, position: this.#lines.positionAt(offset) }));
  }

  positionOf(term: Term): Position | undefined {
    if (this.#offsets === undefined) {
      const { nodes, offsets } = this.#clause;
      this.#offsets = new Map(nodes.map((node, index) => [node, offsets[index]!]));
    }
    const offset = this.#offsets.get(term);
    return offset === undefined ? undefined : this.#lines.positionAt(offset);
  }
}
