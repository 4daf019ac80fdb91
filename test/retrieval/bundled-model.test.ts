import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openEmbedder } from '../../src/embedding/open-embedder.js';
import { bundledModel, shippedModelsDirectory } from '../../src/embedding/registry.js';
import { Indexer } from '../../src/retrieval/indexer.js';
import { FactRetriever } from '../../src/retrieval/retriever.js';
import { describeWithDatabase } from './with-database.js';
import { World } from './world.js';

const isThere = existsSync(join(shippedModelsDirectory, 'bundled', 'model.onnx'));

describeWithDatabase('retrieval with the bundled model', (open) => {
  test.skipIf(!isThere)(
    'finds a sentence that shares no word with the question, and the one that shares its words',
    async () => {
      await using embedder = await openEmbedder(bundledModel);
      const world = await World.create(await open());
      await world.assert(
        { prolog: 'summary(1, vehicle)', text: 'The automobile would not start in the morning.' },
        { prolog: 'summary(2, medicine)', text: 'A physician examined the patient.' },
        { prolog: 'summary(3, water)', text: 'The river flooded the village.' },
        { prolog: 'summary(4, code)', text: 'Error E1234 was written to the journal.' },
      );
      await using indexer = new Indexer({ database: world.database, embedder, log: { warn: () => {} } });
      indexer.start();
      expect(await indexer.settled(await world.knowledgeBase())).toEqual({ unembedded: [] });
      const retriever = new FactRetriever(world.database, embedder);
      const first = async (text: string) => {
        const { facts } = await retriever.search({ ...(await world.now()), text });
        return facts[0]!.fact.prolog;
      };
      expect(await first('broken cars')).toBe('summary(1,vehicle)');
      expect(await first('visiting a doctor')).toBe('summary(2,medicine)');
      expect(await first('E1234')).toBe('summary(4,code)');
    },
  );
});
