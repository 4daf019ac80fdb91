import { Gazetteer } from '../../../src/asking/linking/gazetteer.js';
import { readTerm } from '../../../src/prolog/reader.js';

export const services = ['checkout', 'billing', 'search', 'login', 'mail', 'basket', 'ledger', 'ranking'];
export const teams = ['payments', 'discovery', 'identity', 'platform'];

/** Facts about services, their teams and who leads these. */
export const facts: readonly string[] = [
  ...services.map((service) => `service(${service})`),
  ...services.map((service, i) => `owned_by(${service}, ${teams[i % teams.length]})`),
  ...services.map((service, i) => `depends(${service}, ${services[(i + 3) % services.length]})`),
  ...teams.map((team, i) => `lead(${team}, ${['ana', 'ben', 'cem', 'dora'][i]})`),
];

export const rules = ':- searchable(note/1).\nname(X, X).\n';

export interface Said {
  readonly question: string;
  readonly goal: string;
  readonly answers: readonly string[];
}

const ways: readonly (readonly [over: readonly string[], question: string, goal: string])[] = [
  [services, 'who owns {}?', 'owned_by(S, X), name(S, {})'],
  [services, 'which team owns {}', 'owned_by(S, X), name(S, {})'],
  [services, 'what does {} depend on?', 'depends(S, X), name(S, {})'],
  [services, 'what depends on {}?', 'depends(X, S), name(S, {})'],
  [teams, 'who leads {}?', 'lead(T, X), name(T, {})'],
  [teams, 'what does {} own?', 'owned_by(X, T), name(T, {})'],
  [services, 'who leads the team that owns {}?', 'lead(T, X), owned_by(S, T), name(S, {})'],
  [services, 'which team owns what {} depends on?', 'owned_by(U, X), depends(S, U), name(S, {})'],
];

/** Every way of asking, for all but the last of the names that it is about. */
export const examples: readonly Said[] = ways.flatMap(([over, question, goal]) =>
  over.slice(0, -1).map((name) => ({
    question: question.replace('{}', name),
    goal: goal.replace('{}', name),
    answers: ['X'],
  })),
);

/** Asked of names, and in ways, that no example has. */
export const unheard: readonly Said[] = [
  ...ways.map(([over, question, goal]) => ({
    question: question.replace('{}', over.at(-1)!),
    goal: goal.replace('{}', over.at(-1)!),
    answers: ['X'],
  })),
  {
    question: 'who leads the team that owns what login depends on?',
    goal: 'lead(T, X), owned_by(U, T), depends(S, U), name(S, login)',
    answers: ['X'],
  },
];

export function worldLinker(): Gazetteer {
  const linker = new Gazetteer();
  for (const fact of facts) {
    const { term } = readTerm(fact);
    if (term.kind !== 'compound') continue;
    for (const [argument, value] of term.args.entries())
      linker.count({ predicate: term.name, arity: term.args.length, argument, value, facts: 1 });
  }
  return linker;
}
