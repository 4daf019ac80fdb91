import { CorollaryError } from '../errors.js';
import { listItems } from './list-items.js';
import { readTerm } from './reader.js';
import { atom, CONS, float, integer, NIL, str, type Term } from './term.js';
import { displayTerm } from './writer.js';

/** A JSON value as `toJson` makes it. */
export type JsonValue = string | number | readonly JsonValue[];

/**
 * What a client sees of a term: atoms and strings as strings, numbers as numbers (integers beyond 2^53 - 1 as
 * strings of digits), proper lists as arrays, anything else as Prolog text.
 */
export function toJson(term: Term): JsonValue {
  const result: JsonValue[] = [];
  const tasks = [{ term, into: result, index: 0 }];
  for (let task = tasks.pop(); task !== undefined; task = tasks.pop()) {
    const items = listItems(task.term);
    if (items === undefined) task.into[task.index] = simpleToJson(task.term);
    else {
      const into = new Array<JsonValue>(items.length);
      for (const [index, item] of items.entries()) tasks.push({ term: item, into, index });
      task.into[task.index] = into;
    }
  }
  return result[0]!;
}

function simpleToJson(term: Term): JsonValue {
  switch (term.kind) {
    case 'atom':
      return term.name;
    case 'string':
      return term.value;
    case 'integer': {
      const number = Number(term.value);
      return Number.isSafeInteger(number) ? number : term.value.toString();
    }
    case 'float':
      return Number.isFinite(term.value) ? term.value : displayTerm(term);
    default:
      return displayTerm(term);
  }
}

/**
 * The term that a JSON value stands for: a string is an atom, a whole number an integer, another number a
 * float, `true` and `false` atoms, an array a list. Objects say what JSON cannot: `{"string": "text"}`,
 * `{"integer": "12345678901234567890"}`, `{"float": 2}`, `{"prolog": "point(1, 2)"}`. Each
 * `prolog` is read by itself: variables of two of them are the same when their names are, `_1` for `_` too.
 *
 * @throws CorollaryError `ARGUMENT_KIND` for null and anything else, `PROLOG_SYNTAX` within `prolog`
 */
export function fromJson(value: unknown): Term {
  const result: Term[] = [];
  const tasks = [{ value, into: result, index: 0 }];
  for (let task = tasks.pop(); task !== undefined; task = tasks.pop()) {
    if (!Array.isArray(task.value)) task.into[task.index] = simpleFromJson(task.value);
    else {
      let rest: Term = NIL;
      for (let at = task.value.length - 1; at >= 0; at--) {
        const args: Term[] = [NIL, rest];
        tasks.push({ value: task.value[at], into: args, index: 0 });
        rest = { kind: 'compound', name: CONS, args };
      }
      task.into[task.index] = rest;
    }
  }
  return result[0]!;
}

function simpleFromJson(value: unknown): Term {
  switch (typeof value) {
    case 'string':
      return atom(wellFormed(value));
    case 'boolean':
      return atom(String(value));
    case 'number':
      return numberFromJson(value);
    case 'object':
      if (value !== null) return fromTagged(value);
  }
  throw refused(`${value === undefined ? 'undefined' : String(value)} stands for no Prolog term`);
}

function numberFromJson(value: number): Term {
  if (!Number.isInteger(value)) return finiteFloat(value);
  if (Number.isSafeInteger(value)) return integer(value);
  throw refused(`${value} is too large for an exact number: write {"integer": "…"} or {"float": …}`);
}

function fromTagged(value: object): Term {
  const entries = Object.entries(value);
  const [tag, content] = entries.length === 1 ? entries[0]! : [];
  if (tag === 'string' && typeof content === 'string') return str(wellFormed(content));
  if (tag === 'prolog' && typeof content === 'string') return readTerm(content).term;
  if (tag === 'float' && typeof content === 'number') return finiteFloat(content);
  if (tag === 'integer' && typeof content === 'number' && Number.isSafeInteger(content))
    return integer(content);
  if (tag === 'integer' && typeof content === 'string' && /^-?[0-9]+$/.test(content))
    return integer(BigInt(content));
  throw refused('an object must be {"string": "…"}, {"integer": "…"}, {"float": …} or {"prolog": "…"}');
}

function finiteFloat(value: number): Term {
  if (!Number.isFinite(value)) throw refused('a number must be finite');
  return float(value);
}

function wellFormed(text: string): string {
  if (/\p{Cs}/u.test(text)) throw refused('half of a surrogate pair is not a character');
  return text;
}

function refused(message: string): CorollaryError {
  return new CorollaryError('ARGUMENT_KIND', message, {});
}
