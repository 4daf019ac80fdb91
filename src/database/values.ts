/** What travels to the server: text that its type reads itself, or bytes in the type's binary layout. */
export type Parameter = string | Uint8Array | null;

/** One statement's answer as the server wrote it: every value is text. */
export interface Answer {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly (string | null)[])[];
  /** What the server says that it did: SELECT, INSERT, ROLLBACK. */
  readonly command: string;
  /** Rows inserted, updated, deleted or selected. */
  readonly touched: number;
}

export interface Column {
  readonly name: string;
  /** OID of its type. */
  readonly type: number;
}

/**
 * A value as its parameter. Arrays become array literals, other objects JSON; PostgreSQL infers the parameter's type
 * from its place, so the text is read by the type that the statement casts to.
 * @throws TypeError for a function or a symbol
 */
export function toParameter(value: unknown): Parameter {
  if (value === null || value === undefined) return null;
  if (value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return arrayLiteral(value);
  return scalarText(value);
}

function scalarText(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(value);
    case 'object':
      return value instanceof Date ? value.toISOString() : JSON.stringify(value);
    default:
      throw new TypeError(`A ${typeof value} can't be a parameter of a statement`);
  }
}

function arrayLiteral(values: readonly unknown[]): string {
  return `{${values.map(arrayElement).join(',')}}`;
}

function arrayElement(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return arrayLiteral(value);
  const text = value instanceof Uint8Array ? `\\x${Buffer.from(value).toString('hex')}` : scalarText(value);
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

type Decoder = (text: string) => unknown;

// OIDs of built-in types never change (pg_type.dat).
const scalars = new Map<number, Decoder>([
  [16, (text) => text === 't'], // bool
  [17, toBytes], // bytea
  [20, toWholeNumber], // int8
  [21, Number], // int2
  [23, Number], // int4
  [26, Number], // oid
  [114, JSON.parse], // json
  [700, Number], // float4
  [701, Number], // float8
  [1184, toDate], // timestamptz
  [3802, JSON.parse], // jsonb
]);

const arrays = new Map<number, number>([
  [199, 114],
  [1000, 16],
  [1001, 17],
  [1003, 19], // name
  [1005, 21],
  [1007, 23],
  [1009, 25], // text
  [1015, 1043], // varchar
  [1016, 20],
  [1021, 700],
  [1022, 701],
  [1028, 26],
  [1185, 1184],
  [1231, 1700], // numeric
  [2951, 2950], // uuid
  [3807, 3802],
]);

const JSON_TYPES = new Set([114, 3802]);

const asIs: Decoder = (text) => text;

function decoderOf(type: number): Decoder {
  const element = arrays.get(type);
  if (element === undefined) return scalars.get(type) ?? asIs;
  const decode = scalars.get(element) ?? asIs;
  return (text) => arrayFromLiteral(text, decode);
}

/** An opening or closing brace, a quoted element, or a bare one. */
const TOKEN = /[{}]|"((?:[^"\\]|\\.)*)"|[^{},"]+/gs;

/** Reads what PostgreSQL's array_out writes: {1,NULL,"a \"b\"",{2,3}}. */
function arrayFromLiteral(literal: string, decode: Decoder): unknown[] {
  const root: unknown[] = [];
  const open = [root];
  // Bounds that don't begin at 1 are written before: [0:1]={1,2}.
  for (const [token, quoted] of literal.slice(literal.indexOf('{')).matchAll(TOKEN)) {
    const innermost = open.at(-1)!;
    if (token === '{') {
      const inner: unknown[] = [];
      innermost.push(inner);
      open.push(inner);
    } else if (token === '}') open.pop();
    else if (quoted !== undefined) innermost.push(decode(quoted.replace(/\\(.)/gs, '$1')));
    else innermost.push(token === 'NULL' ? null : decode(token));
  }
  return root[0] as unknown[];
}

/** Rows as objects by column name. Types that JavaScript has no word for (numeric, vector) stay text. */
export function toObjects<Row extends object>({ columns, rows }: Answer): Row[] {
  const decoders = columns.map(({ name, type }) => ({ name, decode: decoderOf(type) }));
  return rows.map((values) => {
    const row: Record<string, unknown> = {};
    for (let at = 0; at < decoders.length; at++) {
      const { name, decode } = decoders[at]!;
      const text = values[at]!;
      row[name] = text === null ? null : decode(text);
    }
    return row as Row;
  });
}

/** Rows as arrays, for drizzle, which decodes JSON itself (and would decode a JSON string twice). */
export function toArrays({ columns, rows }: Answer): unknown[][] {
  const decoders = columns.map(({ type }) => (JSON_TYPES.has(type) ? asIs : decoderOf(type)));
  return rows.map((values) => values.map((text, at) => (text === null ? null : decoders[at]!(text))));
}

/** @throws RangeError rather than give a number that is not the one that is stored */
function toWholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number))
    throw new RangeError(`${text} is beyond the whole numbers of JavaScript`);
  return number;
}

/** "2026-11-21 11:12:26.694+00" is not quite ISO 8601: engines differ in what they make of it. */
function toDate(text: string): Date {
  return new Date(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'));
}

function toBytes(text: string): Uint8Array {
  const bytes = new Uint8Array((text.length - 2) / 2);
  for (let at = 0; at < bytes.length; at++) {
    bytes[at] = Number.parseInt(text.slice(2 * at + 2, 2 * at + 4), 16);
  }
  return bytes;
}
