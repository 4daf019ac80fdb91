import { readFileSync } from 'node:fs';
import { readProgram } from '../../src/prolog/reader.js';
import { indicatorOf } from '../../src/prolog/term.js';
import { writeTerm } from '../../src/prolog/writer.js';
import { sharedData } from '../support/shared-data.js';

export interface Question {
  readonly id: number;
  readonly prolog: string;
  readonly answers_prolog: readonly string[] | null;
  readonly both_agree: boolean;
}

/** Facts of geobase.pl; rules and directives are counted and left out. */
export function geobaseFacts(): { facts: string[]; skipped: number } {
  const { clauses, errors } = readProgram(readFileSync(sharedData('geoquery/geobase.pl'), 'utf8'));
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  const facts = clauses.filter(({ term }) => ![':-/1', ':-/2'].includes(indicatorOf(term) ?? ''));
  return { facts: facts.map(({ term }) => writeTerm(term)), skipped: clauses.length - facts.length };
}

/** Our own reading of the reference executor's predicates. */
export function geoqueryRules(): string {
  return readFileSync(new URL('./geoquery.pl', import.meta.url), 'utf8');
}

/** Those whose two gold queries agree about the answers, and that have any. */
export function judgedQuestions(): Question[] {
  return readFileSync(sharedData('geoquery/questions.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Question)
    .filter(({ both_agree, answers_prolog }) => both_agree && (answers_prolog ?? []).length > 0);
}

/** A set of names as one text; numbers count as equal when they agree in 12 digits, however they are written. */
export function comparable(names: readonly string[]): string {
  const plain = names.map((name) => {
    const number = name.trim() === '' ? Number.NaN : Number(name);
    return Number.isNaN(number) ? name : number.toPrecision(12);
  });
  return JSON.stringify([...new Set(plain)].sort());
}
