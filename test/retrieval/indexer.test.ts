import { sql } from 'drizzle-orm';
import { expect, test, vi } from 'vitest';
import { activeSpace, ensureSpace, listSpaces } from '../../src/retrieval/embedding-spaces.js';
import { describeWithDatabase } from './with-database.js';
import { anyFact, World } from './world.js';

/** A door that is shut until it is opened. */
function door() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

const coverage = async (world: World) => {
  const [space] = await listSpaces(world.database, (await world.knowledgeBase()).id);
  return { coverage: space!.coverage, pending: space!.pending, failed: space!.failed };
};

/** How similar each fact's stored vector is to the text's, in falling order. */
const similar = async (world: World, text: string) => {
  const request = { ...(await world.now()), text, pattern: anyFact, limit: 100, minSimilarity: 0 };
  return (await world.retriever().similar(request)).facts;
};

describeWithDatabase('the indexer', (open) => {
  test('takes up what a server left behind that died between commit and embedding', async () => {
    const world = await World.create(await open());
    await ensureSpace(world.database, await world.knowledgeBase(), world.embedder);
    const [first, second] = await world.say('one sentence', 'another sentence');
    expect(await coverage(world)).toEqual({ coverage: 0, pending: 2, failed: 0 });
    await using indexer = world.indexer();
    indexer.start();
    expect(await indexer.settled(await world.knowledgeBase(), [first!, second!])).toEqual({ unembedded: [] });
    expect(await coverage(world)).toEqual({ coverage: 1, pending: 0, failed: 0 });
    expect((await similar(world, 'another sentence'))[0]).toEqual({
      fact: second,
      similarity: expect.closeTo(1, 3),
    });
  });

  test('makes a space, and queues the sentences that came before it', async () => {
    const world = await World.create(await open());
    await world.say('said before there was a space', 'so was this');
    expect(await activeSpace(world.database, (await world.knowledgeBase()).id)).toBeUndefined();
    await world.index();
    expect(await coverage(world)).toEqual({ coverage: 1, pending: 0, failed: 0 });
  });

  test('leaves facts without a sentence alone', async () => {
    const world = await World.create(await open());
    await world.assert({ prolog: 'edge(a, b)' }, { prolog: 'said(1)', text: 'a sentence' });
    await world.index();
    expect(world.embedder.asked).toEqual(['a sentence']);
    expect(await coverage(world)).toEqual({ coverage: 1, pending: 0, failed: 0 });
  });

  test('says that facts are settled only when their vectors are there', async () => {
    const world = await World.create(await open());
    const gate = door();
    const reached = door();
    world.embedder.beforeBulk = () => {
      reached.open();
      return gate.opened;
    };
    await using indexer = world.indexer();
    indexer.start();
    const facts = await world.say('a slow sentence');
    let isSettled = false;
    const settled = indexer.settled(await world.knowledgeBase(), facts).then(() => {
      isSettled = true;
    });
    await reached.opened;
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(isSettled).toBe(false);
    gate.open();
    await settled;
    expect(await similar(world, 'a slow sentence')).toHaveLength(1);
  });

  test('does not wait for sentences that are queued later', async () => {
    const world = await World.create(await open());
    await using indexer = world.indexer();
    const { id } = await ensureSpace(world.database, await world.knowledgeBase(), world.embedder);
    await world.say('now');
    const settled = indexer.settled(await world.knowledgeBase());
    await vi.waitFor(() => expect(world.embedder.asked).toEqual([]));
    await world.assert({ prolog: 'later(1)', text: 'later' });
    await world.database.run(sql`update embedding_queue set attempts = 2 where space = ${id}`);
    world.embedder.poison.add('later');
    indexer.start();
    expect(await settled).toEqual({ unembedded: [] });
  });

  test('hears a wake-up that comes while it is at work', async () => {
    const world = await World.create(await open());
    // An hour: a wake-up that is lost shows.
    await using indexer = world.indexer({ idleMs: 3_600_000, batch: 2 });
    indexer.start();
    const waits: Promise<unknown>[] = [];
    for (let n = 0; n < 12; n++) {
      const { facts } = await world.assert({ prolog: `said(${n})`, text: `sentence ${n}` });
      waits.push(indexer.settled(await world.knowledgeBase(), [facts[0]!.id]));
      if (n % 3 === 0) await Promise.all(waits);
    }
    await Promise.all(waits);
    expect(await similar(world, 'sentence 7')).toHaveLength(12);
  });

  test('never gives a sentence the vector of the words that it had before', async () => {
    const world = await World.create(await open());
    await world.putRules(':- template(colour(Thing, Colour), "{Thing} is {Colour}").');
    await world.index();
    const reached = door();
    const gate = door();
    world.embedder.beforeBulk = (texts) => {
      if (!texts.includes('sky is blue')) return;
      reached.open();
      return gate.opened;
    };
    await using indexer = world.indexer({ batch: 4 });
    indexer.start();
    const { facts } = await world.assert({ prolog: 'colour(sky, blue)' }, { prolog: 'colour(grass, green)' });
    const ids = facts.map(({ id }) => id);
    indexer.wake();
    await reached.opened;
    // The edit comes while the old sentences are with the model, and may have to wait for their rows.
    const edit = world.putRules(':- template(colour(Thing, Colour), "the colour of {Thing} is {Colour}").');
    await Promise.race([edit, new Promise((resolve) => setTimeout(resolve, 200))]);
    gate.open();
    await indexer.settled(await world.knowledgeBase(), ids);
    await edit;
    await indexer.settled(await world.knowledgeBase(), ids);
    for (const [n, text] of ['the colour of sky is blue', 'the colour of grass is green'].entries()) {
      expect((await similar(world, text))[0]).toEqual({ fact: ids[n], similarity: expect.closeTo(1, 3) });
    }
  });

  test('gives up on a sentence that the model fails on three times, and embeds the others', async () => {
    const world = await World.create(await open());
    world.embedder.poison.add('the bad one');
    await using indexer = world.indexer({ backoffMs: 1 });
    indexer.start();
    const sentences = Array.from({ length: 20 }, (_, n) => `sentence ${n}`);
    const ids = await world.say(...sentences, 'the bad one');
    expect(await indexer.settled(await world.knowledgeBase(), ids)).toEqual({ unembedded: [ids[20]] });
    expect(await coverage(world)).toEqual({ coverage: expect.closeTo(20 / 21), pending: 0, failed: 1 });
    const [row] = await world.database.rows<{ attempts: number; error: string }>(
      sql`select attempts, error from embedding_queue where fact = ${ids[20]}`,
    );
    expect(row).toEqual({ attempts: 3, error: 'The fake model chokes on the bad one.' });
    expect(world.warnings).toHaveLength(3);
  });

  test('tries again, without blaming the sentences, until a model that is down is back', async () => {
    const world = await World.create(await open());
    world.embedder.isDown = true;
    await using indexer = world.indexer({ backoffMs: 1 });
    indexer.start();
    const ids = await world.say('a patient sentence');
    const settled = indexer.settled(await world.knowledgeBase(), ids);
    await vi.waitFor(() => expect(world.warnings.length).toBeGreaterThan(5));
    world.embedder.isDown = false;
    expect(await settled).toEqual({ unembedded: [] });
  });

  test('finishes the batch in hand when it is stopped, and lets go of whoever waits for more', async () => {
    const world = await World.create(await open());
    await ensureSpace(world.database, await world.knowledgeBase(), world.embedder);
    const ids = await world.say('first', 'second', 'third');
    const indexer = world.indexer({ batch: 1 });
    const reached = door();
    const gate = door();
    world.embedder.beforeBulk = () => {
      reached.open();
      return gate.opened;
    };
    indexer.start();
    const settled = indexer.settled(await world.knowledgeBase(), ids);
    const outcome = expect(settled).rejects.toMatchObject({ code: 'CANCELLED' });
    await reached.opened;
    const stopped = indexer.stop();
    gate.open();
    await stopped;
    await outcome;
    expect(await coverage(world)).toEqual({ coverage: expect.closeTo(1 / 3), pending: 2, failed: 0 });
  });

  test('stops waiting when the caller goes away', async () => {
    const world = await World.create(await open());
    await using indexer = world.indexer();
    const ids = await world.say('never embedded');
    const caller = new AbortController();
    const settled = indexer.settled(await world.knowledgeBase(), ids, caller.signal);
    setTimeout(() => caller.abort(), 20);
    await expect(settled).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  test('shares a queue with other servers', async () => {
    const world = await World.create(await open());
    await ensureSpace(world.database, await world.knowledgeBase(), world.embedder);
    const ids = await world.say(...Array.from({ length: 60 }, (_, n) => `sentence ${n}`));
    await using one = world.indexer({ batch: 5 });
    await using other = world.indexer({ batch: 5 });
    one.start();
    other.start();
    await Promise.all([one, other].map(async (each) => each.settled(await world.knowledgeBase(), ids)));
    expect(await coverage(world)).toEqual({ coverage: 1, pending: 0, failed: 0 });
    // Rows are leased where two servers can be.
    if (world.database.capabilities.concurrent) expect(world.embedder.asked).toHaveLength(60);
  });
});
