import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ServedApplication, serveApplication } from '../api/served-application.js';
import { describeWithData } from '../support/shared-data.js';
import { comparable, geobaseFacts, geoqueryRules, judgedQuestions } from './geoquery-data.js';

/** A few of GeoQuery's questions through the whole of Corollary; geoquery.test.ts has all of them. */
describeWithData('geoquery', 'GeoQuery over HTTP', () => {
  let served: ServedApplication;
  beforeAll(async () => {
    served = await serveApplication();
    const facts = geobaseFacts().facts.map((prolog) => ({ prolog }));
    const asserted = await served.request(
      'mutation ($facts: [FactInput!]!) { assertFacts(input: { facts: $facts }) { inserted } }',
      { facts },
    );
    expect(asserted.data.assertFacts.inserted).toBe(facts.length);
    const put = await served.request(
      `mutation ($source: String!) {
        putRuleModule(input: { name: "geoquery", source: $source }) { module { name } }
      }`,
      { source: geoqueryRules() },
    );
    expect(put.data.putRuleModule).toEqual({ module: { name: 'geoquery' } });
  });
  afterAll(() => served.stop());

  // A plain join, a superlative, a count, one superlative within another, and a comparison with a superlative.
  it.each([0, 35, 49, 461, 876])('answers question %i as the reference does', async (wanted) => {
    const { prolog, answers_prolog } = judgedQuestions().find(({ id }) => id === wanted)!;
    const { data } = await served.request(
      'query ($goal: Prolog!) { prove(input: { goal: $goal, first: 1000 }) { complete answers { nodes { values } } } }',
      { goal: `answered(${prolog}, Name)` },
    );
    const names = data.prove.answers.nodes.map(({ values }: { values: { Name: unknown } }) =>
      String(values.Name),
    );
    expect(data.prove.complete).toBe(true);
    expect(comparable(names)).toBe(comparable(answers_prolog!));
  });
});
