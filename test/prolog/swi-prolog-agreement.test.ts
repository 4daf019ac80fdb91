import fc from 'fast-check';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { CorollaryError } from '../../src/errors.js';
import { compareTerms } from '../../src/prolog/compare.js';
import { operatorTable } from '../../src/prolog/operators.js';
import { readTerm } from '../../src/prolog/reader.js';
import { type Term, variable } from '../../src/prolog/term.js';
import { substitute, variablesOf } from '../../src/prolog/variables.js';
import { displayTerm, writeTerm } from '../../src/prolog/writer.js';
import { anyTerm } from './random-term.js';
import { type SwiPrologReader, startSwiProlog } from './swi-prolog.js';

vi.setConfig({ testTimeout: 60_000 });

let swi: SwiPrologReader;

beforeAll(async () => {
  swi = await startSwiProlog();
}, 30_000);

/** The canonical text of a term whose variables are called V1, V2, … in order of appearance. */
function withoutNames(term: Term): string {
  const names = variablesOf(term);
  return writeTerm(substitute(term, new Map(names.map((name, index) => [name, variable(`V${index + 1}`)]))));
}

function ours(text: string): string | 'refused' {
  try {
    return withoutNames(readTerm(text).term);
  } catch (error) {
    if (error instanceof CorollaryError && error.code === 'PROLOG_SYNTAX') return 'refused';
    throw error;
  }
}

function theirs(text: string): string | 'refused' {
  const canonical = swi.canonical(text);
  return canonical === undefined ? 'refused' : ours(canonical);
}

/** Texts on which readers are known to differ from one another, or which are easily read wrongly. */
const TRICKY = String.raw`
- 1
-1
-(1)
- (1)
-(-(1))
- -1
-(-1)
-a
-(a,b)
- (a,b)
a - 1
a -1
a-1
a - -1
a- - -1
[-1]
[- 1]
[a|-1]
-(2)^2
- (2)^2
-2^2
- 2^2
-a^2
2** -1
2**3**4
2^3^4
1-2-3
a=b=c
\+ (a,b)
\+(a,b)
\+ a = b
\+ \+ a
a = \+ b
a = \+
\+ = a
- = x
= - x
- = -
= = =
- - -
- - 1
+ + +
- * -
* - *
mod mod mod
f(- , a)
f(- )
[- , -]
[-|-]
[- =]
X = +
maplist(=, Xs)
f(:-, a)
f(:- a)
f(a :- b)
f(:- :- a)
[a :- b | c :- d]
{a :- b}
:- dynamic foo/1, bar/2
:- dynamic(foo/1)
:- initialization main
dynamic = 1
X = dynamic
dynamic dynamic
table (a,b)
mod (a,b)
a mod (b)
a mod(b)
a:-b,c;d->e
a :- b :- c
a , b :- c
a|b
(a:-b|c)
a;b|c
a->b|c
f(a|b)
{a|b}
[a|b|c]
[a|b,c]
[a,b|c]
[a,]
[|a]
'|'(a,b)
a '=' b
'\\+' a
- 'a'
'-'(1)
'-' 1
'dynamic' = 1
{}
{}(X)
{ }
[ ]
'{}'(a,b)
{-}
{- a}
{a,b}
','
','(a,b)
(,)
f(,)
;
f(;)
f(;,a)
[;]
!;a
$a
$ $ a
$(a)
a:b:c
a= \+
a*-1
p:--q
p:- -q
a=..b
a-->b,{c}
a==>b
a=>b
X:=Y
a>:<b
a:<b
a as b
1 rdiv 2
a divmod b
a@b
~a
?a
? - a
"abc"
"a""b"
'a''b'
"a\x41\b"
'\101\'
'\101'
'\x41'
'\0\'
'\u0041\U00000042'
'\e\s\a\b\f\v'
'\z'
'\d'
'\8'
'\x'
'\u41'
"\x110000\"
"\uD800"
'\400'
0'a
0'''
0''
[0'','b']
0'\n
0'\x41\
0'\\
0'"
0'ab
0x1F
0x1_000
0o17
0b101
16'FF
36'Zz
2'12
1'0
37'0
0x
0b2
0B1
1_000_000
1__000
1_a
1.0e10
1.0E+10
1e10
1E5
1.0e
1e400
1e-400
1.5e+3
5.0e-324
1.7976931348623157e308
-0.0
- 0.0
-0
0.1e5
123456789012345678901234567890
00012
12abc
1.5.
a.%comment
a/*b*/
a /* b */ :- c % d
a./*x*/
X
_
f(_,_,_A,_A)
Ünicode
ünicode
日本
x₁
a²
≠(a,b)
a ≠ b
x😀
f (a)
f(a)(b)
X(a)
"a"(b)
[a](b)
f(a,)
f(,a)
(a
a)
f(a))
[a
{a
()
a b
a,
,a
'abc
`
  .split('\n')
  .filter((line) => line !== '');

describe('SWI-Prolog and this reader', () => {
  it.each(TRICKY)('agree about %s', (text) => {
    expect(ours(text)).toBe(theirs(text));
  });

  it('agree about the operators, but for :: and those of dicts and blocks', () => {
    const ours = operatorTable().map(({ priority, kind, name }) => `${priority} ${kind} ${name}`);
    const theirs = swi.operators().filter((line) => !['100 yfx .', '40 yf []', '50 fx #'].includes(line));
    expect(ours.filter((line) => line !== '1205 xfx ::').sort()).toEqual(theirs.sort());
  });

  it('agree about texts of several lines', () => {
    for (const text of [
      "'a\\\n  b'",
      "'a\\c\n \n  b'",
      "'a\nb'",
      '"a\\\n\\\n b"',
      "0'\n",
      'f(\n\ta\n)',
      'a %\n:- b',
    ]) {
      expect(ours(text)).toBe(theirs(text));
    }
  });

  it('agree about canonical text of random terms', () => {
    fc.assert(
      fc.property(anyTerm(), (term) => {
        expect(theirs(writeTerm(term))).toBe(withoutNames(term));
      }),
      { numRuns: 1000, seed: 1995 },
    );
  });

  it('agree about the text of random terms that people see', () => {
    // SWI-Prolog has no `::`, takes `-{` for a dict and `$[` for a block, and has `#` as a prefix operator in this build.
    const isCommonGround = (text: string) => !/::|[^\s([{,|]\{|\$\[|#/.test(text);
    fc.assert(
      fc.property(anyTerm().map(displayTerm).filter(isCommonGround), (text) => {
        expect(theirs(text)).toBe(ours(text));
      }),
      { numRuns: 1000, seed: 1995 },
    );
  });

  it('agree about random rows of tokens, down to which of them are no terms', () => {
    const token = fc.constantFrom(
      ...[
        'a',
        'X',
        '1',
        '-1',
        '"s"',
        "'q'",
        '-',
        '+',
        '*',
        '=',
        '\\+',
        '\\',
        '^',
        '**',
        'mod',
        'is',
        ':',
        '$',
        '?-',
      ],
      ...['dynamic', ':-', '->', ';', ',', '!', '(', ')', '[a', ']', '{}', 'f(', '-(', '- ', '=(', '[]'],
    );
    const row = fc
      .tuple(fc.array(token, { minLength: 1, maxLength: 7 }), fc.constantFrom('', ' '))
      .map(([tokens, space]) => closed(tokens.join(space)))
      // Compounds without arguments, block functors, dicts and `1 000` are SWI-Prolog's own, `::` is ours.
      .filter((text) => !/\(\s*\)|[^,(|[]\s*\[|[^\s,(|[]\s*\{|\d\s+\d|::/.test(text));
    fc.assert(
      fc.property(row, (text) => {
        expect(ours(text)).toBe(theirs(text));
      }),
      { numRuns: 3000, seed: 1995 },
    );
  });

  it('agree about the standard order of ground terms', () => {
    const ground = anyTerm({ hasVariables: false });
    const sign = { '<': -1, '=': 0, '>': 1 } as const;
    fc.assert(
      fc.property(ground, ground, (left, right) => {
        expect(compareTerms(left, right)).toBe(sign[swi.compare(writeTerm(left), writeTerm(right)) as '<']);
      }),
      { numRuns: 1000, seed: 1995 },
    );
  });
});

/** The text with its open brackets closed. */
function closed(text: string): string {
  const partner: Record<string, string> = { '(': ')', '[': ']' };
  let missing = '';
  for (const character of text) {
    if (partner[character] !== undefined) missing = partner[character] + missing;
    else if (character === missing[0]) missing = missing.slice(1);
  }
  return text + missing;
}
