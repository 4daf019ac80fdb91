import { describe, expect, it } from 'vitest';
import { checkRules, type RuleContext } from '../../src/reasoning/check-rules.js';
import { readRuleSource } from '../../src/reasoning/rule.js';

const context: RuleContext = { facts: new Set(['owned_by/2', 'on_call/2', 'summary/2']), others: [] };

function diagnose(source: string, others: string[] = []): string[] {
  const rules = others.flatMap((text, i) => readRuleSource(`other${i}`, text).rules);
  return checkRules(readRuleSource('module', source), { ...context, others: rules }).map(
    ({ severity, code, line, column }) => `${line}:${column} ${severity} ${code}`,
  );
}

describe('Checking a rule module', () => {
  it.each([
    ['a module without faults', 'responsible(S, P) :- owned_by(S, T), on_call(T, P).', []],
    ['a predicate that is not known', 'p(S) :-\n  own_by(S, _).', ['2:3 ERROR UNKNOWN_PREDICATE']],
    ['a known name with another arity', 'p(S) :- owned_by(S).', ['1:9 ERROR UNKNOWN_PREDICATE']],
    ['one inside a negation', 'p(S) :- owned_by(S, _), \\+ gone(S).', ['1:28 ERROR UNKNOWN_PREDICATE']],
    ['one inside findall', 'p(L) :- findall(X, gone(X), L).', ['1:20 ERROR UNKNOWN_PREDICATE']],
    ['one in a closure', 'p(L) :- maplist(gone, L).', ['1:17 ERROR UNKNOWN_PREDICATE']],
    ['one that is declared to come', ':- dynamic(gone/1).\np(X) :- gone(X).', []],
    ['one that another module defines', 'p(X) :- q(X).', []],
    ['a variable that occurs once', 'p(S) :- owned_by(S, Team).', ['1:21 WARNING SINGLETON_VARIABLE']],
    ['a clause that cannot be read', 'p(a.\nq(b).', ['1:4 ERROR PROLOG_SYNTAX']],
    ['files', 'p(X) :- open(X, read, _).', ['1:9 ERROR NOT_PERMITTED']],
    ['the shell', "p :- shell('ls').", ['1:6 ERROR NOT_PERMITTED']],
    ['JavaScript', 'p(X) :- X := fetch(a).', ['1:11 ERROR NOT_PERMITTED']],
    ['another module of Prolog', 'p :- system:halt.', ['1:12 ERROR NOT_PERMITTED']],
    ['changing facts', 'p :- assertz(q).', ['1:6 ERROR NOT_PERMITTED']],
    ['a directive that does something', ':- initialization(main).', ['1:4 ERROR NOT_PERMITTED']],
    ['a built-in defined anew', 'X = Y :- owned_by(X, Y).', ['1:3 ERROR NOT_PERMITTED']],
    ['control defined anew', '(a , b) :- owned_by(a, b).', ['1:2 ERROR NOT_PERMITTED']],
    ['similar/3 defined anew', 'similar(_, _, 1).', ['1:1 ERROR NOT_PERMITTED']],
    ['a list predicate defined anew', 'last([X], X).\nlast([_|Xs], X) :- last(Xs, X).', []],
    ['a confidence above 1', '1.5 :: p(X) :- owned_by(X, _).', ['1:1 ERROR BAD_CONFIDENCE']],
    ['a confidence of 0', '0 :: p(X) :- owned_by(X, _).', ['1:1 ERROR BAD_CONFIDENCE']],
    ['a head that is a number', '42 :- owned_by(_, _).', ['1:1 ERROR BAD_HEAD']],
    ['a number as a goal', 'p :- 42.', ['1:6 ERROR NOT_PERMITTED']],
    ['a grammar rule', 's --> [a].', ['1:3 ERROR NOT_PERMITTED']],
    [
      'a template with an unknown slot',
      ':- template(owned_by(S, T), "{S} {Team}").',
      ['1:29 ERROR BAD_TEMPLATE'],
    ],
  ])('finds %s', (_, source, expected) => {
    const found = diagnose(source, ['q(X) :- owned_by(X, _).']);
    expect(found.map(withoutColumn)).toEqual(expected.map(withoutColumn));
  });

  it('names near predicates', () => {
    const [diagnostic] = checkRules(readRuleSource('module', 'p(S) :- own_by(S, _).'), context);
    expect(diagnostic?.message).toBe('own_by/2 is not known; did you mean owned_by/2?');
  });

  it('points at the call, not at the clause', () => {
    expect(diagnose('p(S) :-\n  owned_by(S, _),\n  own_by(S, _).')).toEqual(['3:3 ERROR UNKNOWN_PREDICATE']);
  });

  it('reports every fault in the order of the text', () => {
    const found = diagnose('p :- gone(1).\nq(a.\nr(X) :- owned_by(X, Y).\ns :- halt.');
    expect(found.map((text) => text.split(' ').at(-1))).toEqual([
      'UNKNOWN_PREDICATE',
      'PROLOG_SYNTAX',
      'SINGLETON_VARIABLE',
      'NOT_PERMITTED',
    ]);
  });

  describe('for negation through recursion', () => {
    const idle = 'idle(T) :- owned_by(_, T), \\+ busy(T).\nbusy(T) :- on_call(T, _), idle(T).';

    it('refuses it and says the way round', () => {
      const [diagnostic] = checkRules(readRuleSource('module', idle), context);
      expect(diagnostic).toMatchObject({ severity: 'ERROR', code: 'NOT_STRATIFIED', line: 1 });
      expect(diagnostic?.message).toMatch(/depends on its own negation: .* → .*\\\+ /);
    });

    it('sees it through other modules', () => {
      const [first, second] = idle.split('\n') as [string, string];
      expect(diagnose(first, [second])).toEqual(['1:1 ERROR NOT_STRATIFIED']);
    });

    it('lets recursion and negation be where they do not meet', () => {
      expect(
        diagnose(`reach(X, Y) :- owned_by(X, Y).
          reach(X, Y) :- owned_by(X, Z), reach(Z, Y).
          apart(X, Y) :- owned_by(X, _), owned_by(_, Y), \\+ reach(X, Y).`),
      ).toEqual([]);
    });
  });
});

/** The column is pinned down where it matters, see above. */
const withoutColumn = (text: string) => text.replace(/:\d+/, '');
