import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { goalOfExample } from '../../src/asking/learning/example.js';
import { FetchedLinker } from '../../src/asking/learning/fetched-linker.js';
import { learnPatterns } from '../../src/asking/learning/learn-patterns.js';
import { displayTerm } from '../../src/prolog/writer.js';
import { type ServedApplication, serveApplication } from '../api/served-application.js';
import { describeWithData, sharedData } from '../support/shared-data.js';
import { comparable, geobaseFacts, geoqueryRules, judgedQuestions, type Question } from './geoquery-data.js';

const folds = 5;
/** The first part was used to choose settings by. */
const heldOut = 1;

interface Asked {
  readonly route: string;
  readonly isRight: boolean;
}

/**
 * Learns from four parts of GeoQuery's training questions and asks those of another one under AUTO, over HTTP.
 * `npm run bench -- geoquery` does so with all parts, and in German and Chinese.
 */
describeWithData('geoquery', 'Questions of GeoQuery in plain English', () => {
  let served: ServedApplication;
  const asked: Asked[] = [];

  beforeAll(async () => {
    served = await serveApplication();
    const facts = geobaseFacts().facts.map((prolog) => ({ prolog }));
    await served.request(
      'mutation ($facts: [FactInput!]!) { assertFacts(input: { facts: $facts }) { inserted } }',
      {
        facts,
      },
    );
    await put('geoquery', geoqueryRules());
    const all = readFileSync(sharedData('geoquery/questions.jsonl'), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Question & { nl: { en: string } });
    const examples = all
      .filter((_, index) => index % folds !== heldOut)
      .map(({ nl, prolog }, index) => ({
        question: nl.en,
        ...goalOfExample(`answered(${prolog}, Name)`, ['Name']),
        line: index + 1,
      }));
    const linker = await FetchedLinker.of(
      examples.map(({ question }) => question),
      async (texts) => {
        const mentions = await served.application.asker.mentions(texts);
        return mentions.map((each) =>
          each.flatMap(({ from, to, links }) =>
            links.map(({ text, value, score, positions }) => ({
              ...{ from, to, text, score },
              constant: displayTerm(value),
              places: positions,
            })),
          ),
        );
      },
    );
    await put('learned', (await learnPatterns(examples, linker, 'learned')).source);
    const judged = new Set(judgedQuestions().map(({ id }) => id));
    const held = all.filter(({ id }, index) => index % folds === heldOut && judged.has(id));
    for (const { nl, answers_prolog } of held) asked.push(await ask(nl.en, answers_prolog!));
  }, 900_000);
  afterAll(() => served.stop());

  async function put(name: string, source: string): Promise<void> {
    const { data } = await served.request(
      `mutation ($name: String!, $source: String!) {
        putRuleModule(input: { name: $name, source: $source }) { module { name } diagnostics { severity message } }
      }`,
      { name, source },
    );
    expect(data.putRuleModule.module, JSON.stringify(data.putRuleModule.diagnostics.slice(0, 3))).toEqual({
      name,
    });
  }

  async function ask(question: string, wanted: readonly string[]): Promise<Asked> {
    const { data } = await served.request(
      `query ($question: String!) {
        ask(input: { question: $question, first: 1000 }) { route { route } answers { nodes { values } } }
      }`,
      { question },
    );
    const { route } = data.ask.route;
    const names = data.ask.answers.nodes.map(({ values }: { values: { Name: unknown } }) =>
      String(values.Name),
    );
    return { route, isRight: route === 'LOGIC' && comparable(names) === comparable(wanted) };
  }

  const share = (isSo: (each: Asked) => boolean, of = asked) => of.filter(isSo).length / of.length;

  it('are answered rightly, by goals put together from what was learned', () => {
    console.log(
      `GeoQuery in English: ${asked.filter(({ isRight }) => isRight).length} of ${asked.length} right under AUTO`,
    );
    expect(share(({ isRight }) => isRight)).toBeGreaterThan(0.73);
  });

  it('are declined rather than answered wrongly', () => {
    expect(
      share(
        ({ isRight }) => isRight,
        asked.filter(({ route }) => route === 'LOGIC'),
      ),
    ).toBeGreaterThan(0.88);
  });
});
