import type { RouteDecision } from '../../src/asking/asking.js';
import type { GoalProposer } from '../../src/asking/goal-model/goal-proposer.js';
import { Linkers } from '../../src/asking/linking/linkers.js';
import { type RouteRequest, Router } from '../../src/asking/router.js';
import type { Database } from '../../src/database/database.js';
import { KnowledgeStore } from '../../src/knowledge/knowledge-store.js';
import { readProgram } from '../../src/prolog/reader.js';
import { writeTerm } from '../../src/prolog/writer.js';
import { CheckedRuleBook } from '../../src/reasoning/rule-book.js';

let made = 0;

/** A knowledge base whose questions are routed, without models: nothing is retrieved or proved. */
export class RoutingWorld {
  readonly store: KnowledgeStore;
  readonly name = `routing-${process.pid}-${++made}`;

  private constructor(database: Database) {
    this.store = new KnowledgeStore(database);
  }

  static async create(database: Database, facts: string, rules: string): Promise<RoutingWorld> {
    const world = new RoutingWorld(database);
    await world.store.createKnowledgeBase(world.name);
    await world.assert(facts);
    await world.put(rules);
    return world;
  }

  async assert(facts: string): Promise<void> {
    const inputs = readProgram(facts).clauses.map(({ term }) => ({ prolog: writeTerm(term) }));
    await this.store.assertFacts(inputs, { knowledgeBase: this.name });
  }

  async decide(request: RouteRequest, router: Router): Promise<RouteDecision> {
    return router.decide(request, await this.store.knowledgeBase(this.name));
  }

  /** @throws when it has faults */
  async put(source: string, name = 'rules'): Promise<void> {
    const book = new CheckedRuleBook(this.store);
    const { module, diagnostics } = await book.put({ name, source, knowledgeBase: this.name });
    if (module === null) throw new Error(JSON.stringify(diagnostics));
  }

  router({ most = 10_000, proposer }: { most?: number; proposer?: GoalProposer } = {}): Router {
    return new Router({ knowledge: this.store, linkers: new Linkers(this.store, { most }), proposer });
  }
}

export const routingFacts = `
  owned_by(checkout, shop). owned_by(gift_cards, payments). owned_by(main_db, platform). owned_by(ledger, payments).
  tier(checkout, 1). tier(gift_cards, 3).
  works_in(ana, shop). works_in(ben, payments).
  hits(inc_1, checkout). summary(inc_1, "Requests timed out while the provider was slow.").
  also_called(main_db, "the elephant").`;

export const routingRules = `
  :- searchable(summary/2).
  :- alias(main_db, ['main database']).
  :- alias_predicate(also_called/2).
  :- question("who owns {Service}?", owned_by(Service, Team), [answer(Team)]).
  :- question("wem gehört {Service}?", owned_by(Service, Team), [answer(Team)]).
  :- question("which services does {Team} own?", owned_by(Service, Team), [answer(Service)]).
  :- question("who works with {Service}?", (owned_by(Service, Team), works_in(Person, Team)), [answer(Person)]).
  :- question("which services are tier {Tier}?", tier(Service, Tier), [answer(Service)]).
  :- question("which services are not tier {Tier}?", (tier(Service, _), \\+ tier(Service, Tier)), [answer(Service)]).
  :- question("does {Team} own {Service}?", owned_by(Service, Team), []).
  :- question("which incidents hit {Service}?", (hits(Incident, Service), summary(Incident, _)), [answer(Incident)]).
  :- question("which services had something like {meaning}?", (summary(Incident, _), hits(Incident, Service)), [answer(Service)]).
  like(Text, Incident) :- similar(Text, summary(Incident, _), _).
  :- question("have we seen {Text} before?", like(Text, Incident), [answer(Incident)]).`;
