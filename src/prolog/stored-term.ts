import { listItems } from './list-items.js';
import { atom, CONS, float, integer, NIL, str, type Term, variable } from './term.js';

/*
 * How a term lies in a jsonb column, so that values keep their types and SQL can match on their paths:
 *
 *   atom                    "checkout"
 *   integer                 42, or {"i": "123456789012345678901"} beyond 2^53 - 1
 *   float                   {"f": 1.5}, and {"f": "-0.0"}, which JSON cannot hold as a number
 *   string                  {"s": "text"}
 *   proper list             [ … ]
 *   any other compound      {"c": name, "t": [ … ]}; a partial list is one of "[|]"
 *   variable                {"v": "X"}
 *
 * jsonb can hold neither U+0000 nor half a surrogate pair: an atom or string with one is
 * {"x": "a" | "s", "b64": base64 of its UTF-16LE}, such a compound's name {"b64": …}.
 */

/** Work left to do: put what `from` becomes at `index` of `into`. */
interface Task<From, To> {
  readonly from: From;
  readonly into: To[];
  readonly index: number;
}

/** The JSON value that a term is stored as. */
export function encodeStored(term: Term): unknown {
  const result: unknown[] = [];
  const tasks: Task<Term, unknown>[] = [{ from: term, into: result, index: 0 }];
  for (let task = tasks.pop(); task !== undefined; task = tasks.pop()) {
    task.into[task.index] = encodeOne(task.from, tasks);
  }
  return result[0];
}

function encodeOne(term: Term, tasks: Task<Term, unknown>[]): unknown {
  switch (term.kind) {
    case 'atom':
      if (term.name === '[]') return [];
      return isStorable(term.name) ? term.name : { x: 'a', b64: base64Of(term.name) };
    case 'string':
      return isStorable(term.value) ? { s: term.value } : { x: 's', b64: base64Of(term.value) };
    case 'integer': {
      const number = Number(term.value);
      return Number.isSafeInteger(number) ? number : { i: term.value.toString() };
    }
    case 'float':
      return {
        f: Object.is(term.value, -0) || !Number.isFinite(term.value) ? floatName(term.value) : term.value,
      };
    case 'variable':
      return { v: term.name };
    case 'compound': {
      const items = listItems(term);
      if (items !== undefined) return encodeAll(items, tasks);
      const name = isStorable(term.name) ? term.name : { b64: base64Of(term.name) };
      return { c: name, t: encodeAll(term.args, tasks) };
    }
  }
}

function encodeAll(terms: readonly Term[], tasks: Task<Term, unknown>[]): unknown[] {
  const into = new Array<unknown>(terms.length);
  for (const [index, from] of terms.entries()) tasks.push({ from, into, index });
  return into;
}

function floatName(value: number): string {
  return Object.is(value, -0) ? '-0.0' : String(value);
}

const UNSTORABLE = /[\0\p{Cs}]/u;

function isStorable(text: string): boolean {
  return !UNSTORABLE.test(text);
}

function base64Of(text: string): string {
  return Buffer.from(text, 'utf16le').toString('base64');
}

/**
 * The term that a stored value was made of.
 *
 * @throws TypeError for a value that `encodeStored` does not write
 */
export function decodeStored(value: unknown): Term {
  const result: Term[] = [];
  const tasks: Task<unknown, Term>[] = [{ from: value, into: result, index: 0 }];
  for (let task = tasks.pop(); task !== undefined; task = tasks.pop()) {
    task.into[task.index] = decodeOne(task.from, tasks);
  }
  return result[0]!;
}

function decodeOne(value: unknown, tasks: Task<unknown, Term>[]): Term {
  if (typeof value === 'string') return atom(value);
  if (typeof value === 'number' && Number.isSafeInteger(value)) return integer(value);
  if (Array.isArray(value)) return decodeList(value, tasks);
  if (typeof value !== 'object' || value === null) throw notStored(value);
  const fields = value as Readonly<Record<string, unknown>>;
  if (Array.isArray(fields.t)) return decodeCompound(textOf(fields.c), fields.t, tasks);
  if (typeof fields.i === 'string') return integer(BigInt(fields.i));
  if (typeof fields.f === 'number' || typeof fields.f === 'string') return float(Number(fields.f));
  if (typeof fields.s === 'string') return str(fields.s);
  if (typeof fields.v === 'string') return variable(fields.v);
  if (fields.x === 'a') return atom(textOf(value));
  if (fields.x === 's') return str(textOf(value));
  throw notStored(value);
}

function decodeCompound(name: string, values: readonly unknown[], tasks: Task<unknown, Term>[]): Term {
  const args = new Array<Term>(values.length);
  for (const [index, from] of values.entries()) tasks.push({ from, into: args, index });
  return { kind: 'compound', name, args };
}

/** Cells are made before their elements are known; the tasks fill these in. */
function decodeList(values: readonly unknown[], tasks: Task<unknown, Term>[]): Term {
  let rest: Term = NIL;
  for (let at = values.length - 1; at >= 0; at--) {
    const args: Term[] = [NIL, rest];
    tasks.push({ from: values[at], into: args, index: 0 });
    rest = { kind: 'compound', name: CONS, args };
  }
  return rest;
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const encoded = (value as { b64?: unknown } | null | undefined)?.b64;
  if (typeof encoded !== 'string') throw notStored(value);
  return Buffer.from(encoded, 'base64').toString('utf16le');
}

function notStored(value: unknown): TypeError {
  return new TypeError(`not a stored term: ${JSON.stringify(value)?.slice(0, 200)}`);
}
