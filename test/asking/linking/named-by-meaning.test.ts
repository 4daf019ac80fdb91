import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { namedByMeaning } from '../../../src/asking/linking/named-by-meaning.js';
import type { Database } from '../../../src/database/database.js';
import { CorollaryError } from '../../../src/errors.js';
import { testDatabase } from '../../support/database.js';
import { AskingBase } from '../asking-base.js';

let database: Database;
let base: AskingBase;
beforeAll(async () => {
  database = await testDatabase();
  base = await AskingBase.ofSamples(database);
}, 60_000);
afterAll(async () => {
  await base[Symbol.asyncDispose]();
  await database.stop();
});

describe('Words that are no name, where a question wants one', () => {
  it.each([
    ['who owns the stock?', 'owned_by(inventory, Team)'],
    ['who owns the shop window?', 'owned_by(storefront, Team)'],
  ])('stand for what is called by another word: %s', async (question, goal) => {
    const decision = await base.asker.route(question, base.name);
    expect(decision).toMatchObject({ route: 'LOGIC', goal });
    // Less sure than if the service had been named.
    const named = await base.asker.route(question.replace(/the .*\?/, 'checkout?'), base.name);
    expect(decision.confidence).toBeLessThan(named.confidence);
    expect(decision.pattern!.slots[0]!.score).toBeLessThan(1);
  });

  it.each(['who owns the moon?', 'who owns a banana?', 'who owns the weather?'])(
    'stand for nothing when nothing is near to them: %s',
    async (question) => {
      expect(await base.asker.route(question, base.name)).toMatchObject({ route: 'DENSE', goal: null });
    },
  );
});

describe('A server that cannot compare words by meaning', () => {
  const linker = { link: () => [], mentions: () => [], occursAt: () => true };
  const constants = [
    { value: { kind: 'atom', name: 'inventory' } as const, name: 'inventory', positions: [] },
  ];
  const words = { text: 'stock', from: 2, to: 3 };

  it('links none when its model is not there', async () => {
    const refuse = () => Promise.reject(new CorollaryError('EMBEDDING_SPACE_UNAVAILABLE', 'no model'));
    expect(await namedByMeaning(linker, words, constants, refuse)).toBeUndefined();
  });

  it('says so when something else went wrong', async () => {
    const fail = () => Promise.reject(new Error('the disk is full'));
    await expect(namedByMeaning(linker, words, constants, fail)).rejects.toThrow('the disk is full');
  });
});
