import { describe, expect, it } from 'vitest';
import { readTerm } from '../../src/prolog/reader.js';
import {
  atom,
  compound,
  float,
  integer,
  list,
  NIL,
  str,
  type Term,
  variable,
} from '../../src/prolog/term.js';
import { displayTerm, writeClause, writeTerm } from '../../src/prolog/writer.js';

describe('canonical text', () => {
  const samples: readonly (readonly [Term, string])[] = [
    [compound(':-', atom('a'), compound(',', atom('b'), atom('c'))), ":-(a,','(b,c))"],
    [compound('-', integer(1)), '-(1)'],
    [integer(-1), '-1'],
    [compound('-', integer(-1)), '-(-1)'],
    [compound('-', integer(1), integer(-1)), '-(1,-1)'],
    [list([integer(1), atom('-')], variable('T')), '[1,-|T]'],
    [NIL, '[]'],
    [compound('{}', variable('X')), '{}(X)'],
    [atom('hello world'), "'hello world'"],
    [atom('it\'s "so"'), "'it\\'s \"so\"'"],
    [atom(''), "''"],
    [atom('.'), "'.'"],
    [atom('|'), "'|'"],
    [atom('Upper'), "'Upper'"],
    [atom('größe'), "'größe'"],
    [atom('a\nb\tc\0'), "'a\\nb\\tc\\x0\\'"],
    [atom('\u202e'), "'\\x202e\\'"],
    [str('say "it\'s"\\'), '"say \\"it\'s\\"\\\\"'],
    [float(1e22), '1.0e22'],
    [float(1.5e-7), '1.5e-7'],
    [float(3), '3.0'],
    [float(-0), '-0.0'],
    [float(0.1), '0.1'],
    [integer(2n ** 70n), '1180591620717411303424'],
  ];

  it.each(samples.map(([term, text]) => ({ term, text })))('can be $text', ({ term, text }) => {
    expect(writeTerm(term)).toBe(text);
  });

  it('is refused for what no text can say', () => {
    expect(() => writeTerm(variable('x'))).toThrow(RangeError);
    expect(() => writeTerm(variable('_'))).toThrow(RangeError);
    expect(() => writeTerm(variable('X Y'))).toThrow(RangeError);
    expect(() => writeTerm(float(Number.POSITIVE_INFINITY))).toThrow(RangeError);
  });

  it('of a clause keeps its full stop apart from a symbol before it', () => {
    expect(writeClause(atom('a'))).toBe('a.\n');
    expect(writeClause(atom('+'))).toBe('+ .\n');
  });
});

describe('text for people', () => {
  it.each([
    'X > 3',
    'X is Y*2+1',
    'a :- b, c',
    '0.8 :: owned_by(S, payments) :- deployed(S), \\+ retired(S)',
    '\\+ p(X)',
    '\\+ (a, b)',
    'f((a, b), (c :- d))',
    '[a, b|T]',
    '[(a :- b)]',
    '1-(2-3)',
    '1-2-3',
    '2^3^4',
    '(2^3)^4',
    '- 1^2',
    '-1^2',
    '-(1)',
    '-a',
    '- -a',
    '-(-1)',
    '- (a, b)',
    '1- -1',
    '(-)-(-)',
    'f(-)',
    ':- dynamic foo/1, bar/2',
    'a -> b ; c',
    'a --> {b}, c',
    "X = 'hello world'",
    '"text"',
    'größe(日本)',
    '{a, b}',
    "'|'(a)",
  ])('can be %s', (text) => {
    expect(displayTerm(readTerm(text).term)).toBe(text);
  });

  it('brackets an operand that would not be read without brackets', () => {
    expect(displayTerm(compound('=', atom('a'), compound('\\+', atom('b'))))).toBe('a = (\\+ b)');
    expect(displayTerm(compound(':-', compound(':-', atom('a'), atom('b')), atom('c')))).toBe(
      '(a :- b) :- c',
    );
  });

  it('shows what no text can say rather than failing', () => {
    expect(displayTerm(float(Number.NEGATIVE_INFINITY))).toBe('-inf');
    expect(displayTerm(variable('_'))).toBe('_');
  });
});
