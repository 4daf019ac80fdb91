import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ServedApplication, serveApplication } from './served-application.js';

let served: ServedApplication;
beforeAll(async () => {
  served = await serveApplication({ SAMPLE_DATA: 'on' });
}, 90_000);
afterAll(() => served.stop());

const ask = async (query: string, variables?: object) => {
  const { data, errors } = await served.request(query, variables);
  expect(errors).toBeUndefined();
  return data;
};

describe('over the sample knowledge base', () => {
  test('a text is answered with the facts that are near in meaning', async () => {
    const { ask: result } = await ask(`query {
      ask(input: { question: "an expired certificate", first: 3 }) {
        route { route text goal }
        answers { nodes { text values score goal proof { nodes { kind similarity } text } supports { similarity fact { id predicate } } } pageInfo { hasNextPage endCursor } }
        retrieved { score fact { prolog } channels { channel rank } }
        revision timings { totalMs embedMs }
      }
    }`);
    expect(result.route).toEqual({ route: 'DENSE', text: 'an expired certificate', goal: null });
    const [best] = result.answers.nodes;
    expect(best.text).toMatch(/certificate/i);
    expect(best.supports).toHaveLength(1);
    expect(best.supports[0].similarity).toBeGreaterThan(0.5);
    expect(best.proof.text).toMatch(/similar 0\.\d\d · fact:1:\d+ · sample data$/);
    expect(result.answers.pageInfo.hasNextPage).toBe(true);
    expect(result.retrieved[0].channels.map(({ channel }: { channel: string }) => channel)).toContain(
      'DENSE',
    );
    expect(result.timings.totalMs).toBeGreaterThan(0);
  });

  test('a goal is answered by reasoning, page by page', async () => {
    const page = `query ($after: String) {
      ask(input: { question: "depends(checkout, D)", first: 6, after: $after }) {
        route { route }
        answers { nodes { values } pageInfo { hasNextPage endCursor } totalCount }
      }
    }`;
    const found: string[] = [];
    for (let after: string | null = null, more = true; more; ) {
      // biome-ignore lint/suspicious/noExplicitAny: a reply, as in `Reply`
      const { answers }: any = (await ask(page, { after })).ask;
      expect(answers.totalCount).toBe(16);
      found.push(...answers.nodes.map(({ values }: { values: { D: string } }) => values.D));
      ({ endCursor: after, hasNextPage: more } = answers.pageInfo);
    }
    expect(found).toHaveLength(16);
    expect(new Set(found)).toEqual(
      new Set(
        'accounts cache cart dns event_bus fraud_check inventory ledger login mailer main_db payment_gateway pricing promotions shipping warehouse_sync'.split(
          ' ',
        ),
      ),
    );
  });

  test('a text with a goal is answered by both, each answer resting on a retrieved fact', async () => {
    const { ask: result } = await ask(`query {
      ask(input: {
        question: "a payment time-out"
        goal: "summary(Incident, _), hits(Incident, Service), on_call_for(Service, Person)"
        first: 5
      }) {
        route { route }
        answers { nodes { values score proof { text nodes { kind fact { id } similarity } } } }
        retrieved { fact { id } }
      }
    }`);
    expect(result.route.route).toBe('HYBRID');
    const [best] = result.answers.nodes;
    expect(best.values).toMatchObject({ Incident: 'inc_17' });
    expect(best.proof.text).toMatch(/^all of +score 0\.\d+\n├─ summary\(inc_17, ".*similar 0\.\d\d/);
    const retrieved = new Set(result.retrieved.map(({ fact }: { fact: { id: string } }) => fact.id));
    for (const { proof, score } of result.answers.nodes) {
      const anchors = proof.nodes.filter((node: { similarity: number | null }) => node.similarity !== null);
      expect(anchors).toHaveLength(1);
      expect(retrieved).toContain(anchors[0].fact.id);
      expect(score).toBeCloseTo(anchors[0].similarity, 6);
    }
  });

  test('search pages, filters, and says what each channel thought', async () => {
    const query = `query ($after: String, $retrieval: RetrievalOptions) {
      search(input: { text: "the payment provider was slow", first: 2, after: $after, retrieval: $retrieval }) {
        facts { score fact { id predicate text } channels { channel score rank } }
        pageInfo { hasNextPage hasPreviousPage endCursor }
        embeddingSpace { id state coverage pending failed dimensions fingerprint model { name loaded installed outputs languages licence } }
        revision
      }
    }`;
    const first = (await ask(query)).search;
    const second = (await ask(query, { after: first.pageInfo.endCursor })).search;
    const ids = [...first.facts, ...second.facts].map(({ fact }) => fact.id);
    expect(new Set(ids).size).toBe(4);
    expect(first.facts[0].score).toBeGreaterThanOrEqual(second.facts[1].score);
    expect(first.embeddingSpace).toMatchObject({ state: 'ACTIVE', coverage: 1, pending: 0, failed: 0 });
    expect(first.embeddingSpace.model).toMatchObject({ loaded: true, installed: true, outputs: ['DENSE'] });
    const steps = (
      await ask(query, { retrieval: { channels: ['LEXICAL'], filter: { predicate: 'purpose' } } })
    ).search;
    for (const { fact, channels } of steps.facts) {
      expect(fact.predicate).toBe('purpose');
      expect(channels.map(({ channel }: { channel: string }) => channel)).toEqual(['LEXICAL']);
    }
  });

  test('a fact knows the facts that are like it', async () => {
    const { facts } = await ask(`query {
      facts(filter: { matches: "summary(inc_10, _)" }) { nodes { id similar(first: 3) { score fact { id text } channels { channel rank } } } }
      plain: facts(filter: { predicate: "owned_by" }, first: 1) { nodes { similar { score } } }
    }`);
    const [{ id, similar }] = facts.nodes;
    expect(similar).toHaveLength(3);
    expect(similar.map(({ fact }: { fact: { id: string } }) => fact.id)).not.toContain(id);
    expect(similar[0].score).toBeGreaterThanOrEqual(similar[2].score);
    const tooMany = await served.request('{ facts(first: 1) { nodes { similar(first: 101) { score } } } }');
    expect(tooMany.errors?.[0]?.extensions.code).toBe('BAD_INPUT');
    const tooOften = await served.request('{ facts(first: 500) { nodes { similar { score } } } }');
    expect(tooOften.errors?.[0]?.message).toContain('at most 200 facts');
  });

  test('texts can be turned into vectors, those of the loaded model or of a named one', async () => {
    const { embed, status } = await ask(`query {
      embed(input: { texts: ["time-out", "time-out", ""] }) { dense tokens truncated }
      status { activeSpace { dimensions model { name } } }
    }`);
    expect(embed).toHaveLength(3);
    expect(embed[0].dense).toHaveLength(status.activeSpace.dimensions);
    expect(embed[0]).toEqual(embed[1]);
    expect(Math.hypot(...embed[0].dense)).toBeCloseTo(1, 4);
    const { name } = status.activeSpace.model;
    const named = await ask(
      'query ($model: String) { embed(input: { texts: ["time-out"], model: $model, as: PASSAGE }) { tokens } }',
      { model: name },
    );
    expect(named.embed[0].tokens).toBe(embed[0].tokens);
  });

  test('facts that were just asserted are found by search', async () => {
    const { assertFacts } = await ask(`mutation {
      assertFacts(input: { facts: [{ prolog: "summary(inc_99, \\"Giraffes blocked the entrance of the data centre.\\")" }] }) { facts { id text } }
    }`);
    expect(assertFacts.facts[0].text).toBe('Giraffes blocked the entrance of the data centre.');
    const { search } = await ask(
      '{ search(input: { text: "giraffes at the door", first: 1 }) { facts { fact { id } } } }',
    );
    expect(search.facts[0].fact.id).toBe(assertFacts.facts[0].id);
  });

  test('the models that are known say what they are', async () => {
    const { models } = await ask(`query {
      models { name description dimensions truncatableTo maxTokens outputs languages licence installed loaded precision runtime fingerprint }
    }`);
    const loaded = models.filter(({ loaded }: { loaded: boolean }) => loaded);
    expect(loaded).toHaveLength(1);
    expect(loaded[0]).toMatchObject({ installed: true, outputs: ['DENSE'], runtime: 'onnx' });
    expect(loaded[0].fingerprint).toBeTruthy();
  });

  test('the status says what runs', async () => {
    const { status } = await ask(
      '{ status { version database embedded reasoners activeSpace { state coverage } uptimeSeconds warnings } }',
    );
    expect(status).toMatchObject({ reasoners: ['swi'], activeSpace: { state: 'ACTIVE' }, warnings: [] });
    expect(status.database).toMatch(/PostgreSQL.*pgvector/);
    expect(status.uptimeSeconds).toBeGreaterThan(0);
  });

  test('a question that blows up ends at its limit, and others are answered meanwhile', async () => {
    const blowUp = served.request(
      '{ prove(input: { goal: "between(1, 100000000, N), N < 0", limits: { timeMs: 1500 } }) { complete limitReached } }',
    );
    const { status } = await ask('{ status { version } }');
    expect(status.version).toBeTruthy();
    expect((await blowUp).data.prove).toEqual({
      complete: false,
      limitReached: expect.stringMatching(/TIME|INFERENCES/),
    });
  });
});
