import { expect, test } from 'vitest';
import { activeSpace, ensureSpace, listSpaces } from '../../src/retrieval/embedding-spaces.js';
import { FakeEmbedder } from './fake-embedder.js';
import { describeWithDatabase } from './with-database.js';
import { World } from './world.js';

describeWithDatabase('embedding spaces', (open) => {
  test('are made once, however many servers ask at the same time', async () => {
    const world = await World.create(await open());
    await world.say('a sentence');
    const knowledgeBase = await world.knowledgeBase();
    const spaces = await Promise.all(
      Array.from({ length: 6 }, () => ensureSpace(world.database, knowledgeBase, world.embedder)),
    );
    expect(new Set(spaces.map(({ id }) => id)).size).toBe(1);
    const [space, ...others] = await listSpaces(world.database, knowledgeBase.id);
    expect(others).toEqual([]);
    expect(space).toMatchObject({
      state: 'ACTIVE',
      dimensions: 8,
      factCount: 0,
      coverage: 0,
      pending: 1,
      failed: 0,
    });
  });

  test('stay the active one when a server with another model comes', async () => {
    const world = await World.create(await open());
    const knowledgeBase = await world.knowledgeBase();
    const space = await ensureSpace(world.database, knowledgeBase, world.embedder);
    const other = new FakeEmbedder({ fingerprint: 'another', dimensions: 16 });
    expect(await ensureSpace(world.database, knowledgeBase, other)).toMatchObject({
      id: space.id,
      dimensions: 8,
    });
    expect((await activeSpace(world.database, knowledgeBase.id))?.fingerprint).toBe(
      world.embedder.fingerprint,
    );
  });

  test('count as covered in a knowledge base without sentences', async () => {
    const world = await World.create(await open());
    await world.assert({ prolog: 'edge(a, b)' });
    await world.index();
    const [space] = await listSpaces(world.database, (await world.knowledgeBase()).id);
    expect(space).toMatchObject({ factCount: 0, coverage: 1, pending: 0 });
  });

  test('do not count vectors of retracted facts', async () => {
    const world = await World.create(await open());
    const [first] = await world.say('one', 'two');
    await world.index();
    await world.retract(first!);
    const [space] = await listSpaces(world.database, (await world.knowledgeBase()).id);
    expect(space).toMatchObject({ factCount: 1, coverage: 1 });
  });

  test('cannot be made for a knowledge base that is gone', async () => {
    const world = await World.create(await open());
    const gone = { ...(await world.knowledgeBase()), id: 2_000_000_000 };
    await expect(ensureSpace(world.database, gone, world.embedder)).rejects.toMatchObject({
      code: 'KNOWLEDGE_BASE_NOT_FOUND',
    });
  });
});
