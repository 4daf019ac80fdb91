import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../src/database/database.js';
import type { Embedder } from '../../../src/embedding/embedder.js';
import { openEmbedder } from '../../../src/embedding/open-embedder.js';
import { bundledModel } from '../../../src/embedding/registry.js';
import type { GoalOutcome, GoalRequest } from '../../../src/reasoning/reasoning.js';
import { ensureSpace } from '../../../src/retrieval/embedding-spaces.js';
import { Indexer } from '../../../src/retrieval/indexer.js';
import type { Retriever, SimilarRequest } from '../../../src/retrieval/retrieval.js';
import { FactRetriever } from '../../../src/retrieval/retriever.js';
import { testDatabase } from '../../support/database.js';
import { answerText, ReasoningBase } from '../reasoning-base.js';

const things = [
  'checkout',
  'login',
  'search',
  'invoice',
  'mail',
  'stock',
  'profile',
  'basket',
  'report',
  'backup',
];
const troubles = [
  'answers slowly',
  'runs into time-outs',
  'shows an empty page',
  'loses messages',
  'has no disk space left',
  'refuses the password',
  'counts everything twice',
  'stopped after the update',
];

let database: Database;
let embedder: Embedder;
let base: ReasoningBase;
const asked: SimilarRequest[] = [];
beforeAll(async () => {
  database = await testDatabase();
  embedder = await openEmbedder(bundledModel, {});
  const retriever = new FactRetriever(database, embedder);
  // The real one; what it is asked is written down.
  const recording: Retriever = {
    search: (request) => retriever.search(request),
    similar: (request) => {
      asked.push(request);
      return retriever.similar(request);
    },
    nearest: (request) => retriever.nearest(request),
    similarity: (a, b, knowledgeBase) => retriever.similarity(a, b, knowledgeBase),
  };
  base = await ReasoningBase.create(database, { retriever: recording });
  await ensureSpace(database, await base.knowledgeBase(), embedder);
  const incidents = things.flatMap((thing, i) =>
    troubles.map((trouble, j) => ({
      prolog: `incident(i${i * troubles.length + j}, ${thing})`,
      text: `The ${thing} service ${trouble}.`,
      confidence: 1 - ((i + j) % 4) / 10,
    })),
  );
  await base.assert(incidents);
  await base.facts(
    `${things.map((thing, i) => `owner(${thing}, team${i % 3}).`).join(' ')} 0.8 :: owner(checkout, team9).
     needs(checkout, basket). needs(basket, stock). needs(stock, backup). needs(backup, checkout). needs(mail, login).`,
  );
  await base.rules(`
    hit(Text, S) :- similar(Text, incident(_, S), _).
    told(Text, T) :- hit(Text, S), owner(S, T).
    0.9 :: hit(Text, S) :- needs(S, N), hit(Text, N).
    calm(S) :- owner(S, _), \\+ ( similar("The checkout service runs into time-outs.", incident(_, S), X), X > 0.995 ).
    alike(A, B, X) :- owner(A, team0), owner(B, team1), similarity(A, B, X).
    beside(I, J) :- nearest(incident(I, checkout), incident(J, _), _).
    worst(S, X) :- owner(S, team0), aggregate_all(max(Y), similar("no disk space", incident(_, S), Y), X).`);
  const indexer = new Indexer({ database, embedder, log: { warn: () => undefined } });
  indexer.start();
  indexer.wake();
  await indexer.settled(await base.knowledgeBase());
  await indexer.stop();
}, 60_000);
afterAll(async () => {
  await base[Symbol.asyncDispose]();
  await embedder.stop();
  await database.stop();
});

const lines = ({ answers }: GoalOutcome) =>
  answers.map((answer) => `${answer.score.toFixed(9)} ${answerText(answer)}`);

/** Answers by deduction, after the same ones by Prolog. */
async function both(goal: string, options: Partial<GoalRequest> = {}): Promise<GoalOutcome> {
  const inProlog = await base.prove(goal, { evaluator: 'prolog', ...options });
  const deduced = await base.prove(goal, options);
  expect([inProlog.evaluator, deduced.evaluator]).toEqual(['swi', 'deduction']);
  // Lattice tables may take Prolog longer than it is given.
  if (inProlog.complete) expect(lines(deduced).sort()).toEqual(lines(inProlog).sort());
  const scores = deduced.answers.map(({ score }) => score);
  expect(scores).toEqual([...scores].sort((a, b) => b - a));
  return deduced;
}

describe('A semantic predicate gives deduction what it gives Prolog', () => {
  it.each([
    ['as a goal', 'similar("payments run into a time-out", incident(I, S), X)'],
    ['with a part of the pattern known', 'similar("payments run into a time-out", incident(I, checkout), X)'],
    ['in a rule, with facts joined', 'told("payments run into a time-out", T)'],
    ['in a recursion over a cycle', 'hit("payments run into a time-out", S)'],
    ['with a bound on the similarity', 'similar("the disk is full", incident(_I, S), X), X > 0.5'],
    ['inside a negation', 'calm(S)'],
    ['inside an aggregate', 'worst(S, X)'],
    ['between two texts', 'alike(A, B, X)'],
    ['near a fact', 'beside(I, J)'],
    ['of any fact', 'similar("a password is refused", F, X)'],
    ['of one fact', 'similar("time-outs", incident(i1, S), X)'],
  ])('%s', async (_, goal) => {
    const deduced = await both(goal);
    expect(deduced.answers.length).toBeGreaterThan(0);
    await both(goal, { scoring: 'MINIMUM' });
  });

  it('without a fact that the request leaves out', async () => {
    const goal = 'similar("payments run into a time-out", incident(I, S), X)';
    const [best] = (await both(goal)).answers;
    const fact = best!.proof!.nodes[0]!.fact!;
    const without = await both(goal, { without: [fact] });
    expect(without.answers).toHaveLength((await both(goal)).answers.length - 1);
    expect(without.answers.map(answerText)).not.toContain(answerText(best!));
  });

  it('with the fact and its similarity in the proof', async () => {
    const { answers } = await both('hit("payments run into a time-out", S)', { first: 1 });
    const { nodes } = answers[0]!.proof!;
    const semantic = nodes.find(({ kind }) => kind === 'SEMANTIC')!;
    expect(semantic.fact).toBeGreaterThan(0);
    expect(semantic.similarity).toBeGreaterThan(0.5);
    expect(semantic.score).toBeLessThanOrEqual(semantic.similarity!);
  });
});

describe('A page of answers', () => {
  it('reads only the facts that could be in it, and is the best of all', async () => {
    const goal = 'similar("payments run into a time-out", incident(I, S), X)';
    const all = await both(goal);
    // More than are read at once, see below; how many are above the least similarity is the model's affair.
    expect(all.answers.length).toBeGreaterThan(32);
    asked.length = 0;
    const page = await base.prove(goal, { first: 3, count: false });
    expect(lines(page)).toEqual(lines(all).slice(0, 3));
    expect(page).toMatchObject({ more: true, total: null, complete: true });
    expect(asked.map(({ limit }) => limit)).toEqual([32]);
  });
});
