import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Router } from '../../src/asking/router.js';
import type { Database } from '../../src/database/database.js';
import { displayTerm } from '../../src/prolog/writer.js';
import { testDatabase } from '../support/database.js';
import { RoutingWorld, routingFacts, routingRules } from './routing-world.js';

const numRuns = Number(process.env.TEST_RUNS ?? 30);

let database: Database;
let world: RoutingWorld;
let router: Router;
beforeAll(async () => {
  database = await testDatabase();
  world = await RoutingWorld.create(database, routingFacts, routingRules);
  router = world.router();
}, 60_000);
afterAll(() => database.stop());

const decide = (question: string, of: Router = router) => world.decide({ question }, of);

describe('A question in plain language', () => {
  it.each([
    ['who owns checkout?', 'owned_by(checkout, Team)'],
    ['Who owns the gift cards', 'owned_by(gift_cards, Team)'],
    ['please tell me who owns Gift-Card?', 'owned_by(gift_cards, Team)'],
    ['who owns the main database?', 'owned_by(main_db, Team)'],
    ['who owns the elephant?', 'owned_by(main_db, Team)'],
    ['who owns chekcout?', 'owned_by(checkout, Team)'],
    ['wem gehört checkout?', 'owned_by(checkout, Team)'],
    ['which services does payments own?', 'owned_by(Service, payments)'],
    ['who works with the ledger?', 'owned_by(ledger, _Team), works_in(Person, _Team)'],
    ['which services are tier 3?', 'tier(Service, 3)'],
    ['which services are not tier 3?', 'tier(Service, _1), \\+ tier(Service, 3)'],
    ['does shop own checkout?', 'owned_by(checkout, shop)'],
    ['which incidents hit checkout?', 'hits(Incident, checkout), summary(Incident, _1)'],
    ['have we seen a slow provider before?', 'like("a slow provider", Incident)'],
  ])('goes to LOGIC where a pattern says all of it: %s', async (question, goal) => {
    const decision = await decide(question);
    expect(decision).toMatchObject({ route: 'LOGIC', goal, text: null, warnings: [] });
    expect(decision.confidence).toBeGreaterThan(0.5);
    expect(decision.alternatives.at(-1)).toMatchObject({ route: 'DENSE', text: question });
  });

  it.each([
    ['which incidents hit checkout while the provider was slow?', 'while the provider was slow'],
    ['which services had something like a slow provider?', 'a slow provider'],
  ])('goes to HYBRID where meaning is left over: %s', async (question, text) => {
    const decision = await decide(question);
    expect(decision).toMatchObject({ route: 'HYBRID', text });
    expect(decision.goal).toContain('summary(');
  });

  it.each([
    'the disk is full',
    'who owns the moon?',
    'which services are tier 7?',
    'who does not own checkout?',
    "who doesn't own checkout?",
    'wem gehört checkout nicht?',
    'which services does payments not own?',
    'who owns payments?',
    'who owns',
    'who owns checkout or wishes that somebody else had bought it long ago?',
    'checkout',
    '?',
    'which which which',
  ])('goes to DENSE where no pattern fits: %s', async (question) => {
    expect(await decide(question)).toMatchObject({
      route: 'DENSE',
      goal: null,
      text: question,
      pattern: null,
    });
  });

  it('is shown with the pattern that was matched, its place, and what stands in its slots', async () => {
    const { pattern, reason } = await decide('who owns the Gift Cards?');
    expect(pattern).toMatchObject({
      pattern: 'who owns {Service}?',
      module: 'rules',
      line: 5,
      goal: 'owned_by(gift_cards, Team)',
      answers: ['Team'],
    });
    expect(pattern!.slots.map(({ name, text, value }) => [name, text, displayTerm(value)])).toEqual([
      ['Service', 'Gift Cards', 'gift_cards'],
    ]);
    expect(reason).toBe('the question pattern "who owns {Service}?" with Service = gift_cards');
  });

  it('is told what a pattern would have needed', async () => {
    expect((await decide('who owns the moon?')).reason).toBe(
      'no question pattern fits well enough: for "who owns {Service}?" something called "moon" would have to be known',
    );
    const unused = await decide('who owns checkout or wishes that somebody else had bought it long ago?');
    expect(unused.reason).toContain('wishes that somebody else had bought');
    expect(unused.alternatives[0]).toMatchObject({ route: 'LOGIC', goal: 'owned_by(checkout, Team)' });
  });

  it('is answered as the caller wants, with the best pattern there is', async () => {
    const ask = (route: 'DENSE' | 'LOGIC' | 'HYBRID', question: string) =>
      world.decide({ question, route }, router);
    expect(await ask('DENSE', 'who owns checkout?')).toMatchObject({ route: 'DENSE', confidence: 1 });
    expect(await ask('LOGIC', 'which incidents hit checkout because of a slow provider?')).toMatchObject({
      route: 'LOGIC',
      goal: 'hits(Incident, checkout), summary(Incident, _1)',
    });
    expect(await ask('HYBRID', 'which incidents hit checkout?')).toMatchObject({
      route: 'HYBRID',
      text: 'which incidents hit checkout?',
    });
    await expect(ask('HYBRID', 'who owns checkout?')).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it('follows facts and patterns as they come and go', async () => {
    expect(await decide('who owns the event bus?')).toMatchObject({ route: 'DENSE' });
    await world.assert('owned_by(event_bus, platform).');
    expect(await decide('who owns the event bus?')).toMatchObject({ goal: 'owned_by(event_bus, Team)' });
    await world.store.retractFacts({ matches: 'owned_by(event_bus, _)' }, { knowledgeBase: world.name });
    expect(await decide('who owns the event bus?')).toMatchObject({ route: 'DENSE' });
    expect(await decide('wohin gehört ana?')).toMatchObject({ route: 'DENSE' });
    await world.put(':- question("wohin gehört {Person}?", works_in(Person, Team), [answer(Team)]).', 'more');
    expect(await decide('wohin gehört ana?')).toMatchObject({ goal: 'works_in(ana, Team)' });
    await world.store.deleteRuleModule('more', { knowledgeBase: world.name });
    expect(await decide('wohin gehört ana?')).toMatchObject({ route: 'DENSE' });
  });

  it('may have no answer: who owns nothing is a team all the same', async () => {
    await world.assert(
      'on_call(shop, ana). on_call(payments, ben). on_call(platform, ben). on_call(idle, ana).',
    );
    expect(await decide('which services does idle own?')).toMatchObject({ goal: 'owned_by(Service, idle)' });
    expect(await decide('which services does ana own?')).toMatchObject({ route: 'DENSE' });
    await world.store.retractFacts({ matches: 'on_call(_, _)' }, { knowledgeBase: world.name });
  });

  it('is routed too where constants are too many to be held', async () => {
    const lookingUp = world.router({ most: 1 });
    expect(await decide('who owns the gift cards?', lookingUp)).toMatchObject({
      goal: 'owned_by(gift_cards, Team)',
    });
    expect(await decide('who owns the main database?', lookingUp)).toMatchObject({
      goal: 'owned_by(main_db, Team)',
    });
    expect(await decide('who owns the moon?', lookingUp)).toMatchObject({ route: 'DENSE' });
  });

  it('gets the same decision each time, whatever it says', async () => {
    const word = fc.constantFrom(
      ...'who owns which services tier 3 checkout gift cards hit incidents like the a not moon payments ? , 7 {S} é'.split(
        ' ',
      ),
    );
    const question = fc
      .oneof(
        fc.array(word, { minLength: 1, maxLength: 12 }).map((words) => words.join(' ')),
        fc.string({ unit: 'grapheme' }),
      )
      .filter((text) => text.trim() !== '');
    await fc.assert(
      fc.asyncProperty(question, async (text) => {
        const decision = await decide(text);
        expect(await decide(text)).toEqual(decision);
        expect(decision.confidence >= 0 && decision.confidence <= 1).toBe(true);
        expect(decision.reason).not.toBe('');
        if (decision.pattern !== null) expect(decision.confidence).toBeGreaterThanOrEqual(0.5);
        for (const { name, text: said } of decision.pattern?.slots ?? []) {
          expect(decision.pattern!.pattern).toContain(`{${name}}`);
          expect(text).toContain(said);
        }
      }),
      { numRuns },
    );
  });

  it('that is a pattern with constants in its slots has the goal with these constants', async () => {
    const service = fc.constantFrom('checkout', 'gift_cards', 'main_db', 'ledger');
    const team = fc.constantFrom('shop', 'payments', 'platform');
    const asked = fc.oneof(
      service.map((each) => [`who owns ${each}?`, `owned_by(${each}, Team)`]),
      team.map((each) => [`which services does ${each} own?`, `owned_by(Service, ${each})`]),
      fc.tuple(team, service).map(([t, s]) => [`does ${t} own ${s}?`, `owned_by(${s}, ${t})`]),
    );
    await fc.assert(
      fc.asyncProperty(
        asked,
        fc.constantFrom('plain', 'spaced', 'capitals'),
        async ([question, goal], how) => {
          const words = how === 'plain' ? question! : question!.replaceAll('_', ' ');
          const text = how === 'capitals' ? words.toUpperCase() : words;
          expect(await decide(text)).toMatchObject({ route: 'LOGIC', goal });
        },
      ),
      { numRuns },
    );
  });
});
