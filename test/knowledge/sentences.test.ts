import { describe, expect, it } from 'vitest';
import { ModuleLibrary } from '../../src/knowledge/module-library.js';
import { parseModule } from '../../src/knowledge/parsed-module.js';
import { madeSentence, sentenceFor } from '../../src/knowledge/sentences.js';
import { readTerm } from '../../src/prolog/reader.js';

function rulesOf(...sources: string[]) {
  const modules = sources.map((source, id) => ({
    knowledgeBase: 1,
    id,
    name: `m${id}`,
    source,
    enabled: true,
    revision: 1,
    updatedAt: new Date(),
  }));
  return new ModuleLibrary().sentenceRulesOf(modules);
}

const made = (fact: string, ...sources: string[]) => madeSentence(readTerm(fact).term, rulesOf(...sources));

describe('A template', () => {
  const template = ':- template(owned_by(S, T), "{S} is owned by team {T}").';

  it('is filled with atoms and strings as plain text, numbers plainly, and other terms as people write them', () => {
    expect(made('owned_by(checkout, "the \\"shop\\"")', template)).toBe(
      'checkout is owned by team the "shop"',
    );
    expect(made("owned_by('Ann B', 42)", template)).toBe('Ann B is owned by team 42');
    expect(made('owned_by(1.50, f(X, [1+2, "s"]))', template)).toBe('1.5 is owned by team f(X, [1+2, "s"])');
    expect(made('owned_by(a, b, c)', template)).toBeNull();
  });

  it('may have braces, constants, repeated variables and several heads, of which the first that fits counts', () => {
    const source = `
      :- template(state(S, up), '{S} is {{up}}').
      :- template(state(S, S), "{S} is { S } itself").
      :- template(state(S, pair(A, _)), "{S}: {A}").
      :- template(state(_, _), "something").`;
    expect(made('state(pump, up)', source)).toBe('pump is {up}');
    expect(made('state(pump, pump)', source)).toBe('pump is pump itself');
    expect(made('state(pump, pair(1, 2))', source)).toBe('pump: 1');
    expect(made('state(pump, down)', source)).toBe('something');
  });

  it('says an answer, whether or not its predicate is searchable', () => {
    const { templates } = rulesOf(`:- searchable(x/1). ${template}`);
    expect(sentenceFor(readTerm('owned_by(a, b)').term, templates)).toBe('a is owned by team b');
    expect(sentenceFor(readTerm('other(a)').term, templates)).toBeNull();
    expect(sentenceFor(readTerm('X').term, templates)).toBeNull();
  });

  it('is left out, and reported with its place, when it cannot be filled', () => {
    const { declarations } = parseModule(
      [
        ':- template(owned_by(S, T),',
        '     "{S} is owned by {Team}").',
        ':- template(up(_), "{_} is up").',
        ':- template(42, "text").',
        ':- template((a, b), "text").',
        ':- template(up(X), f(X)).',
        ':- searchable([up/1, down/one]).',
        ':- searchable(up).',
      ].join('\n'),
    );
    expect(declarations.templates).toEqual([]);
    expect(declarations.searchable).toMatchObject([{ indicator: 'up/1', line: 7, column: 16 }]);
    expect(declarations.faults.map(({ code, line, column }) => [code, line, column])).toEqual([
      ['BAD_TEMPLATE', 2, 6],
      ['BAD_TEMPLATE', 3, 20],
      ['BAD_TEMPLATE', 4, 13],
      ['BAD_TEMPLATE', 5, 14],
      ['BAD_TEMPLATE', 6, 20],
      ['BAD_SEARCHABLE', 7, 22],
      ['BAD_SEARCHABLE', 8, 15],
    ]);
    expect(declarations.faults[0]!.message).toBe(
      '{Team} is no variable of owned_by(S, T), which has S, T; write {{ for a brace',
    );
  });

  it('passes other directives on', () => {
    const { declarations } = parseModule(
      ':- initialization(main(X)). :- question("who?", p(X)). :- dynamic p/1. p(1).',
    );
    expect(declarations.others.map(({ indicator }) => indicator)).toEqual(['initialization/1', 'dynamic/1']);
    expect(declarations.others[0]!.clause.variables).toEqual(['X']);
    expect(declarations.faults).toEqual([]);
  });
});

describe('A fact without a given sentence', () => {
  const template = ':- template(p(X), "This is {X}").';

  it('gets its template’s while nothing is declared searchable', () => {
    expect(made('p(1)', template)).toBe('This is 1');
    expect(made('q("some text")', template)).toBeNull();
  });

  it('gets one only when it is searchable, once anything is, in whichever module', () => {
    expect(made('p(1)', template, ':- searchable(q/1).')).toBeNull();
    expect(made('p(1)', template, ':- searchable(p/1).')).toBe('This is 1');
  });

  it('gets its own texts when it is searchable and has no template', () => {
    const searchable = ':- searchable((q/1, q/2, q/3, r/0)). :- searchable([s/3 | []]).';
    expect(made('q(id_1, "The first.", "The second.")', searchable)).toBe('The first. The second.');
    expect(made("q(id_1, 'several words')", searchable)).toBe('several words');
    expect(made('q(id_1, payments, 3)', searchable)).toBe('id_1 payments');
    expect(made('s(1, 2.5, f("hidden"))', searchable)).toBeNull();
    expect(made('q(" ")', searchable)).toBeNull();
    expect(made('r', searchable)).toBeNull();
  });

  it('is told apart from its neighbours in arity, and cut where no model would read on', () => {
    expect(made('p(1, 2)', template)).toBeNull();
    expect(made(`p("${'😀'.repeat(60_000)}")`, template)).toMatch(/^This is (😀)+(\ufffd)?$/u);
    expect(made(`p("${'x'.repeat(200_000)}")`, template)).toHaveLength(100_000);
    expect(made('p("a\\0\\b")', template)).toBe('This is a\ufffdb');
  });

  it('takes no template from a module that is not enabled, and the first of several modules', () => {
    const library = new ModuleLibrary();
    const module = (name: string, source: string, enabled: boolean) => ({
      knowledgeBase: 1,
      id: 1,
      name,
      source,
      enabled,
      revision: 1,
      updatedAt: new Date(),
    });
    const rules = library.sentenceRulesOf([
      module('a', ':- template(p(X), "off {X}").', false),
      module('b', template, true),
      module('c', ':- template(p(X), "later {X}").', true),
    ]);
    expect(madeSentence(readTerm('p(1)').term, rules)).toBe('This is 1');
  });
});

describe('A rule module', () => {
  it('has predicates with their clauses and the comment before the first', () => {
    const { predicates } = parseModule(`
% ---- section

%! depends(?Service, ?Dependency)
%  Service needs Dependency,
%  directly or not.
depends(S, D) :- needs(S, D).
% Not this one.
depends(S, D) :- needs(S, X), depends(X, D).

0.5 :: risky(S) :- depends(S, old).
0.9 :: known(old).
/** Reads words. */
words --> [].
words --> word, words.
word, [x] --> [y].
alone.
:- dynamic depends/2.
p(X) :- X.
`);
    expect(
      [...predicates].map(([indicator, { clauses, description }]) => [indicator, clauses, description]),
    ).toEqual([
      ['depends/2', 2, 'Service needs Dependency, directly or not.'],
      ['risky/1', 1, null],
      ['known/1', 1, null],
      ['words/2', 2, 'Reads words.'],
      ['word/2', 1, null],
      ['alone/0', 1, null],
      ['p/1', 1, null],
    ]);
  });
});
