import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { indicatorOf } from '../../src/prolog/term.js';
import { checkRules, type RuleContext } from '../../src/reasoning/check-rules.js';
import { type RuleSource, readRuleSource } from '../../src/reasoning/rule.js';

const context: RuleContext = { facts: new Set(['owned_by/2', 'on_call/2', 'summary/2']), others: [] };

/** All but who evaluates what, which has tests of its own. */
const faults = (source: RuleSource, of: RuleContext) =>
  checkRules(source, of).filter(({ code }) => code !== 'NEEDS_PROLOG');

function diagnose(source: string, others: string[] = []): string[] {
  const rules = others.flatMap((text, i) => readRuleSource(`other${i}`, text).rules);
  return faults(readRuleSource('module', source), { ...context, others: rules }).map(
    ({ severity, code, line, column }) => `${line}:${column} ${severity} ${code}`,
  );
}

describe('Checking a rule module', () => {
  it.each([
    ['a module without faults', 'responsible(S, P) :- owned_by(S, T), on_call(T, P).', []],
    ['a predicate that is not known', 'p(S) :-\n  own_by(S, _).', ['2:3 ERROR UNKNOWN_PREDICATE']],
    ['a known name with another arity', 'p(S) :- owned_by(S).', ['1:9 ERROR WRONG_ARITY']],
    ['a built-in with another arity', 'p(S) :- owned_by(S, T), atom_length(T).', ['1:25 ERROR WRONG_ARITY']],
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
    ['similar/3 defined anew', 'similar(a, b, 1).', ['1:1 ERROR NOT_PERMITTED']],
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
    const [diagnostic] = faults(readRuleSource('module', 'p(S) :- own_by(S, _).'), context);
    expect(diagnostic?.message).toBe('own_by/2 is not known; did you mean owned_by/2?');
  });

  it('says how many arguments a known name has', () => {
    const messageOf = (source: string) => faults(readRuleSource('module', source), context)[0]?.message;
    expect(messageOf('p(S) :- owned_by(S).')).toBe(
      'owned_by/1 is not known, but owned_by/2 is: give owned_by 2 arguments',
    );
    expect(messageOf('p(S) :- owned_by(S, T), sort(T).')).toBe(
      'sort/1 is not known, but sort/2 and sort/4 are: give sort 2 or 4 arguments',
    );
    expect(messageOf('p(S) :- atom_lenght(S, 3).')).toContain('atom_length/2?');
    expect(messageOf('p(S) :- zebra(S).')).toBe(
      'zebra/1 is not known: write rules for it, assert facts of it, or declare it with :- dynamic',
    );
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

  describe('for arithmetic', () => {
    it.each([
      ['a variable that nothing gives a value', 'p(X) :- X is Y_ + 1.', '1:14'],
      ['one that only a later goal gives one', 'p(X) :- X > 3, Y < X, owned_by(Y, X).', '1:16'],
      ['an anonymous one', 'p(X) :- X is _ + 1.', '1:14'],
      ['one that a negation has asked about', 'p :- \\+ owned_by(A, a), A > 1.', '1:25'],
      ['one of another branch', 'p(X) :- ( owned_by(X, Y), Y = a ; X is Y + 1 ).', '1:40'],
      ['one of a condition that failed', 'p(X) :- ( owned_by(X, Y) -> Y = a ; X is Y + 1 ).', '1:42'],
      ['one inside findall, outside of it', 'p(L, N) :- findall(Y, owned_by(Y, _), L), N is Y + 1.', '1:48'],
      ['one inside a negation', 'p(X) :- owned_by(X, _), \\+ X > Y_.', '1:32'],
      ['one that is added up', 'p(N) :- aggregate_all(sum(Y_), owned_by(_, a), N).', '1:27'],
    ])('refuses %s', (_, source, at) => {
      expect(diagnose(source)).toContain(`${at} ERROR UNBOUND_ARITHMETIC`);
    });

    it.each([
      ['of the head', 'p(X, Y) :- Y > X.'],
      ['inside the head', 'p([X|Xs], Y) :- Y is X + 1, owned_by(Xs, Y).'],
      ['that a goal before mentions', 'p(Y) :- owned_by(_, X), Y is X + 1, Z = Y, Z > 1.'],
      ['that each branch gives one', 'p(Y) :- ( owned_by(Z, _) ; on_call(_, Z) ), Y is Z + 1.'],
      ['that one branch gives one', 'p(Y) :- ( owned_by(Y, Z) ; on_call(Y, _) ), Y is Z + 1.'],
      ['that the condition gives one', 'p(Y) :- ( owned_by(_, X) -> Y is X + 1 ; Y = 0 ).'],
      ['that is asked for', 'p(Y) :- ( var(X) -> Y = 0 ; Y is X + 1 ).'],
      ['inside findall', 'p(L, N) :- findall(Y, (owned_by(X, N), Y is X + N), L).'],
      ['that findall collects', 'p(N) :- findall(X, owned_by(X, _), L), N is L + 1.'],
      ['that bagof groups by', 'p(L, N) :- bagof(X, owned_by(X, Y), L), N is Y + 1.'],
      ['that a closure gives one', 'p(N) :- maplist(owned_by, [X], [a]), N is X + 1.'],
      ['that an expression holds', 'p(N) :- owned_by(X, _), E = X + 1, N is E.'],
      ['that is called', 'p(N, G) :- G = owned_by(X, _), call(G), N is X + 1.'],
      ['in a clause that cannot go on', 'p(N) :- owned_by(N, _), fail, N is Z_ + 1.'],
      ['that is added up', 'p(N) :- aggregate_all(sum(X * Y), owned_by(X, Y), N).'],
    ])('accepts a variable %s', (_, source) => {
      expect(diagnose(source).filter((text) => text.includes('UNBOUND'))).toEqual([]);
    });
  });

  describe('for negation', () => {
    it.each([
      [
        'a variable that gets its value later',
        'p(X) :- owned_by(X, _), \\+ on_call(Y, X), summary(Y, X).',
        '1:36',
      ],
      [
        'an argument of the head that gets its value later',
        'p(X) :- \\+ on_call(X, _), owned_by(X, _).',
        '1:20',
      ],
      [
        'two negations that mean one thing',
        'p(X) :- owned_by(X, _), \\+ on_call(Y, X), \\+ summary(Y, X).',
        '1:36',
      ],
      [
        'forall and a value later',
        'p(X) :- owned_by(X, _), forall(on_call(Y, X), a == a), summary(Y, X).',
        '1:40',
      ],
      ['one inside findall', 'p(L) :- findall(X, (\\+ on_call(X, _), owned_by(X, _)), L).', '1:32'],
      [
        'a comparison before its variable has a value',
        'p(X) :- owned_by(X, _), X \\= Y, summary(X, Y).',
        '1:30',
      ],
    ])('warns of %s', (_, source, at) => {
      expect(diagnose(source)).toEqual([`${at} WARNING UNSAFE_NEGATION`]);
    });

    it.each([
      ['a variable that has its value', 'p(X) :- owned_by(X, Y), \\+ on_call(Y, X).'],
      ['a variable of its own', 'p(X) :- owned_by(X, _), \\+ (on_call(Y, X), summary(Y, X)).'],
      [
        'the same name in two foralls',
        'p(X) :- owned_by(X, _), forall(on_call(Y, X), Y == X), forall(summary(Y, X), Y == X).',
      ],
      [
        'the same name in findall',
        'p(X, L) :- owned_by(X, _), \\+ on_call(Y, X), findall(Y, summary(Y, X), L).',
      ],
      ['the same name in another branch', 'p(X) :- owned_by(X, _), ( \\+ on_call(Y, X) ; summary(Y, X) ).'],
      [
        'a list of what was seen',
        'way(X, Y) :- way(X, Y, []).\nway(X, Y, Seen) :- \\+ memberchk(X, Seen), owned_by(X, Z), way(Z, Y, [X|Seen]).\nway(X, X, _).',
      ],
      ['a part of the head', 'p([X|Xs]) :- \\+ on_call(X, a), owned_by(X, Xs).'],
    ])('accepts %s', (_, source) => {
      expect(diagnose(source)).toEqual([]);
    });
  });

  describe('for answers that would hold variables', () => {
    it.each([
      ['an argument that nothing gives a value', 'p(X, _) :- owned_by(X, _).', '1:6'],
      ['one of a clause without a body', 'p(_, a).', '1:3'],
      ['one that is only negated', 'p(X) :- \\+ owned_by(X, _).', '1:21'],
      ['one that only forall asks about', 'p(X) :- forall(owned_by(X, Y), on_call(Y, _)).', '1:25'],
    ])('hints at %s', (_, source, at) => {
      expect(diagnose(source)).toEqual([`${at} HINT UNBOUND_HEAD_VARIABLE`]);
    });

    it.each([
      ['an argument that another clause uses', 'p([], _).\np([X|Xs], Y) :- owned_by(X, Y), p(Xs, Y).'],
      ['a part of an argument', 'p(f(_), a).'],
      ['what is the same twice', 'p(X, X).'],
      ['an argument that is worked with', 'p(X, Y) :- Y is X + 1.'],
      ['a text that is searched by', 'p(Text, X) :- similar(Text, summary(X, _), _).'],
    ])('says nothing of %s', (_, source) => {
      expect(diagnose(source)).toEqual([]);
    });
  });

  describe('for clauses that add nothing', () => {
    it.each([
      [
        'says what another says',
        'p(X) :- owned_by(X, Y), on_call(Y, X).\np(A) :- owned_by(A, B), on_call(B, A).',
        '2:1',
      ],
      [
        'says so with less confidence',
        '0.9 :: p(X) :- owned_by(X, _).\n0.5 :: p(X) :- owned_by(X, _).',
        '2:8',
      ],
      ['is covered by one that is always true', 'p(f(_), a).\np(f(b), a) :- owned_by(a, b).', '2:1'],
      ['repeats a fact', 'p(a).\np(b).\np(a) :- owned_by(a, b).', '3:1'],
      ['stands behind a cut that fits all', 'p(X) :- !, owned_by(X, _).\np(a) :- on_call(a, _).', '2:1'],
      ['fails at once', 'p(a).\np(X) :- fail, owned_by(X, _).', '2:1'],
    ])('warns of one that %s', (_, source, at) => {
      expect(diagnose(source)).toEqual([`${at} WARNING UNREACHABLE_CLAUSE`]);
    });

    it.each([
      ['says so with more confidence', '0.5 :: p(X) :- owned_by(X, _).\n0.9 :: p(X) :- owned_by(X, _).'],
      ['is surer than what covers it', '0.5 :: p(f(_), a).\np(f(b), a) :- owned_by(a, b).'],
      ['stands before what covers it', 'p(f(b), a) :- owned_by(a, b).\np(f(_), a).'],
      ['stands behind a cut that fits less', 'p(a) :- !, owned_by(a, _).\np(X) :- on_call(X, _).'],
      ['stands behind a cut that may not be reached', 'p(X) :- owned_by(X, _), !.\np(X) :- on_call(X, _).'],
      ['has the same head', 'p(X) :- owned_by(X, _).\np(X) :- on_call(X, _).'],
    ])('accepts one that %s', (_, source) => {
      expect(diagnose(source)).toEqual([]);
    });
  });

  it('has nothing to say about the rules of GeoQuery', () => {
    const text = readFileSync(new URL('../evaluation/geoquery.pl', import.meta.url), 'utf8');
    const facts = 'state/10 city/4 river/3 border/3 highlow/6 mountain/4 lake/3 country/3'.split(' ');
    expect(faults(readRuleSource('geoquery', text), { facts: new Set(facts), others: [] })).toEqual([]);
  });

  it('has nothing to say about the sample rules', () => {
    const facts = readRuleSource('facts', sampleText('incidents-facts.pl')).rules;
    const indicators = new Set(facts.map(({ head }) => indicatorOf(head)!));
    const rules = readRuleSource('incidents', sampleText('incidents.pl'));
    expect(faults(rules, { facts: indicators, others: [] })).toEqual([]);
  });

  describe('that tau is to evaluate', () => {
    const inTau = (source: string) =>
      faults(readRuleSource('module', source), { ...context, reasoner: 'tau' }).map(
        ({ severity, code, line, column }) => `${line}:${column} ${severity} ${code}`,
      );

    it('refuses what tau has not', () => {
      const source = 'p(X) :- owned_by(X, Y), !, split_string(Y, "", "", _).';
      expect(inTau(source)).toEqual(['1:28 ERROR NOT_SUPPORTED']);
      expect(diagnose(source)).toEqual([]);
    });

    it('accepts the same where deduction evaluates it', () => {
      expect(inTau('p(X) :- owned_by(X, Y), string_length(Y, 3).')).toEqual([]);
    });

    it('refuses what only a predicate that needs Prolog calls', () => {
      const source = 'p(X) :- q(X), !.\nq(X) :- owned_by(X, Y), string_length(Y, 3).';
      expect(inTau(source)).toEqual(['2:25 ERROR NOT_SUPPORTED']);
    });

    it('warns of recursion that it would table', () => {
      const source =
        'p(X, Y) :- owned_by(X, Y), once(on_call(Y, _)), G = owned_by(X, _), call(G).\np(X, Y) :- owned_by(X, Z), p(Z, Y).';
      expect(inTau(source)).toEqual(['1:1 WARNING NOT_TABLED']);
    });
  });

  describe('for negation through recursion', () => {
    const idle = 'idle(T) :- owned_by(_, T), \\+ busy(T).\nbusy(T) :- on_call(T, _), idle(T).';

    it('refuses it and says the way round', () => {
      const [diagnostic] = faults(readRuleSource('module', idle), context);
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

const sampleText = (file: string) =>
  readFileSync(new URL(`../../rules/samples/${file}`, import.meta.url), 'utf8');

describe('Who evaluates a predicate', () => {
  const told = (source: string) =>
    checkRules(readRuleSource('module', source), context)
      .filter(({ code }) => code === 'NEEDS_PROLOG')
      .map(({ severity, line, message }) => `${severity} ${line} ${message}`);

  it('is not told where it is best-first deduction', () => {
    expect(
      told(`responsible(S, P) :- owned_by(S, T), on_call(T, P).
        alone(S) :- owned_by(S, T), \\+ on_call(T, _).
        teams(N) :- aggregate_all(count, responsible(_, _), N).`),
    ).toEqual([]);
  });

  it('is told once of a predicate that needs Prolog, with the reason, and not of those that depend on it', () => {
    expect(
      told(`first(S, T) :- owned_by(S, T), !.
        first(_, none).
        shown(S, T) :- first(S, T).
        plain(S) :- owned_by(S, _).`),
    ).toEqual(['HINT 1 first/2 is evaluated in Prolog, not by best-first deduction: first/2 cuts']);
  });

  it('is told where the reason lies in another module', () => {
    const others = readRuleSource('other', 'first(S, T) :- owned_by(S, T), !.').rules;
    const [hint] = checkRules(readRuleSource('module', 'shown(S, T) :- first(S, T).'), {
      ...context,
      others,
    });
    expect(hint?.message).toBe('shown/2 is evaluated in Prolog, not by best-first deduction: first/2 cuts');
  });
});
