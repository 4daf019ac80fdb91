import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../../src/database/database.js';
import type { Term } from '../../src/prolog/term.js';
import { displayTerm, writeTerm } from '../../src/prolog/writer.js';
import { ReasoningBase } from '../reasoning/reasoning-base.js';
import { testDatabase } from '../support/database.js';
import { describeWithData } from '../support/shared-data.js';
import { comparable, geobaseFacts, geoqueryRules, judgedQuestions } from './geoquery-data.js';

/** Questions whose answers are known to differ from the reference, and why. */
const exceptions: Readonly<Record<number, string>> = {};

/** All of GeoQuery's training questions, as gold queries, against the answers of the reference executor. */
describeWithData('geoquery', 'GeoQuery', () => {
  let database: Database;
  let base: ReasoningBase;
  beforeAll(async () => {
    database = await testDatabase();
    base = await ReasoningBase.create(database);
    const { facts, skipped } = geobaseFacts();
    const { inserted } = await base.assert(facts.map((prolog) => ({ prolog })));
    expect({ inserted, skipped }).toEqual({ inserted: 698, skipped: 0 });
    await base.rules(geoqueryRules(), 'geoquery');
  });
  afterAll(async () => {
    await base[Symbol.asyncDispose]();
    await database.stop();
  });

  it('passes the check of rules with nothing said but what needs Prolog', async () => {
    const [module] = await base.store.ruleModules(base.name);
    const diagnostics = await base.ruleBook.check(module!.source, base.name, 'geoquery');
    expect(new Set(diagnostics.map(({ code }) => code))).toEqual(new Set(['NEEDS_PROLOG']));
  });

  it('gives exactly the reference answers to every training question', { timeout: 180_000 }, async () => {
    const questions = judgedQuestions();
    const differing: Record<number, string> = {};
    for (const { id, prolog, answers_prolog } of questions) {
      const { answers, complete, limitReached } = await base.prove(`answered(${prolog}, Name)`);
      const names = answers.map(
        ({ bindings }) => bindings.find(({ variable }) => variable === 'Name')!.value,
      );
      const found = comparable(names.map(nameOf));
      const wanted = comparable(answers_prolog!);
      if (!complete) differing[id] = `${prolog}: ended by ${limitReached}`;
      else if (found !== wanted) differing[id] = `${prolog}: ${found} for ${wanted}`;
    }
    const right = questions.length - Object.keys(differing).length;
    console.log(`GeoQuery: ${right} of ${questions.length} training questions answered exactly`);
    expect(Object.keys(differing), JSON.stringify(differing, null, 1)).toEqual(Object.keys(exceptions));
    expect(questions).toHaveLength(496);
  });

  it('proves an answer from the facts that it rests on', async () => {
    const query =
      'answer(C, (capital(C), loc(C, S), largest(S, (state(S), next_to(S, T), const(T, stateid(utah))))))';
    const { answers } = await base.prove(`answered(${query}, Name)`);
    expect(answers).toHaveLength(1);
    const { nodes } = answers[0]!.proof!;
    const proved = nodes.filter(({ kind }) => kind === 'RULE').map(({ goal }) => displayTerm(goal));
    expect(proved).toContain("capital(stateid('new mexico'), cityid('santa fe', nm))");
    const facts = nodes.filter(({ kind }) => kind === 'FACT').map(({ goal }) => writeTerm(goal));
    expect(facts).toContainEqual(expect.stringMatching(/^state\('new mexico',nm,'santa fe',/));
  });
});

function nameOf(term: Term): string {
  if (term.kind === 'atom') return term.name;
  return term.kind === 'string' ? term.value : writeTerm(term);
}
