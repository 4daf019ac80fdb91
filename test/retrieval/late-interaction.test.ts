import { expect, test, vi } from 'vitest';
import type { EmbeddedText } from '../../src/embedding/embedder.js';
import { openEmbedder } from '../../src/embedding/open-embedder.js';
import { Indexer } from '../../src/retrieval/indexer.js';
import type { RetrievalOptions } from '../../src/retrieval/retrieval.js';
import { FactRetriever } from '../../src/retrieval/retriever.js';
import { installedXlmRoberta } from '../embedding/graphs/installed-xlm-roberta.js';
import { describeWithDatabase } from './with-database.js';
import { World } from './world.js';

const words = ['pay', 'payment', 'time', 'out', 'timeout', 'the', 'paying', 'é', 'zebra', 'ten'];
const sentences = Array.from({ length: 120 }, (_, n) =>
  [n, Math.floor(n / 10), n * n, 3 * n + Math.floor(n / 7)].map((i) => words[i % words.length]).join(' '),
);

/** The mean over the query's tokens of the best dot product, over plain arrays: [tokens][width]. */
function lateScore(query: EmbeddedText, passage: EmbeddedText): number {
  const rows = ({ tokenVectors }: EmbeddedText) => {
    const { width, data } = tokenVectors!;
    return Array.from({ length: data.length / width }, (_, t) => [...data.slice(t * width, (t + 1) * width)]);
  };
  const dot = (a: number[], b: number[]) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
  const best = rows(query).map((q) => Math.max(...rows(passage).map((p) => dot(q, p))));
  return Math.min(1, Math.max(0, best.reduce((sum, x) => sum + x, 0) / best.length));
}

describeWithDatabase('late interaction', (open) => {
  test('rescores the best candidates with the token vectors of a model that has them, which are kept', async () => {
    const folder = await installedXlmRoberta({ outputs: 'heads' });
    try {
      await using embedder = await openEmbedder('tiny-xlm-r', { modelsDirectory: folder.path });
      const world = await World.create(await open());
      await world.say(...sentences);
      await using indexer = new Indexer({ database: world.database, embedder, log: { warn: () => {} } });
      indexer.start();
      await indexer.settled(await world.knowledgeBase());
      const retriever = new FactRetriever(world.database, embedder);
      const search = async (options: RetrievalOptions) =>
        (await retriever.search({ ...(await world.now()), text: 'payment time out', options })).facts;

      const plain = await search({ topK: 120 });
      const [query] = await embedder.embed(['payment time out'], 'query', { also: ['tokens'] });
      const passages = await embedder.embed(sentences, 'passage', { also: ['tokens'] });
      const late = new Map(sentences.map((sentence, i) => [sentence, lateScore(query!, passages[i]!)]));
      const expected = plain
        .map(({ fact, score }, i) => ({
          fact: fact.id,
          score: 0.6 * score + (i < 100 ? 0.4 * late.get(fact.sentence!)! : 0),
        }))
        .sort((a, b) => b.score - a.score || a.fact - b.fact);

      const reranked = await search({ topK: 120, rerank: true });
      expect(reranked.map(({ fact }) => fact.id)).toEqual(expected.map(({ fact }) => fact));
      for (const [i, { score }] of reranked.entries()) expect(score).toBeCloseTo(expected[i]!.score, 5);
      expect(reranked.map(({ fact }) => fact.id)).not.toEqual(plain.map(({ fact }) => fact.id));

      const embed = vi.spyOn(embedder, 'embed');
      const best = await search({ topK: 5, rerank: true });
      expect(best.map(({ fact }) => fact.id)).toEqual(expected.slice(0, 5).map(({ fact }) => fact));
      expect(embed.mock.calls.map(([texts]) => texts)).toEqual([['payment time out']]);
    } finally {
      await folder.remove();
    }
  });

  test('is refused for a model without vectors of single tokens', async () => {
    const world = await World.create(await open());
    await expect(
      world.retriever().search({ ...(await world.now()), text: 'pay', options: { rerank: true } }),
    ).rejects.toMatchObject({ code: 'BAD_INPUT', message: expect.stringContaining('single tokens') });
  });
});
