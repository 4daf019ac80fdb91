import { sql } from 'drizzle-orm';
import { expect } from 'vitest';
import { KnowledgeStore } from '../../src/knowledge/knowledge-store.js';
import { describeWithDatabase } from './with-database.js';

describeWithDatabase('Knowledge bases', (it) => {
  it('are created once each, listed by name and found by name', async (database) => {
    const store = new KnowledgeStore(database);
    const made = await store.createKnowledgeBase('Team.A_b-1');
    expect(made).toMatchObject({
      name: 'Team.A_b-1',
      revision: 0,
      factCount: 0,
      createdAt: expect.any(Date),
    });
    await expect(store.createKnowledgeBase('Team.A_b-1')).rejects.toMatchObject({
      code: 'KNOWLEDGE_BASE_EXISTS',
    });
    for (const name of ['', 'a b', 'é', 'a/b', 'x'.repeat(65)]) {
      await expect(store.createKnowledgeBase(name)).rejects.toMatchObject({ code: 'BAD_INPUT' });
    }
    await store.createKnowledgeBase('x'.repeat(64));
    expect(await store.knowledgeBase('Team.A_b-1')).toEqual(made);
    expect((await store.knowledgeBases()).map(({ name }) => name)).toContain('Team.A_b-1');
    await expect(store.knowledgeBase('team.a_b')).rejects.toMatchObject({
      code: 'KNOWLEDGE_BASE_NOT_FOUND',
      message: expect.stringContaining('is it Team.A_b-1?'),
      details: { near: ['Team.A_b-1'] },
    });
  });

  it('have a default one that any number of servers may ask for at once', async (database) => {
    const store = new KnowledgeStore(database);
    const all = await Promise.all([1, 2, 3].map(() => store.ensureDefault()));
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
    expect(await store.knowledgeBase()).toEqual(all[0]);
    expect(await store.knowledgeBase(null)).toEqual(all[0]);
  });

  it('are deleted with all that is in them, and nothing else', async (database) => {
    const store = new KnowledgeStore(database);
    const { id } = await store.createKnowledgeBase('gone');
    await store.createKnowledgeBase('kept');
    for (const knowledgeBase of ['gone', 'kept']) {
      await store.assertFacts([{ prolog: 'p(1)', text: 'One' }], { knowledgeBase });
      await store.putRuleModule({ name: 'rules', source: 'q :- p(1).' }, { knowledgeBase });
    }
    expect(await store.deleteKnowledgeBase('gone')).toMatchObject({ id, revision: 2 });
    for (const table of ['facts', 'predicates', 'lexemes', 'revisions', 'rule_modules', 'embedding_spaces']) {
      expect(await database.rows(sql`select 1 from ${sql.raw(table)} where knowledge_base = ${id}`)).toEqual(
        [],
      );
    }
    await expect(store.facts({ knowledgeBase: 'gone' })).rejects.toMatchObject({
      code: 'KNOWLEDGE_BASE_NOT_FOUND',
    });
    await expect(store.deleteKnowledgeBase('gone')).rejects.toMatchObject({
      code: 'KNOWLEDGE_BASE_NOT_FOUND',
    });
    expect((await store.facts({ knowledgeBase: 'kept' })).nodes).toHaveLength(1);
  });
});
