import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { QuestionAsker } from '../../src/asking/asker.js';
import { KnowledgeStore } from '../../src/knowledge/knowledge-store.js';
import type { Reasoner } from '../../src/reasoning/reasoning.js';
import type { RetrievalOptions } from '../../src/retrieval/retrieval.js';
import { describeWithDatabase } from '../retrieval/with-database.js';
import { World } from '../retrieval/world.js';
import { onlyOnPglite, testDatabase } from '../support/database.js';

const runs = Number(process.env.TEST_RUNS ?? 25);

/** DENSE questions and searches have no use for it. */
const noReasoner = {} as Reasoner;

/** One server that answers for `world`. */
const serverOf = (world: World) =>
  new QuestionAsker({
    knowledge: new KnowledgeStore(world.database),
    retriever: world.retriever(),
    reasoner: noReasoner,
  });

/** Retracts the n-th fact, unless that has happened. */
function retractingOnce(world: World, facts: readonly { readonly id: number }[]) {
  const live = new Set(facts.map(({ id }) => id));
  return async (n: number) => {
    const { id } = facts[n % facts.length]!;
    if (live.delete(id)) await world.retract(id);
  };
}

const word = fc.constantFrom('gateway', 'payment', 'times', 'slow', 'queue', 'disk', 'full', 'login');
const sentence = fc.array(word, { minLength: 1, maxLength: 5 }).map((words) => words.join(' '));

/** What happens in the knowledge base while somebody turns a page. */
type Event = { readonly said: readonly string[] } | { readonly retracted: number } | 'vectors arrive';
const event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ said: fc.array(sentence, { minLength: 1, maxLength: 6 }) }),
  fc.record({ retracted: fc.nat(39) }),
  fc.constant<Event>('vectors arrive'),
);

const retrieval: fc.Arbitrary<RetrievalOptions> = fc.record({
  channels: fc.constantFrom(['DENSE'] as const, ['LEXICAL'] as const, ['DENSE', 'LEXICAL'] as const),
  topK: fc.integer({ min: 5, max: 40 }),
  filter: fc.constantFrom(null, { textContains: 'a' }, { not: { predicate: 'even' } }),
});

interface Item {
  readonly id: number | string;
  readonly score: number;
}

interface Page {
  readonly items: readonly Item[];
  readonly next: string | null;
  readonly revision: number;
  readonly whole: boolean;
}

describeWithDatabase('Paging', (open) => {
  test('through what retrieval finds gives the list that one large page has, whatever is written meanwhile', {
    timeout: 300_000,
  }, async () => {
    const database = await open();
    let pages = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          sentences: fc.array(sentence, { minLength: 15, maxLength: 40 }),
          waiting: fc.array(sentence, { maxLength: 5 }),
          text: sentence,
          retrieval,
          sizes: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 5 }),
          events: fc.array(event, { maxLength: 4 }),
          how: fc.constantFrom('search', 'ask'),
          otherServer: fc.boolean(),
        }),
        async ({ sentences, waiting, text, retrieval, sizes, events, how, otherServer }) => {
          const world = await World.create(database, { dimensions: 6 });
          let said = 0;
          const say = (texts: readonly string[]) =>
            world.assert(
              ...texts.map((text) => ({ prolog: `${said % 2 === 0 ? 'even' : 'odd'}(${said++})`, text })),
            );
          const { facts } = await say(sentences);
          await world.index();
          // A list that another server makes again is the same only where no vector was on its way, nor words counted.
          const moves = otherServer && retrieval.channels!.join() === 'DENSE';
          if (!moves && waiting.length > 0) await say(waiting);

          const retractOnce = retractingOnce(world, facts);
          const servers = [serverOf(world), serverOf(world)] as const;
          const take = async (first: number, after: string | null, server = servers[0]): Promise<Page> => {
            const request = { retrieval, first, after, knowledgeBase: world.name };
            if (how === 'search') {
              const result = await server.search({ ...request, text });
              const { hasNextPage, endCursor } = result.pageInfo;
              return {
                items: result.facts.map(({ fact, score }) => ({ id: fact.id, score })),
                next: hasNextPage ? endCursor : null,
                revision: result.revision,
                whole: result.complete,
              };
            }
            const result = await server.ask({ ...request, question: text, route: 'DENSE' });
            const { hasNextPage, endCursor } = result.answers.pageInfo;
            return {
              items: result.answers.edges.map(({ answer }) => ({
                id: answer.proof!.nodes[0]!.fact!,
                score: answer.score,
              })),
              next: hasNextPage ? endCursor : null,
              revision: result.revision,
              whole: result.complete,
            };
          };

          const large = await take(1_000, null);
          expect(large.next).toBeNull();
          const met: Item[] = [];
          const todo = [...events];
          let after: string | null = null;
          for (let n = 0; ; n++) {
            const size = sizes[n % sizes.length]!;
            const page = await take(size, after, moves ? servers[n % 2] : servers[0]);
            pages++;
            expect(page.items.length).toBe(Math.min(size, large.items.length - met.length));
            expect(page.revision).toBe(large.revision);
            // The answers of a question are whole page by page: what comes behind the last hides nothing from the others.
            if (how === 'search' || page.next === null) expect(page.whole).toBe(large.whole);
            else if (large.whole) expect(page.whole).toBe(true);
            met.push(...page.items);
            after = page.next;
            if (after === null) break;
            const happening = todo.shift();
            if (happening === 'vectors arrive') await world.index();
            else if (happening && 'said' in happening) await say(happening.said);
            else if (happening) await retractOnce(happening.retracted);
          }
          expect(met).toEqual(large.items);
        },
      ),
      { numRuns: runs },
    );
    // Single pages would prove nothing.
    expect(pages).toBeGreaterThan(2 * runs);
  });

  test('through facts meets each that was there at first once, in order, whatever is written meanwhile', {
    timeout: 300_000,
  }, async () => {
    const database = await open();
    const store = new KnowledgeStore(database);
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          count: fc.integer({ min: 1, max: 40 }),
          sizes: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
          retracted: fc.array(fc.nat(39), { maxLength: 6 }),
          backward: fc.boolean(),
        }),
        async ({ count, sizes, retracted, backward }) => {
          const world = await World.create(database);
          const { facts } = await world.assert(
            ...Array.from({ length: count }, (_, n) => ({ prolog: `p(${n})` })),
          );
          const retractOnce = retractingOnce(world, facts);
          const met: number[] = [];
          let cursor: string | null = null;
          for (let n = 0; ; n++) {
            const size = sizes[n % sizes.length]!;
            const page = await store.facts({
              knowledgeBase: world.name,
              ...(backward ? { last: size, before: cursor } : { first: size, after: cursor }),
            });
            const ids = page.nodes.map(({ id }) => id);
            if (backward) met.unshift(...ids);
            else met.push(...ids);
            expect(await page.totalCount()).toBe(count);
            const { hasNextPage, hasPreviousPage, startCursor, endCursor } = page.pageInfo;
            if (!(backward ? hasPreviousPage : hasNextPage)) break;
            cursor = backward ? startCursor : endCursor;
            await world.assert({ prolog: `p(${count + n})` });
            const gone = retracted[n];
            if (gone !== undefined) await retractOnce(gone);
          }
          expect(met).toEqual(facts.map(({ id }) => id));
        },
      ),
      { numRuns: runs },
    );
  });

  test('ends at topK, and refuses the cursor of a request that asked for anything else', async () => {
    const world = await World.create(await open(), { dimensions: 6 });
    await world.say(...Array.from({ length: 12 }, (_, n) => `queue ${n}`));
    await world.index();
    const server = serverOf(world);
    const request = { text: 'queue', retrieval: { topK: 5 }, knowledgeBase: world.name };
    const first = await server.search({ ...request, first: 5 });
    expect(first).toMatchObject({ complete: false, limitReached: 'TOP_K', pageInfo: { hasNextPage: false } });
    const after = first.pageInfo.endCursor;
    const past = await server.search({ ...request, after });
    expect(past).toMatchObject({
      facts: [],
      complete: false,
      pageInfo: { hasNextPage: false, hasPreviousPage: true, endCursor: null },
    });
    const elsewhere = await World.create(world.database, { dimensions: 6 });
    const others: Partial<Parameters<typeof server.search>[0]>[] = [
      { text: 'queues' },
      { retrieval: { topK: 6 } },
      { retrieval: { topK: 5, filter: { predicate: 'said' } } },
      { retrieval: { topK: 5, channels: ['LEXICAL'] } },
      { knowledgeBase: elsewhere.name },
    ];
    for (const other of others) {
      await expect(server.search({ ...request, ...other, after })).rejects.toMatchObject({
        code: 'BAD_CURSOR',
      });
    }
    await expect(
      server.ask({ question: 'queue', route: 'DENSE', knowledgeBase: world.name, after }),
    ).rejects.toMatchObject({ code: 'BAD_CURSOR' });
  });

  test('is complete where every fact that is let through has been found', async () => {
    const world = await World.create(await open(), { dimensions: 6 });
    await world.say(...Array.from({ length: 12 }, (_, n) => `queue ${n}`));
    await world.index();
    const search = (retrieval: RetrievalOptions) =>
      serverOf(world).search({ text: 'queue', retrieval, first: 3, knowledgeBase: world.name });
    for (const channels of [['DENSE'], ['LEXICAL'], ['DENSE', 'LEXICAL']] as const) {
      expect(await search({ channels, topK: 12 })).toMatchObject({ complete: true, limitReached: null });
      expect(await search({ channels, topK: 11 })).toMatchObject({ complete: false, limitReached: 'TOP_K' });
      const filter = { textContains: 'queue 1' };
      expect(await search({ channels, topK: 3, filter })).toMatchObject({ complete: true });
      expect(await search({ channels, topK: 2, filter })).toMatchObject({ complete: false });
    }
  });
});

onlyOnPglite('A large knowledge base', () => {
  test('says that bits chose what was compared, and compares everything on demand', async () => {
    await using database = await testDatabase();
    const world = await World.create(database, { dimensions: 6 });
    await world.say(...Array.from({ length: 60 }, (_, n) => `queue ${n}`));
    await world.index();
    await database.run(sql`update knowledge_bases set sentence_count = 10000000 where name = ${world.name}`);
    // Half of the circle around the text: about half of the facts.
    const retrieval = { channels: ['DENSE'], topK: 55, minSimilarity: 0.5 } as const;
    const search = (exact: boolean) =>
      serverOf(world).search({
        text: 'queue',
        retrieval: { ...retrieval, exact },
        first: 60,
        knowledgeBase: world.name,
      });
    const [byBits, all] = [await search(false), await search(true)];
    expect(byBits).toMatchObject({ complete: false, limitReached: 'APPROXIMATION' });
    expect(all).toMatchObject({ complete: true, limitReached: null });
    expect(all.facts.length).toBeGreaterThan(10);
    expect(byBits.facts).toEqual(all.facts);
  });
});
