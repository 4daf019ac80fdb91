import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { builtins, metaPredicates } from '../../src/reasoning/builtins.js';
import { CheckedRuleBook } from '../../src/reasoning/rule-book.js';
import { isMissing } from '../../src/reasoning/unsupported.js';
import { testDatabase } from '../support/database.js';
import { openSwi, openTau } from './prolog-under-test.js';
import { ReasoningBase } from './reasoning-base.js';

/** Constructs that rules/system/translate.pl turns into others. */
const translated = new Set(['not/1', 'ignore/1', '^/2', 'forall/2', '*->/2']);
const callable = [...builtins.keys(), ...metaPredicates.keys()].filter(
  (indicator) => !translated.has(indicator),
);

describe.each([
  { reasoner: 'swi', open: openSwi },
  { reasoner: 'tau', open: openTau },
])('What rules may call', ({ reasoner, open }) => {
  it(`is there in ${reasoner}, save what is known to be missing`, async () => {
    const prolog = await open();
    const missing: string[] = [];
    for (const indicator of callable) {
      const slash = indicator.lastIndexOf('/');
      const name = indicator.slice(0, slash).replaceAll('\\', '\\\\');
      const arity = Number(indicator.slice(slash + 1));
      const exists = `catch(( functor(G, '${name}', ${arity}), ( call(G) -> fail ; fail ) ), error(existence_error(procedure, '${name}'/${arity}), _), true)`;
      // Without values most fail or raise another error; what could go on for ever is not started.
      if (indicator !== 'repeat/0' && (await prolog.once(exists)) === 'true') missing.push(indicator);
    }
    expect(missing).toEqual(callable.filter((indicator) => isMissing(reasoner, indicator)));
  }, 60_000);
});

describe('A knowledge base whose rules need what tau has not', () => {
  const source = `
    first_letter(X, L) :- word(X), once(sub_string(X, 0, 1, _, L)).
    spoken(X) :- word(X).`;
  let database: Database;
  let base: ReasoningBase;
  let ruleBook: CheckedRuleBook;
  beforeAll(async () => {
    database = await testDatabase();
    base = await ReasoningBase.create(database, { reasoner: 'tau' });
    ruleBook = new CheckedRuleBook(base.store, 'tau');
    await base.facts('word(tea). word(cup).');
    // As it was stored when the server ran with REASONER=swi.
    await base.store.putRuleModule({ name: 'words', source }, { knowledgeBase: base.name });
  });
  afterAll(async () => {
    await base[Symbol.asyncDispose]();
    await database.stop();
  });

  it('says so at the start, with the place and the way out', async () => {
    // Deduction takes once/1 and has sub_string/5: nothing is missing until a rule needs Prolog.
    expect(await ruleBook.unsupported(base.name)).toEqual([]);
    await base.store.putRuleModule(
      { name: 'words', source: source.replace('once(', '!, once(') },
      { knowledgeBase: base.name },
    );
    expect(await ruleBook.unsupported(base.name)).toEqual([
      'words:2: sub_string/5 is not there in tau-prolog, which evaluates this: start the server with REASONER=swi',
    ]);
    expect(await new CheckedRuleBook(base.store, 'swi').unsupported(base.name)).toEqual([]);
  });

  it('answers goals that need it with NOT_SUPPORTED, and others as ever', async () => {
    await expect(base.prove('first_letter(X, L)', { evaluator: 'prolog' })).rejects.toMatchObject({
      code: 'NOT_SUPPORTED',
      message: expect.stringContaining('REASONER=swi'),
      details: { predicate: 'sub_string/5' },
    });
    expect(await base.answers('spoken(X)', { evaluator: 'prolog' })).toEqual(['X = cup', 'X = tea']);
  });

  it('takes no more of such rules', async () => {
    const put = await ruleBook.put({
      name: 'more',
      source: 'p(X) :- word(X), !, string_length(X, 3).',
      knowledgeBase: base.name,
    });
    expect(put.module).toBeNull();
    expect(put.diagnostics).toMatchObject([{ code: 'NOT_SUPPORTED', line: 1, column: 21 }]);
  });
});
