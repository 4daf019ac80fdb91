import createSwipl from 'swipl-wasm/dist/swipl-node.js';
import { readTerm } from '../../../src/prolog/reader.js';
import { writeTerm } from '../../../src/prolog/writer.js';
import type { RandomProgram } from './random-programs.js';

/** SWI-Prolog by itself, which tables every predicate with rules and knows nothing of confidences. */
export interface PlainTabling {
  /** Canonical texts of the lists of values of the goal's named variables, each once, sorted. */
  answers(program: RandomProgram, goal: string): string[];
}

// Only text leaves a query: the bridge cannot convert every term.
const ANSWERS = `(answer_text(Module, Out) :-
    findall(Values, Module:question(Values), All),
    sort(All, Sorted),
    with_output_to(string(Out),
      forall(member(Values, Sorted), (write_term(Values, [quoted(true), ignore_ops(true)]), nl))))`;

export async function openPlainTabling(): Promise<PlainTabling> {
  const swipl = await createSwipl({ arguments: ['-q'] });
  swipl.prolog.call(`assertz(${ANSWERS})`);
  let made = 0;
  return {
    answers(program, goal) {
      const module = `random${++made}`;
      swipl.FS.writeFile(`/${module}.pl`, moduleText(module, program, goal));
      swipl.prolog.call(`consult('/${module}.pl')`);
      const { Out } = swipl.prolog.query('answer_text(Module, Out)', { Module: module }).once() as {
        Out: unknown;
      };
      const text = typeof Out === 'object' && Out !== null && 'v' in Out ? String(Out.v) : String(Out);
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => writeTerm(readTerm(line).term))
        .sort();
    },
  };
}

function moduleText(module: string, { facts, rules, derived }: RandomProgram, goal: string): string {
  const named = readTerm(goal).variables.filter((name) => !name.startsWith('_'));
  const table = derived.join(', ');
  return [
    `:- module(${module}, []).`,
    ':- use_module(library(lists)).',
    ':- use_module(library(aggregate)).',
    ':- style_check(-singleton).',
    ':- style_check(-discontiguous).',
    `:- table ${table}.`,
    rules.replaceAll(/^[\d.]+ :: /gm, ''),
    ...facts.map(({ prolog }) => `${prolog}.`),
    `question([${named.join(', ')}]) :- ${goal}.`,
    '',
  ].join('\n');
}
