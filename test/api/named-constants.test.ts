import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ServedApplication, serveApplication } from './served-application.js';

let served: ServedApplication;
beforeAll(async () => {
  served = await serveApplication();
  const facts = ["city('New York', 8)", 'city(york, 1)'].map((prolog) => ({ prolog }));
  await served.request(
    'mutation ($facts: [FactInput!]!) { assertFacts(input: { facts: $facts }) { inserted } }',
    { facts },
  );
}, 120_000);
afterAll(() => served.stop());

const query = `query ($texts: [String!]!) {
  namedConstants(texts: $texts) { from to text constant places { predicate arity argument } }
}`;

it('says for each text which of its words name constants, and where these stand', async () => {
  const { data } = await served.request(query, { texts: ['how large is new york?', 'nothing'] });
  const place = { predicate: 'city', arity: 2, argument: 0 };
  expect(data.namedConstants).toEqual([
    [
      { from: 3, to: 5, text: 'new york', constant: "'New York'", places: [place] },
      { from: 4, to: 5, text: 'york', constant: 'york', places: [place] },
    ],
    [],
  ]);
});

it('refuses more texts than one request may have', async () => {
  const { errors } = await served.request(query, { texts: Array.from({ length: 1_001 }, () => 'a') });
  expect(errors![0]).toMatchObject({
    message: 'at most 1000 texts at once, not 1001',
    extensions: { code: 'BAD_INPUT' },
  });
});
