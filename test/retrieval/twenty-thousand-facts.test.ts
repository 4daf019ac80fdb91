import { expect, test } from 'vitest';
import { cosine, hashedVector } from './fake-embedder.js';
import { describeWithDatabase } from './with-database.js';
import { World } from './world.js';

const FACTS = 20_000;
const DIMENSIONS = 256;

/** Words by Zipf's law, so that some are everywhere and most are rare; the same at every run. */
function sentence(seed: string, words: number): string {
  const draws = hashedVector(seed, words);
  return Array.from(draws, (draw) => {
    const uniform = Math.abs(draw * 1e4) % 1;
    return `w${Math.floor(8_000 ** uniform)}x`;
  }).join(' ');
}

describeWithDatabase('20,000 facts of 256 dimensions', (open) => {
  test('are searched exactly; the times are printed', { timeout: 300_000 }, async () => {
    const world = await World.create(await open(), { dimensions: DIMENSIONS });
    const sentences = Array.from({ length: FACTS }, (_, n) => sentence(`fact ${n}`, 15));
    const ids: number[] = [];
    for (let n = 0; n < FACTS; n += 5_000) {
      const batch = sentences
        .slice(n, n + 5_000)
        .map((text, i) => ({ prolog: `p${i % 50}(${n + i})`, text }));
      ids.push(...(await world.assert(...batch)).facts.map(({ id }) => id));
    }
    const began = performance.now();
    await world.index();
    console.log(
      `indexed in ${Math.round(performance.now() - began)} ms (${world.database.capabilities.description})`,
    );

    const now = await world.now();
    const retriever = world.retriever();
    const vectors = sentences.map((text) => world.embedder.vectorOf(text));
    const dense = await retriever.search({
      ...now,
      text: 'question 0',
      options: { channels: ['DENSE'], topK: 10, exact: true },
    });
    const query = world.embedder.vectorOf('question 0');
    const exact = vectors
      .map((vector, n) => ({ id: ids[n]!, cosine: cosine(vector, query) }))
      .sort((a, b) => b.cosine - a.cosine)
      .slice(0, 10);
    expect(dense.facts.map(({ fact }) => fact.id)).toEqual(exact.map(({ id }) => id));

    const kinds = {
      dense: { channels: ['DENSE'] },
      lexical: { channels: ['LEXICAL'] },
      both: {},
      'both, of one predicate in 50': { filter: { predicate: 'p7' } },
    } as const;
    for (const [kind, options] of Object.entries(kinds)) {
      const times: number[] = [];
      for (let n = 0; n < 25; n++) {
        const { retrieveMs, facts } = await retriever.search({
          ...now,
          text: sentence(`question ${n}`, 6),
          options,
        });
        expect(facts).toHaveLength(50);
        times.push(retrieveMs);
      }
      times.sort((a, b) => a - b);
      console.log(`${kind}: p50 ${times[12]!.toFixed(1)} ms, p90 ${times[22]!.toFixed(1)} ms`);
    }
  });
});
