import type { FactBatch, FactKeys } from '../knowledge/knowledge.js';
import { atomText, stringText } from '../prolog/atom-text.js';
import { listItems } from '../prolog/list-items.js';
import { readTerm } from '../prolog/reader.js';
import type { Term } from '../prolog/term.js';
import { writeTerm } from '../prolog/writer.js';
import { FOREVER } from './deduction/relation.js';
import { float } from './fact-rows.js';

/**
 * Answers `lookup(Name, Args, After)` of rules/system/evaluate.pl, where each of Args is `v(Value)` or `free`: the text of
 * `page(Rows, Next)` with rows `row(Args, Id, Confidence, From, To, Sentence)` in order of id, all behind the fact After.
 * Next is where the next page begins, 0 when there is none.
 *
 * @param hasStrings false for tau-prolog
 */
export function lookupPage(
  call: string,
  hasStrings: boolean,
  page: (lookup: FactKeys, after: number) => FactPage,
): string {
  const [name, list, after] = compoundOf(readTerm(call, { maxNesting: Number.POSITIVE_INFINITY }).term);
  const predicate = (name as Term & { kind: 'atom' }).name;
  const args = listItems(list!)!;
  const known = args.flatMap((arg, position) => {
    if (arg.kind !== 'compound') return [];
    const texts = hasStrings ? [writeTerm(arg.args[0]!)] : textsOf(arg.args[0]!);
    return texts.length === 0 ? [] : [{ position, texts }];
  });
  const lookup: FactKeys = {
    predicate,
    arity: args.length,
    positions: known.map(({ position }) => position),
    keys: product(known.map(({ texts }) => texts)),
  };
  const { batch, isLast } = page(lookup, Number((after as Term & { kind: 'integer' }).value));
  if (batch === null) return 'page([],0)';
  const lines = batch.lines.split('\n');
  const nameLength = atomText(predicate).length;
  const rows = lines.map((line) => rowOf(line, nameLength, args.length));
  const last = lines.at(-1)!;
  return `page([${rows.join(',')}],${isLast ? 0 : last.slice(0, last.indexOf('\t'))})`;
}

export interface FactPage {
  readonly batch: FactBatch | null;
  readonly isLast: boolean;
}

function compoundOf(term: Term): readonly Term[] {
  if (term.kind !== 'compound') throw new Error(`no look-up: ${writeTerm(term)}`);
  return term.args;
}

/**
 * What a value of tau-prolog may be among the facts: atoms stand for strings too, and numbers are those of JavaScript.
 * Nothing where that is too much to say.
 */
function textsOf(value: Term): string[] {
  if (value.kind === 'atom') return [atomText(value.name), stringText(value.name)];
  if (value.kind === 'float') return value.value === 0 ? ['0.0', '-0.0'] : [writeTerm(value)];
  if (value.kind === 'integer' && Number.isSafeInteger(Number(value.value))) return [writeTerm(value)];
  return [];
}

function product(choices: readonly (readonly string[])[]): string[][] {
  return choices.reduce<string[][]>(
    (keys, texts) => keys.flatMap((key) => texts.map((text) => [...key, text])),
    [[]],
  );
}

function rowOf(line: string, nameLength: number, arity: number): string {
  const [id, confidence, from, to, sentence, prolog] = line.split('\t') as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const args = arity === 0 ? '' : prolog.slice(nameLength + 1, -1);
  return `row([${args}],${id},${float(Number(confidence))},${from},${to === '' ? FOREVER : to},${sentence})`;
}
