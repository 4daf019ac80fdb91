import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import type { Embedder } from '../../src/embedding/embedder.js';
import { openEmbedder } from '../../src/embedding/open-embedder.js';
import { bundledModel } from '../../src/embedding/registry.js';
import { readProgram } from '../../src/prolog/reader.js';
import { writeTerm } from '../../src/prolog/writer.js';
import { Indexer } from '../../src/retrieval/indexer.js';
import type { Channel } from '../../src/retrieval/retrieval.js';
import { FactRetriever } from '../../src/retrieval/retriever.js';
import { describeWithDatabase } from './with-database.js';
import { World } from './world.js';

const file = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

/** Written before any model was asked. A recipe may be tuned on the development half; the held-out half only judges. */
const queries = file('no-shared-word/queries.tsv')
  .trimEnd()
  .split('\n')
  .map((line) => {
    const [text, fact, half] = line.split('\t') as [string, string, 'development' | 'held out'];
    return { text, fact, half };
  });
const heldOut = queries.filter(({ half }) => half === 'held out');

describeWithDatabase('a query that shares no word with its answer', (open) => {
  let world: World;
  let embedder: Embedder;
  let retriever: FactRetriever;
  beforeAll(async () => {
    world = await World.create(await open());
    const { clauses } = readProgram(file('../../rules/samples/incidents-facts.pl'));
    await world.assert(...clauses.map(({ term }) => ({ prolog: writeTerm(term) })));
    await world.putRules(file('../../rules/samples/incidents.pl'));
    embedder = await openEmbedder(bundledModel);
    await using indexer = new Indexer({ database: world.database, embedder, log: { warn: () => {} } });
    indexer.start();
    await indexer.settled(await world.knowledgeBase());
    retriever = new FactRetriever(world.database, embedder);
    return () => embedder.stop();
  });

  const found = async (text: string, channels: readonly Channel[], topK: number) => {
    const { facts } = await retriever.search({ ...(await world.now()), text, options: { channels, topK } });
    return facts.map(({ fact }) => fact);
  };
  const answers = (prolog: string, fact: string) => prolog.startsWith(`${fact},`);
  const recallAt5 = async (channels: readonly Channel[]) => {
    let right = 0;
    for (const { text, fact } of heldOut) {
      const best = await found(text, channels, 5);
      if (best.some(({ prolog }) => answers(prolog, fact))) right++;
    }
    return right / heldOut.length;
  };

  test('is one of two hundred, about every embedded sentence of the sample; no sentence is in both halves', async () => {
    expect([queries.length, heldOut.length, new Set(queries.map(({ text }) => text)).size]).toEqual([
      200, 100, 200,
    ]);
    const sentences = await found('anything', ['DENSE'], 1000);
    const asked = new Map(queries.map(({ fact, half }) => [fact, half]));
    for (const { fact, half } of queries) expect(asked.get(fact), fact).toBe(half);
    expect(sentences).toHaveLength(asked.size);
    for (const { prolog } of sentences)
      expect(
        [...asked.keys()].some((fact) => answers(prolog, fact)),
        prolog,
      ).toBe(true);
  });

  test('cannot be answered by the words', async () => {
    for (const { text, fact } of queries) {
      const byWords = await found(text, ['LEXICAL'], 1000);
      const shared = byWords.find(({ prolog }) => answers(prolog, fact));
      expect(shared?.prolog, text).toBeUndefined();
    }
  });

  test('has its answer among the first five by meaning, for three of five', async () => {
    expect(await recallAt5(['DENSE'])).toBeGreaterThanOrEqual(0.6);
  });

  test('has it there for half even when the words of other facts compete', async () => {
    expect(await recallAt5(['DENSE', 'LEXICAL'])).toBeGreaterThanOrEqual(0.5);
  });
});
