import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { readProgram } from '../../src/prolog/reader.js';
import { type Atom, atom, type Term } from '../../src/prolog/term.js';
import { writeTerm } from '../../src/prolog/writer.js';
import { isCompound } from '../../src/reasoning/rule.js';
import { systemRules } from '../../src/reasoning/system-rules.js';
import { openSwi, openTau, type PrologUnderTest } from './prolog-under-test.js';

const FORGET = 'clear_request, forget_lookups, forget_external(k), forget(r), forget(k)';

const text = (name: string) => readFileSync(systemRules(name), 'utf8');

/** The names of the tests that stand in rules/system/*.test.pl: test(Name) :- Goal. */
function testsIn(file: string): string[] {
  const { clauses, errors } = readProgram(text(`${file}.test`));
  expect(errors).toEqual([]);
  return clauses.map(({ term }) => term).flatMap(testName);
}

function testName(clause: Term): string[] {
  const head = isCompound(clause, ':-', 2) ? clause.args[0]! : clause;
  return isCompound(head, 'test', 1) ? [(head.args[0] as Atom).name] : [];
}

describe.each([
  { engine: 'swi', open: openSwi, files: ['translate', 'evaluate', 'measure', 'dates', 'swi'] },
  { engine: 'tau', open: openTau, files: ['translate', 'evaluate', 'tau'] },
])('rules/system in $engine', ({ open, files }) => {
  let prolog: PrologUnderTest;
  beforeAll(async () => {
    prolog = await open();
    const tests = ['test-support', ...files.map((file) => `${file}.test`)];
    await prolog.consult(tests.map(text).join('\n'));
  });

  describe.each(files)('%s', (file) => {
    it.each(testsIn(file))('%s', async (name) => {
      expect(await prolog.once(FORGET)).toBe('true');
      expect(await prolog.once(`test(${writeTerm(atom(name))})`)).toBe('true');
    });
  });
});
