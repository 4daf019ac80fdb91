import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { Indexer } from '../../../src/retrieval/indexer.js';
import { hashedVector } from '../../retrieval/fake-embedder.js';
import { describeWithDatabase } from '../../retrieval/with-database.js';
import { World } from '../../retrieval/world.js';
import { EndpointServer, type Reply, width } from './endpoint-server.js';
import { openedAt, TestClock } from './remote-world.js';

describeWithDatabase('a vector that an endpoint got wrong', (open) => {
  test('is never stored, and its fact is embedded once the endpoint is well', async () => {
    await using server = await EndpointServer.start();
    const clock = new TestClock();
    await using embedder = await openedAt(server, { clock, limits: { timeoutMs: 300, attempts: 2 } });
    const world = await World.create(await open());
    const sentences = Array.from({ length: 12 }, (_, n) => `sentence ${n}`);
    const facts = await world.say(...sentences);

    const row = (text: string) => Array.from(hashedVector(text, width));
    /** The vectors before the last one are right: they are not stored either. */
    const spoiled = (texts: readonly string[], spoil: (row: number[]) => unknown[]): Reply => ({
      body: server.answerOf([...texts.slice(0, -1).map(row), spoil(row(texts.at(-1)!))]),
    });
    const wrong: ((texts: readonly string[]) => Reply)[] = [
      (texts) => spoiled(texts, (right) => right.slice(1)),
      (texts) => spoiled(texts, (right) => right.fill(0)),
      (texts) => spoiled(texts, (right) => right.with(3, null as never)),
      (texts) => ({ body: server.answerOf(texts.slice(1).map(row)) }),
      () => ({ body: '<html>Sign in</html>' }),
      () => ({ status: 503 }),
      () => ({ cut: true }),
      () => ({ after: new Promise(() => {}) }),
    ];
    let asked = 0;
    server.reply = ({ texts }) => wrong[asked++ % wrong.length]!(texts);

    const failures: object[] = [];
    await using indexer = new Indexer({
      database: world.database,
      embedder,
      log: { warn: (context) => void failures.push(context) },
      backoffMs: 1,
    });
    indexer.start();
    const askedLater = () => {
      // Or the breaker would spare the endpoint most of this.
      clock.pass(200_000);
      return asked;
    };
    await expect.poll(askedLater, { timeout: 20_000 }).toBeGreaterThan(wrong.length);
    const stored = () =>
      world.database.rows<{ fact: number; vector: string }>(sql`
        select e.fact, e.embedding::text as vector from embeddings e
        join embedding_spaces s on s.id = e.space
        where s.fingerprint = ${embedder.fingerprint} order by e.fact`);
    expect(await stored()).toEqual([]);
    expect(failures.length).toBeGreaterThan(0);

    server.reply = () => ({});
    clock.pass(200_000);
    expect(await indexer.settled(await world.knowledgeBase(), facts)).toEqual({ unembedded: [] });
    const vectors = await stored();
    expect(vectors.map(({ fact }) => fact)).toEqual(facts);
    vectors.forEach(({ vector }, n) => {
      const right = hashedVector(sentences[n]!, width);
      (JSON.parse(vector) as number[]).forEach((x, d) => {
        expect(x).toBeCloseTo(right[d]!, 2);
      });
    });
  });
});
