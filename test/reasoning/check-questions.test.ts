import { describe, expect, it } from 'vitest';
import { parseModule } from '../../src/knowledge/parsed-module.js';
import { checkRules, type RuleContext } from '../../src/reasoning/check-rules.js';
import { readRuleSource } from '../../src/reasoning/rule.js';

const context: RuleContext = {
  facts: new Set(['owned_by/2', 'on_call/2', 'summary/2', 'also_called/2']),
  others: [],
};
const check = (source: string) => checkRules(readRuleSource('module', source), context);

describe('Checking what a module declares about questions', () => {
  it.each([
    ['a question', ':- question("who owns {S}?", owned_by(S, T), [answer(T)]).', []],
    ['one in single quotes', ":- question('who owns {S}?', owned_by(S, T), [answer(T)]).", []],
    ['one without a list', ':- question("who owns {S}?", owned_by(S, T), answer(T)).', []],
    ['one that leaves its answers open', ':- question("who owns {S}?", owned_by(S, T)).', []],
    ['one that yes answers', ':- question("does {T} own {S}?", owned_by(S, T), []).', []],
    ['one with a slot for meaning', ':- question("who owns what {does}?", owned_by(S, T), [answer(T)]).', []],
    ['one over rules of the module', 'p(X) :- owned_by(X, _).\n:- question("p?", p(X), [answer(X)]).', []],
    ['a phrase', ':- phrase("the team of {S}", owned_by(S, T), T).', []],
    ['names', ":- alias(new_york, [nyc, 'big apple', \"NY\"]).\n:- alias(b, 'the letter').", []],
    ['a predicate of names', ':- alias_predicate(also_called/2).', []],
    [
      'a slot that is no variable of the goal',
      ':- question("who owns {Service}?", owned_by(S, T), [answer(T)]).',
      ['1:13 ERROR BAD_QUESTION'],
    ],
    [
      'an answer that is no variable of the goal',
      ':- question("who owns {S}?", owned_by(S, T), [answer(Team)]).',
      ['1:47 ERROR BAD_QUESTION'],
    ],
    [
      'an answer that is known',
      ':- question("who owns {S}?", owned_by(S, T), [answer(S)]).',
      ['1:47 ERROR BAD_QUESTION'],
    ],
    [
      'answers that are no answers',
      ':- question("who owns {S}?", owned_by(S, T), [T]).',
      ['1:47 ERROR BAD_QUESTION'],
    ],
    ['a question that is a number', ':- question(42, owned_by(_, _), []).', ['1:13 ERROR BAD_QUESTION']],
    ['a goal that is a number', ':- question("what?", 42, []).', ['1:22 ERROR BAD_QUESTION']],
    ['a goal that is a variable', ':- question("what?", G, []).', ['1:22 ERROR BAD_QUESTION']],
    [
      'a question of nothing but slots',
      ':- question("{S}?", owned_by(S, T), [answer(T)]).',
      ['1:13 ERROR BAD_QUESTION'],
    ],
    [
      'a slot twice',
      ':- question("{S} and {S}?", owned_by(S, T), [answer(T)]).',
      ['1:13 ERROR BAD_QUESTION'],
    ],
    [
      'two slots for meaning',
      ':- question("{this} and {that}?", owned_by(_, T), [answer(T)]).',
      ['1:13 ERROR BAD_QUESTION'],
    ],
    [
      'a predicate that is not known',
      ':- question("who owns {S}?", own_by(S, T), [answer(T)]).',
      ['1:30 ERROR UNKNOWN_PREDICATE'],
    ],
    [
      'one deep in the goal',
      ':- question("who does not own {S}?",\n  (owned_by(S, T), \\+ gone(T)), [answer(T)]).',
      ['2:23 ERROR UNKNOWN_PREDICATE'],
    ],
    [
      'a known name with another arity',
      ':- question("who owns {S}?", owned_by(S), []).',
      ['1:30 ERROR WRONG_ARITY'],
    ],
    [
      'what the sandbox refuses',
      ':- question("read {F}", open(F, read, S), [answer(S)]).',
      ['1:25 ERROR NOT_PERMITTED'],
    ],
    [
      'the same words twice',
      ':- question("who owns {S}?", owned_by(S, T), [answer(T)]).\n:- question("Who owns {It}", owned_by(It, T), [answer(T)]).',
      ['2:13 WARNING DUPLICATE_QUESTION'],
    ],
    [
      'a phrase that stands for its own slot',
      ':- phrase("the team of {S}", owned_by(S, _), S).',
      ['1:46 ERROR BAD_PHRASE'],
    ],
    ['a name of a variable', ':- alias(X, [x]).', ['1:10 ERROR BAD_ALIAS']],
    ['a name that is a number', ':- alias(x, [ex, 10]).', ['1:18 ERROR BAD_ALIAS']],
    ['no names', ':- alias(x, []).', ['1:13 ERROR BAD_ALIAS']],
    ['a predicate of names with three arguments', ':- alias_predicate(called/3).', ['1:20 ERROR BAD_ALIAS']],
    ['a predicate of names that has no facts', ':- alias_predicate(called/2).', ['1:20 WARNING NO_ALIASES']],
    ['a question of one argument', ':- question("why?").', ['1:4 ERROR NOT_PERMITTED']],
  ])('finds %s', (_, source, expected) => {
    const found = check(source).map(
      ({ severity, code, line, column }) => `${line}:${column} ${severity} ${code}`,
    );
    expect(found).toEqual(expected);
  });

  it('says which slots there might have been', () => {
    expect(check(':- question("who owns {Service}?", owned_by(S, T), [answer(T)]).')[0]?.message).toBe(
      '{Service} is no variable of owned_by(S, T), which has S, T; write {{ for a brace, and a small letter, {service}, for words that are searched for by meaning',
    );
  });

  it('takes every variable that is no slot for an answer where none is named', () => {
    const { questions } = parseModule(
      ':- question("who owns {S}?", (owned_by(S, T), on_call(T, P), summary(_, _X)), [answer(P)]).\n' +
        ':- question("who owns {S}?", (owned_by(S, T), on_call(T, P), summary(_, _X))).',
    ).declarations;
    expect(questions.map(({ answers }) => answers)).toEqual([['P'], ['T', 'P']]);
  });
});
