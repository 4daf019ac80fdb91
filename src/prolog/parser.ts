import { COMMA_PRIORITY, infixOperator, type Operator, prefixOperator } from './operators.js';
import { FaultAt } from './syntax-fault.js';
import { atom, CONS, type Compound, compound, integer, str, type Term, type Variable } from './term.js';
import type { Tokenizer } from './tokenizer.js';
import { VariableNames } from './variable-names.js';

/** Brackets may be nested this deep unless the caller asks for another limit. */
export const DEFAULT_NESTING = 2000;

/** What one clause of a text was read as. Offsets are those of the text. */
export interface ParsedClause {
  readonly term: Term;
  readonly start: number;
  readonly end: number;
  readonly names: VariableNames;
  /** Every term of the clause, and at the same index where it begins. */
  readonly nodes: readonly Term[];
  readonly offsets: readonly number[];
}

/** An open bracket. `tail` is a list after its `|`. */
interface Frame {
  kind: 'clause' | 'parentheses' | 'arguments' | 'list' | 'tail' | 'braces';
  /** The functor that the arguments belong to. */
  readonly name: string;
  readonly offset: number;
  /** How high the two stacks were when the bracket was opened. */
  readonly operandBase: number;
  readonly operatorBase: number;
}

interface PendingOperator {
  readonly name: string;
  readonly operator: Operator;
  readonly isPrefix: boolean;
  readonly offset: number;
}

const EXPECTED: Record<Frame['kind'], string> = {
  clause: 'an operator or a full stop',
  parentheses: ')',
  arguments: ') or ,',
  list: ', | or ]',
  tail: ']',
  braces: '}',
};

/**
 * An operator precedence parser with stacks of its own: neither long chains and lists nor deep brackets use
 * the stack of JavaScript. Where ISO leaves a choice it does as SWI-Prolog's `pl-read.c`: an operator that
 * stands where a term must is an atom of priority 0, quoted atoms are never operators, and arguments may
 * hold terms of any priority.
 */
export class ClauseParser {
  readonly #tokens: Tokenizer;
  readonly #maxNesting: number;

  #operands: Term[] = [];
  #operandOffsets: number[] = [];
  #operandCount = 0;
  #operators: PendingOperator[] = [];
  #frames: Frame[] = [];
  #frame!: Frame;
  #wantsOperand = true;
  /** The last token was a prefix operator: what follows decides whether it is one or an atom. */
  #hasOpenPrefix = false;
  #isDone = false;

  #nodes: Term[] = [];
  #offsets: number[] = [];
  #names = new VariableNames();

  constructor(tokens: Tokenizer, maxNesting: number) {
    this.#tokens = tokens;
    this.#maxNesting = maxNesting;
  }

  /**
   * The next clause, or undefined at the end of the text.
   *
   * @throws FaultAt
   */
  readClause(isFullStopOptional: boolean): ParsedClause | undefined {
    const tokens = this.#tokens;
    tokens.nextClause();
    if (tokens.isAtEnd()) return undefined;
    const start = tokens.start;
    this.#begin(start);
    for (;;) {
      if (this.#wantsOperand) this.#operand();
      else this.#operator();
      if (this.#isDone) break;
      tokens.next();
    }
    const hasFullStop = !tokens.isAtEnd();
    if (!hasFullStop && !isFullStopOptional) throw this.#expected('a full stop');
    this.#names.nameAnonymous();
    const end = hasFullStop ? tokens.end : tokens.lastEnd;
    return {
      term: this.#operands[0]!,
      start,
      end,
      names: this.#names,
      nodes: this.#nodes,
      offsets: this.#offsets,
    };
  }

  #begin(start: number): void {
    this.#operandCount = 0;
    this.#operators.length = 0;
    this.#frames.length = 0;
    this.#frame = { kind: 'clause', name: '', offset: start, operandBase: 0, operatorBase: 0 };
    this.#wantsOperand = true;
    this.#hasOpenPrefix = false;
    this.#isDone = false;
    this.#nodes = [];
    this.#offsets = [];
    this.#names = new VariableNames();
  }

  /** Takes a token where a term must stand. */
  #operand(): void {
    const tokens = this.#tokens;
    switch (tokens.kind) {
      case 'name':
        this.#name();
        return;
      case 'quoted':
        if (tokens.isFunctor) this.#openArguments(tokens.value, tokens.start);
        else this.#push(atom(tokens.value), tokens.start);
        return;
      case 'variable':
        this.#push(this.#variable(tokens.value, tokens.start), tokens.start);
        return;
      case 'number':
        this.#push(tokens.number!, tokens.start);
        return;
      case 'string':
        this.#push(str(tokens.value), tokens.start);
        return;
      case 'codes':
        this.#pushCodes(tokens.value, tokens.start);
        return;
      case 'punctuation':
        this.#punctuation();
        return;
      default:
        this.#noOperand();
    }
  }

  #name(): void {
    const tokens = this.#tokens;
    const { value: name, start } = tokens;
    if (tokens.isFunctor) {
      this.#openArguments(name, start);
    } else if (tokens.isSign) {
      tokens.nextNegative();
      this.#push(tokens.number!, start);
    } else {
      const prefix = prefixOperator(name);
      if (prefix !== undefined) {
        this.#confirmPrefix();
        this.#operators.push({ name, operator: prefix, isPrefix: true, offset: start });
        this.#hasOpenPrefix = true;
        return;
      }
      const infix = this.#hasOpenPrefix ? infixOperator(name) : undefined;
      if (infix !== undefined && infix.priority > this.#operators.at(-1)!.operator.right) {
        this.#prefixToAtom();
        this.#pushInfix(name, infix);
      } else this.#push(atom(name), start);
    }
  }

  #punctuation(): void {
    const { value, start } = this.#tokens;
    if (value === '(') this.#open('parentheses', '', start);
    else if (value === '[') this.#open('list', '', start);
    else if (value === '{') this.#open('braces', '', start);
    else if (value === ']' && this.#isEmpty('list')) this.#closeEmpty('[]');
    else if (value === '}' && this.#isEmpty('braces')) this.#closeEmpty('{}');
    else this.#noOperand();
  }

  /** A closing token, or the end, where a term must stand: right only after an operator that is an atom. */
  #noOperand(): void {
    if (!this.#hasOpenPrefix) {
      if (this.#isEmpty('arguments') && this.#tokens.value === ')' && this.#tokens.kind === 'punctuation') {
        throw this.#expected(`an argument (write ${this.#frame.name} without brackets if it has none)`);
      }
      throw this.#expected('a term');
    }
    if (this.#isCommaOperator() && this.#operators.at(-1)!.operator.right >= COMMA_PRIORITY) {
      throw this.#expected('a term');
    }
    this.#prefixToAtom();
    this.#operator();
  }

  /** Takes a token behind a term: an infix operator, a separator, a closing bracket or the end. */
  #operator(): void {
    const tokens = this.#tokens;
    if (tokens.kind === 'name') {
      const infix = infixOperator(tokens.value);
      if (infix === undefined) throw this.#expected(EXPECTED[this.#frame.kind]);
      this.#pushInfix(tokens.value, infix);
    } else if (tokens.kind === 'punctuation') {
      this.#separatorOrClose(tokens.value);
    } else if ((tokens.kind === 'end' || tokens.kind === 'eof') && this.#frame.kind === 'clause') {
      this.#reduceAll();
      this.#isDone = true;
    } else throw this.#expected(EXPECTED[this.#frame.kind]);
  }

  #separatorOrClose(value: string): void {
    const { kind } = this.#frame;
    if (value === ',') {
      if (kind === 'arguments' || kind === 'list') this.#nextElement();
      else if (kind === 'tail') throw this.#expected(EXPECTED.tail);
      else this.#pushInfix(',', infixOperator(',')!);
    } else if (value === '|') {
      if (kind === 'list') {
        this.#nextElement();
        this.#frame.kind = 'tail';
      } else if (kind === 'tail') throw this.#expected(EXPECTED.tail);
      else this.#pushInfix('|', infixOperator('|')!);
    } else if (value === ')' && kind === 'parentheses') {
      this.#reduceAll();
      const { offset } = this.#close();
      this.#operandOffsets[this.#operandCount - 1] = offset;
    } else if (value === ')' && kind === 'arguments') this.#closeArguments();
    else if (value === ']' && (kind === 'list' || kind === 'tail')) this.#closeList();
    else if (value === '}' && kind === 'braces') this.#closeBraces();
    else if (value === '(' && this.#tokens.isBehindSpacedName()) {
      throw new FaultAt(
        `expected ${EXPECTED[kind]} but found ( (no space may stand between a name and its arguments)`,
        this.#tokens.start,
      );
    } else throw this.#expected(EXPECTED[kind]);
  }

  #isCommaOperator(): boolean {
    const { kind } = this.#frame;
    const isSeparator = kind === 'arguments' || kind === 'list' || kind === 'tail';
    return this.#tokens.kind === 'punctuation' && this.#tokens.value === ',' && !isSeparator;
  }

  #nextElement(): void {
    this.#reduceAll();
    this.#wantsOperand = true;
  }

  // Brackets

  #open(kind: Frame['kind'], name: string, offset: number): void {
    this.#confirmPrefix();
    if (this.#frames.length >= this.#maxNesting) {
      throw new FaultAt(`brackets are nested more than ${this.#maxNesting} levels deep`, offset);
    }
    this.#frames.push(this.#frame);
    this.#frame = {
      kind,
      name,
      offset,
      operandBase: this.#operandCount,
      operatorBase: this.#operators.length,
    };
    this.#wantsOperand = true;
  }

  #openArguments(name: string, offset: number): void {
    this.#open('arguments', name, offset);
    this.#tokens.next();
  }

  #close(): Frame {
    const closed = this.#frame;
    this.#frame = this.#frames.pop()!;
    this.#wantsOperand = false;
    return closed;
  }

  #isEmpty(kind: Frame['kind']): boolean {
    return (
      this.#frame.kind === kind &&
      this.#operandCount === this.#frame.operandBase &&
      this.#operators.length === this.#frame.operatorBase
    );
  }

  #closeEmpty(name: string): void {
    const { offset } = this.#close();
    if (this.#tokens.isFunctor) this.#openArguments(name, offset);
    else this.#push(atom(name), offset);
  }

  #closeArguments(): void {
    this.#reduceAll();
    const { name, offset, operandBase } = this.#close();
    const args = this.#operands.slice(operandBase, this.#operandCount);
    this.#operandCount = operandBase;
    this.#push({ kind: 'compound', name, args }, offset);
  }

  #closeList(): void {
    this.#reduceAll();
    const { kind, offset, operandBase } = this.#close();
    let last = this.#operandCount - 1;
    let rest: Term;
    if (kind === 'tail') rest = this.#operands[last--]!;
    else rest = this.#node(atom('[]'), this.#tokens.start);
    for (let at = last; at >= operandBase; at--) {
      const cell: Compound = { kind: 'compound', name: CONS, args: [this.#operands[at]!, rest] };
      rest = this.#node(cell, at === operandBase ? offset : this.#operandOffsets[at]!);
    }
    this.#operandCount = operandBase;
    this.#pushNode(rest, offset);
  }

  #closeBraces(): void {
    this.#reduceAll();
    const { offset } = this.#close();
    const inner = this.#operands[--this.#operandCount]!;
    this.#push(compound('{}', inner), offset);
  }

  // Operators

  #pushInfix(name: string, operator: Operator): void {
    this.#reduceWhile(operator.left);
    this.#checkClash(name, operator, this.#tokens.start);
    this.#operators.push({ name, operator, isPrefix: false, offset: this.#tokens.start });
    this.#wantsOperand = true;
  }

  /** The prefix operator at the top of the stack does have an operand. */
  #confirmPrefix(): void {
    if (!this.#hasOpenPrefix) return;
    this.#hasOpenPrefix = false;
    const prefix = this.#operators.pop()!;
    this.#checkClash(prefix.name, prefix.operator, prefix.offset);
    this.#operators.push(prefix);
  }

  #prefixToAtom(): void {
    const { name, offset } = this.#operators.pop()!;
    this.#hasOpenPrefix = false;
    this.#push(atom(name), offset);
  }

  #checkClash(name: string, operator: Operator, offset: number): void {
    if (this.#operators.length === this.#frame.operatorBase) return;
    const outer = this.#operators.at(-1)!;
    if (operator.priority > outer.operator.right) {
      throw new FaultAt(`${name} cannot stand beside ${outer.name} without brackets`, offset);
    }
  }

  #reduceAll(): void {
    this.#reduceWhile(Number.MAX_SAFE_INTEGER);
  }

  #reduceWhile(priority: number): void {
    const operators = this.#operators;
    const { operatorBase } = this.#frame;
    while (
      operators.length > operatorBase &&
      operators[operators.length - 1]!.operator.priority <= priority
    ) {
      const { name, isPrefix, offset } = operators.pop()!;
      const right = this.#operands[--this.#operandCount]!;
      if (isPrefix) this.#pushNode(this.#node(compound(name, right), offset), offset);
      else {
        const left = this.#operands[--this.#operandCount]!;
        const start = this.#operandOffsets[this.#operandCount]!;
        this.#pushNode(this.#node(compound(name, left, right), start), start);
      }
    }
  }

  // Terms

  #push(term: Term, offset: number): void {
    this.#confirmPrefix();
    this.#pushNode(this.#node(term, offset), offset);
  }

  #pushNode(term: Term, offset: number): void {
    this.#operands[this.#operandCount] = term;
    this.#operandOffsets[this.#operandCount++] = offset;
    this.#wantsOperand = false;
  }

  #node(term: Term, offset: number): Term {
    this.#nodes.push(term);
    this.#offsets.push(offset);
    return term;
  }

  #variable(name: string, offset: number): Variable {
    return name === '_' ? this.#names.anonymous() : this.#names.named(name, offset);
  }

  #pushCodes(text: string, offset: number): void {
    this.#confirmPrefix();
    const codes = [...text];
    let rest = this.#node(atom('[]'), offset);
    for (let at = codes.length - 1; at >= 0; at--) {
      const code = this.#node(integer(codes[at]!.codePointAt(0)!), offset);
      rest = this.#node(compound(CONS, code, rest), offset);
    }
    this.#pushNode(rest, offset);
  }

  // Faults

  #expected(what: string): FaultAt {
    return new FaultAt(`expected ${what} but found ${this.#found()}`, this.#tokens.start);
  }

  #found(): string {
    const { kind, start, end, text } = this.#tokens;
    if (kind === 'eof') return 'end of text';
    if (kind === 'end') return 'the full stop';
    const shown = text.slice(start, Math.min(end, start + 40));
    return end - start > 40 ? `${shown}…` : shown;
  }
}
