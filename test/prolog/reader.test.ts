import { describe, expect, it } from 'vitest';
import { CorollaryError } from '../../src/errors.js';
import { type ReadTerm, readClauses, readProgram, readTerm } from '../../src/prolog/reader.js';
import type { Compound } from '../../src/prolog/term.js';
import { writeTerm } from '../../src/prolog/writer.js';

const canonical = (text: string): string => writeTerm(readTerm(text).term);

function faultIn(text: string): string {
  try {
    return `read as ${canonical(text)}`;
  } catch (error) {
    if (!(error instanceof CorollaryError) || error.code !== 'PROLOG_SYNTAX') throw error;
    const { line, column } = error.details;
    return `${line}:${column} ${error.message}`;
  }
}

describe('a term', () => {
  it.each([
    ['0.8 :: head :- body', '::(0.8,:-(head,body))'],
    [
      '0.8::likes(X, Y) :- knows(X, Y), \\+ hates(X, Y).',
      "::(0.8,:-(likes(X,Y),','(knows(X,Y),\\+(hates(X,Y)))))",
    ],
    [':- dynamic foo/1, bar/2.', ":-(dynamic(','(/(foo,1),/(bar,2))))"],
    ['- 1', '-(1)'],
    ['- (1)', '-(1)'],
    ['-1', '-1'],
    ['a - 1', '-(a,1)'],
    ['a -1', '-(a,1)'],
    ['[-1]', '[-1]'],
    ['- = x', '=(-,x)'],
    ['\\+ (a, b)', "\\+(','(a,b))"],
    ['\\+(a, b)', '\\+(a,b)'],
    ['maplist(=, Xs)', 'maplist(=,Xs)'],
    ['X = +', '=(X,+)'],
    ['p :- a | b', ":-(p,'|'(a,b))"],
    ["X = 'it''s'", "=(X,'it\\'s')"],
    ['"say ""hi"""', '"say \\"hi\\""'],
    ['`ab`', '[97,98]'],
    ["[0'a, 0''', 0'\\n, 0' ]", '[97,39,10,32]'],
    ["[0xff, 0o17, 0b101, 16'Ff, 1_000_000]", '[255,15,5,255,1000000]'],
    ['[1.0e10, 1e22, 1.5E-7, 0.1]', '[10000000000.0,1.0e22,1.5e-7,0.1]'],
    ['123456789012345678901234567890', '123456789012345678901234567890'],
    ['-0x10', '-16'],
    ["'\\x41\\\\101\\\\u0042\\U0001F600\\e\\0\\'", "'AAB😀\\x1b\\\\x0\\'"],
    ["'one \\\n     line'", "'one line'"],
    ['{a, b}', "{}(','(a,b))"],
    ['[]', '[]'],
    ['[a, b | T]', '[a,b|T]'],
    ['Ärger(', undefined],
    ['ärger(Ärger)', "'ärger'(Ärger)"],
    ['/* one */ a % two', 'a'],
    ['\ufeffa.', 'a'],
    ['a\u00a0:-\u00a0b', ':-(a,b)'],
  ] as const)('%s is read as %s', (text, expected) => {
    if (expected === undefined) expect(faultIn(text)).toMatch(/^1:/);
    else expect(canonical(text)).toBe(expected);
  });

  it('may end in a full stop before white space, a comment or the end', () => {
    for (const text of ['a', 'a.', 'a. ', 'a.\n', 'a.%', 'a . /* done */']) expect(canonical(text)).toBe('a');
  });

  it('lists its named variables in order of appearance', () => {
    expect(readTerm('f(B, A, _, _C, B)').variables).toEqual(['B', 'A', '_C']);
  });

  it('gives each _ a name that no other variable of the clause has', () => {
    expect(canonical('f(_, _1, _, _3, _)')).toBe('f(_2,_1,_4,_3,_5)');
    expect(canonical('f(_, _2)')).toBe('f(_1,_2)');
  });

  it('knows its singletons and where they stand', () => {
    const { singletons } = readTerm('p(X, Y,\n  Z) :- q(Y, _, _W).');
    expect(singletons).toEqual([
      { name: 'X', position: { line: 1, column: 3 } },
      { name: 'Z', position: { line: 2, column: 3 } },
    ]);
  });

  it('knows where it and its parts begin', () => {
    const read = readTerm('  head(A) :-\n    A > 3,\n    [x, x] = B.');
    const body = (read.term as Compound).args[1] as Compound;
    const [greater, equals] = body.args as [Compound, Compound];
    const list = equals.args[0] as Compound;
    expect(read.start).toEqual({ line: 1, column: 3 });
    expect(read.end).toEqual({ line: 3, column: 16 });
    expect(read.positionOf(read.term)).toEqual({ line: 1, column: 3 });
    expect(read.positionOf(greater)).toEqual({ line: 2, column: 5 });
    expect(read.positionOf(greater.args[1]!)).toEqual({ line: 2, column: 9 });
    expect(read.positionOf(equals)).toEqual({ line: 3, column: 5 });
    expect(read.positionOf(list.args[0]!)).toEqual({ line: 3, column: 6 });
    expect(read.positionOf((list.args[1] as Compound).args[0]!)).toEqual({ line: 3, column: 9 });
    expect(read.positionOf({ kind: 'atom', name: 'x' })).toBeUndefined();
  });

  it('that is bracketed begins, as an operand, with its bracket', () => {
    const read = readTerm('(a, b) :- c');
    expect(read.positionOf(read.term)).toEqual({ line: 1, column: 1 });
    expect(read.positionOf((read.term as Compound).args[0]!)).toEqual({ line: 1, column: 2 });
  });
});

describe('a fault', () => {
  it.each([
    ['foo(a', '1:6 expected ) or , but found end of text'],
    ['foo(a.', '1:6 expected ) or , but found the full stop'],
    ['foo(a b)', '1:7 expected ) or , but found b'],
    ['[a, b', '1:6 expected , | or ] but found end of text'],
    ['[a | b, c]', '1:7 expected ] but found ,'],
    ['{a', '1:3 expected } but found end of text'],
    ['(a', '1:3 expected ) but found end of text'],
    ['a)', '1:2 expected an operator or a full stop but found )'],
    ['a b', '1:3 expected an operator or a full stop but found b'],
    ['foo(a,\n    )', '2:5 expected a term but found )'],
    ['a :-', '1:5 expected a term but found end of text'],
    ['', '1:1 expected a term but found end of text'],
    ['% nothing', '1:10 expected a term but found end of text'],
    ['foo()', '1:5 expected an argument (write foo without brackets if it has none) but found )'],
    [
      'foo (a)',
      '1:5 expected an operator or a full stop but found ( (no space may stand between a name and its arguments)',
    ],
    ['a = b = c', '1:7 = cannot stand beside = without brackets'],
    ['X = \\+ a', '1:5 \\+ cannot stand beside = without brackets'],
    ["x('abc", "1:3 the text that ' opens is never closed"],
    ['/* abc', '1:1 the comment that /* opens is never closed'],
    ["'\\q'", '1:2 \\q is not an escape'],
    ["'\\ud800'", '1:2 the escape names no Unicode character'],
    ["'\ud800'", '1:2 half of a surrogate pair is not a character'],
    ['1.0Inf', '1:1 infinite and undefined numbers (1.0Inf, 1.5NaN) are not supported'],
    ['1.5NaN', '1:1 infinite and undefined numbers (1.0Inf, 1.5NaN) are not supported'],
    ['1e400', '1:1 the number is too large for a float'],
    ['1r3', '1:1 rational numbers (1r3) are not supported'],
    ['1 000', '1:3 expected an operator or a full stop but found 000'],
    ['point{x: 1}', '1:1 dicts (a name directly followed by {) are not supported'],
    ['X = P.x', '1:6 a full stop must be followed by white space (dicts are not supported)'],
    ['say(“hi”)', '1:5 “ (U+201C) cannot stand outside quotes'],
    ['a. b.', '1:4 expected one term only, but more text follows its full stop'],
  ])('in %j is found at %s', (text, expected) => {
    expect(faultIn(text)).toBe(expected);
  });
});

describe('a program', () => {
  const kinds = (text: string) => [...readClauses(text)].map((read) => read.kind);

  it('is read clause by clause', () => {
    const { clauses, errors } = readProgram('a.\nb :- c.\n% end\n');
    expect(errors).toEqual([]);
    expect(clauses.map(({ term }) => writeTerm(term))).toEqual(['a', ':-(b,c)']);
  });

  it('names the variables of each clause apart from those of others', () => {
    const { clauses } = readProgram('a(_). b(_, X). c(X).');
    expect(clauses.map(({ term }) => writeTerm(term))).toEqual(['a(_1)', 'b(_1,X)', 'c(X)']);
    expect(clauses.map(({ singletons }) => singletons.length)).toEqual([0, 1, 1]);
  });

  it('reports every fault and reads on behind the next full stop', () => {
    const { clauses, errors } = readProgram('a.\nb c d.\ne(.\nf.\ng(1 2, "x. y").\nh.');
    expect(clauses.map(({ term }) => writeTerm(term))).toEqual(['a', 'f', 'h']);
    expect(errors.map(({ line, column }) => [line, column])).toEqual([
      [2, 3],
      [3, 3],
      [5, 5],
    ]);
  });

  it('asks for the last full stop', () => {
    const { clauses, errors } = readProgram('a.\nb');
    expect(clauses).toHaveLength(1);
    expect(errors).toEqual([
      { kind: 'fault', line: 2, column: 2, message: 'expected a full stop but found end of text' },
    ]);
  });

  it('loses no more than a line to a quote that is never closed', () => {
    const { clauses, errors } = readProgram('a.\nb(\'c).\nd.\ne("f).\ng.');
    expect(clauses.map(({ term }) => writeTerm(term))).toEqual(['a', 'd', 'g']);
    expect(errors.map(({ line, column }) => [line, column])).toEqual([
      [2, 3],
      [4, 3],
    ]);
  });

  it('yields what was read before the text ends', () => {
    const clauses = readClauses('a. b c. d');
    expect(clauses.next().value).toMatchObject({ kind: 'term' });
    expect(clauses.next().value).toMatchObject({ kind: 'fault', line: 1, column: 6 });
    expect(clauses.next().value).toMatchObject({ kind: 'fault', line: 1, column: 10 });
    expect(clauses.next().done).toBe(true);
  });

  it('holds nothing when it is empty or all comment', () => {
    expect(kinds('')).toEqual([]);
    expect(kinds(' \n% a.\n/* b. */')).toEqual([]);
  });
});

describe('the comment of a clause', () => {
  const commentOf = (text: string): string | undefined => readProgram(text).clauses.at(-1 as number)!.comment;

  it('is the block of % lines directly before it', () => {
    expect(commentOf('%!  owner(?S, ?T)\n%\n%   Who owns S.\nowner(a, b).')).toBe(
      ' owner(?S, ?T)\n\n  Who owns S.'.trim(),
    );
  });

  it('is a block comment without its stars', () => {
    expect(commentOf('/** Who owns\n *  a service.\n */\nowner(a, b).')).toBe('Who owns\n a service.');
  });

  it('does not reach over a blank line', () => {
    expect(commentOf('% The file.\n\n% The clause.\na.')).toBe('The clause.');
    expect(commentOf('% The file.\n\na.')).toBeUndefined();
  });

  it('is not what stands behind the clause before', () => {
    expect(commentOf('a. % about a\nb.')).toBeUndefined();
    expect(commentOf('a. % about a\n% about b\nb.')).toBe('about b');
  });

  it('is not what stands within the clause', () => {
    const clauses: ReadTerm[] = readProgram('a :- % why\n b.\nc.').clauses;
    expect(clauses.map(({ comment }) => comment)).toEqual([undefined, undefined]);
  });
});
