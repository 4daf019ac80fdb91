import { CorollaryError, type ErrorCode } from '../errors.js';
import { fromJson } from '../prolog/json-value.js';
import type { Position } from '../prolog/position.js';
import { readTerm } from '../prolog/reader.js';
import { encodeStored } from '../prolog/stored-term.js';
import { atom, CONS, indicatorOf, type Term } from '../prolog/term.js';
import { writeTerm } from '../prolog/writer.js';
import { argumentKey, factHash } from './argument-keys.js';
import type { FactInput } from './knowledge.js';
import { isReserved } from './reserved-predicates.js';
import { LONGEST_SENTENCE } from './sentences.js';
import { storable } from './storable-text.js';

export const MOST_FACTS = 10_000;
const MOST_ARGUMENTS = 64;
/** Of a predicate or a source, in characters. */
const LONGEST_NAME = 500;
/** Of a fact's canonical text and of its metadata, in bytes. */
const LARGEST = 1_000_000;
/** PostgreSQL parses JSON by recursion, and so do walks over terms. A list is as deep as its deepest element. */
const DEEPEST = 200;

/** An input that has been read and found good. Undefined parts were not given. */
export interface PreparedFact {
  readonly term: Term;
  readonly predicate: string;
  readonly arity: number;
  readonly prolog: string;
  /** Hexadecimal. */
  readonly hash: string;
  readonly storedArguments: readonly unknown[];
  readonly argumentKeys: readonly number[];
  readonly text: string | undefined;
  readonly confidence: number | undefined;
  readonly source: string | undefined;
  readonly metadata: unknown;
}

/** Reads a batch. @throws CorollaryError as `assertFacts` */
export function prepareFacts(inputs: readonly FactInput[]): PreparedFact[] {
  if (inputs.length > MOST_FACTS) {
    throw new CorollaryError('BAD_INPUT', `At most ${MOST_FACTS} facts at a time, not ${inputs.length}`, {
      most: MOST_FACTS,
    });
  }
  return inputs.map((input, index) => {
    try {
      return prepareFact(input);
    } catch (error) {
      if (!(error instanceof CorollaryError)) throw error;
      throw new CorollaryError(
        error.code,
        `Fact ${index}: ${error.message}`,
        { index, ...error.details },
        { cause: error },
      );
    }
  });
}

/** One for each distinct fact, by hash; what a later input says goes before what an earlier one said. */
export function mergeRepeated(facts: readonly PreparedFact[]): Map<string, PreparedFact> {
  const distinct = new Map<string, PreparedFact>();
  for (const fact of facts) {
    const earlier = distinct.get(fact.hash);
    const merged = earlier && {
      ...fact,
      text: fact.text ?? earlier.text,
      confidence: fact.confidence ?? earlier.confidence,
      source: fact.source ?? earlier.source,
      metadata: fact.metadata ?? earlier.metadata,
    };
    distinct.set(fact.hash, merged ?? fact);
  }
  return distinct;
}

function prepareFact(input: FactInput): PreparedFact {
  const { term, confidence, positionOf } = readFact(input);
  const indicator = indicatorOf(term);
  if (indicator === undefined) {
    throw refusal(
      'FACT_NOT_CALLABLE',
      `a fact is an atom or a compound, not a ${term.kind}`,
      positionOf(term),
    );
  }
  if (isReserved(indicator)) {
    const hint = indicator.startsWith(':-') ? '; rules are stored in rule modules' : '';
    throw refusal(
      'FACT_NOT_CALLABLE',
      `${indicator} is built in and cannot have facts${hint}`,
      positionOf(term),
    );
  }
  const args = term.kind === 'compound' ? term.args : [];
  const predicate = term.kind === 'compound' || term.kind === 'atom' ? term.name : '';
  if (args.length > MOST_ARGUMENTS) {
    throw refusal(
      'BAD_INPUT',
      `a fact has at most ${MOST_ARGUMENTS} arguments, not ${args.length}`,
      positionOf(term),
    );
  }
  if (predicate.length > LONGEST_NAME) {
    throw refusal('BAD_INPUT', `a predicate's name has at most ${LONGEST_NAME} characters`, positionOf(term));
  }
  storable(predicate);
  refuseVariables(term, positionOf);
  const canonical = args.map(writeTerm);
  const prolog =
    args.length === 0 ? writeTerm(term) : `${writeTerm(atom(predicate))}(${canonical.join(',')})`;
  if (Buffer.byteLength(prolog) > LARGEST)
    throw refusal('BAD_INPUT', `a fact has at most ${LARGEST} bytes`, positionOf(term));
  return {
    term,
    predicate,
    arity: args.length,
    prolog,
    hash: factHash(prolog),
    storedArguments: args.map(encodeStored),
    argumentKeys: canonical.map((text, position) => argumentKey(predicate, args.length, position, text)),
    text: checkedText(input.text),
    confidence: checkedConfidence(input.confidence ?? undefined, confidence),
    source: checkedSource(input.source),
    metadata: checkedMetadata(input.metadata),
  };
}

interface ReadFact {
  readonly term: Term;
  /** From `0.8 :: fact`. */
  readonly confidence?: number;
  readonly positionOf: (term: Term) => Position | undefined;
}

function readFact({ prolog, predicate, arguments: values }: FactInput): ReadFact {
  if (typeof prolog === 'string') {
    if (predicate != null || values != null)
      throw refusal('BAD_INPUT', 'give prolog, or predicate and arguments, not both');
    if (prolog.length > LARGEST) throw refusal('BAD_INPUT', `a fact has at most ${LARGEST} bytes`);
    return readFactText(prolog);
  }
  if (typeof predicate !== 'string') throw refusal('BAD_INPUT', 'give prolog, or predicate and arguments');
  if (predicate === '') throw refusal('BAD_INPUT', 'a predicate has a name');
  const args = (values ?? []).map((value, position) => {
    try {
      return fromJson(value);
    } catch (error) {
      if (!(error instanceof CorollaryError)) throw error;
      throw new CorollaryError(
        error.code,
        `argument ${position + 1}: ${error.message}`,
        { argument: position, ...error.details },
        { cause: error },
      );
    }
  });
  const term: Term = args.length === 0 ? atom(predicate) : { kind: 'compound', name: predicate, args };
  return { term, positionOf: () => undefined };
}

function readFactText(prolog: string): ReadFact {
  const read = readTerm(prolog);
  const positionOf = (term: Term) => read.positionOf(term);
  const { term } = read;
  if (term.kind !== 'compound' || term.name !== '::' || term.args.length !== 2) return { term, positionOf };
  const [confidence, fact] = term.args as readonly [Term, Term];
  if (confidence.kind !== 'float' && confidence.kind !== 'integer') {
    throw refusal('BAD_INPUT', 'what stands before :: is a number, the confidence', positionOf(confidence));
  }
  return { term: fact, confidence: Number(confidence.value), positionOf };
}

/** @throws CorollaryError FACT_NOT_GROUND, BAD_INPUT when the term is nested too deeply */
function refuseVariables(fact: Term, positionOf: ReadFact['positionOf']): void {
  const pending: { term: Term; depth: number }[] = [{ term: fact, depth: 0 }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { term, depth } = next;
    if (term.kind === 'variable') {
      throw refusal(
        'FACT_NOT_GROUND',
        `a fact holds no variables, but ${/^_\d+$/.test(term.name) ? '_' : term.name} is one`,
        positionOf(term),
      );
    }
    if (term.kind !== 'compound') continue;
    if (depth > DEEPEST)
      throw refusal('BAD_INPUT', `a fact is nested at most ${DEEPEST} levels deep`, positionOf(term));
    const isCell = term.name === CONS && term.args.length === 2;
    for (let at = term.args.length - 1; at >= 0; at--) {
      pending.push({ term: term.args[at]!, depth: isCell && at === 1 ? depth : depth + 1 });
    }
  }
}

function checkedText(text: string | null | undefined): string | undefined {
  if (text == null) return undefined;
  if (text.trim() === '')
    throw refusal('BAD_INPUT', 'text is not empty; leave it out where there is no sentence');
  if (Buffer.byteLength(text) > LONGEST_SENTENCE)
    throw refusal('BAD_INPUT', `text has at most ${LONGEST_SENTENCE} bytes`);
  return storable(text);
}

function checkedConfidence(given: number | undefined, prefixed: number | undefined): number | undefined {
  if (given !== undefined && prefixed !== undefined && given !== prefixed) {
    throw refusal('BAD_INPUT', `confidence is ${given}, but the text says ${prefixed}`);
  }
  const confidence = given ?? prefixed;
  if (confidence !== undefined && !(confidence > 0 && confidence <= 1)) {
    throw refusal('BAD_INPUT', `confidence is above 0 and at most 1, not ${confidence}`);
  }
  return confidence;
}

function checkedSource(source: string | null | undefined): string | undefined {
  if (source == null) return undefined;
  if (source.length > LONGEST_NAME)
    throw refusal('BAD_INPUT', `source has at most ${LONGEST_NAME} characters`);
  return storable(source);
}

/** As PostgreSQL will give it back. */
function checkedMetadata(metadata: unknown): unknown {
  if (metadata == null) return undefined;
  let json: string | undefined;
  try {
    json = JSON.stringify(metadata);
  } catch {
    // A cycle, a bigint: refused below.
  }
  if (json === undefined) throw refusal('BAD_INPUT', 'metadata is a JSON value');
  if (Buffer.byteLength(json) > LARGEST) throw refusal('BAD_INPUT', `metadata has at most ${LARGEST} bytes`);
  storable(metadata);
  return JSON.parse(json);
}

function refusal(code: ErrorCode, message: string, position?: Position): CorollaryError {
  return new CorollaryError(
    code,
    message,
    position === undefined ? {} : { line: position.line, column: position.column },
  );
}
