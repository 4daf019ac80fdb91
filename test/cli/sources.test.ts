import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CsvSource, cellValue } from '../../src/cli/import/csv-source.js';
import { JsonLinesSource } from '../../src/cli/import/json-lines-source.js';
import { TextLines } from '../../src/cli/import/lines.js';
import { PrologSource } from '../../src/cli/import/prolog-source.js';
import { RuleText } from '../../src/cli/import/rule-text.js';
import type { Piece } from '../../src/cli/import/source.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'corollary-sources-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(text: string): Promise<string> {
  const path = join(folder, `${Math.random()}.txt`);
  await writeFile(path, text);
  return path;
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

/** As `line: what`, to be read at a glance. */
const shown = (pieces: readonly Piece[]) =>
  pieces.map((piece) => {
    const { line } = piece;
    if (piece.kind === 'fact') return `${line}: ${piece.fact.prolog ?? JSON.stringify(piece.fact)}`;
    return piece.kind === 'rule' ? `${line}: RULE ${piece.text}` : `${line}: BAD ${piece.reason}`;
  });

describe('a file of lines', () => {
  test('is read whatever its line ends, byte order mark and last line', async () => {
    expect(await all(new TextLines(await file('\ufeffa\r\nä\n\nlast')))).toEqual(['a', 'ä', '', 'last']);
    expect(await all(new TextLines(await file('')))).toEqual([]);
  });

  test('may hold characters that a chunk ends within', async () => {
    const line = 'ü€😀'.repeat(300_000);
    expect(await all(new TextLines(await file(`${line}\nx`)))).toEqual([line, 'x']);
  });
});

describe('a Prolog file', () => {
  test('gives facts, rules with their comment, and faults, each with its line', async () => {
    const path = await file(`% Facts.
p(a). p("b").
0.5 :: p(c).

%! q(?X)
%  Something.
q(X) :-
    p(X).
p(d :- e.
:- searchable(p/1).
s --> [x].
0.9 :: r(X) :- q(X).
p('last')`);
    expect(shown(await all(new PrologSource(path)))).toEqual([
      '2: p(a)',
      '2: p("b")',
      '3: ::(0.5,p(c))',
      '5: RULE %! q(?X)\n%  Something.\nq(X) :-\n    p(X).',
      expect.stringMatching(/^9: BAD .*column/),
      '10: RULE :- searchable(p/1).',
      '11: RULE s --> [x].',
      '12: RULE 0.9 :: r(X) :- q(X).',
      expect.stringMatching(/^13: BAD .*end of text/),
    ]);
  });

  test('reads the same in windows of any size, faults and open quotes included', async () => {
    const clauses = Array.from({ length: 400 }, (_, index) => {
      if (index % 97 === 96) return `bad(${index} oops ].`;
      if (index % 50 === 49) return `% of ${index}\nrule_${index}(X) :- p(X, "a. b. c"),\n  \\+ q(X).`;
      return index % 7 === 0 ? `p(${index}, 'it''s. p(1). /* no */ % no').` : `p(${index}, /* p(x). */ b).`;
    });
    const path = await file(`${clauses.join('\n')}\np('never closed). p(2).\np(3).\n`);
    const whole = shown(await all(new PrologSource(path)));
    expect(whole.length).toBeGreaterThan(395);
    for (const window of [300, 1_000, 5_000]) {
      expect(shown(await all(new PrologSource(path, window))), `window ${window}`).toEqual(whole);
    }
  });

  test('of 200,000 facts is read in linear time', async () => {
    const text = (count: number) =>
      Array.from({ length: count }, (_, i) => `owns(team_${i}, 'Service ${i}').`).join('\n');
    const seconds = async (path: string) => {
      const started = performance.now();
      let facts = 0;
      for await (const piece of new PrologSource(path)) if (piece.kind === 'fact') facts++;
      return { facts, ms: performance.now() - started };
    };
    const [small, large] = [await file(text(20_000)), await file(text(200_000))];
    await seconds(small);
    const one = await seconds(small);
    const ten = await seconds(large);
    expect(ten.facts).toBe(200_000);
    expect(ten.ms / one.ms).toBeLessThan(30);
  });

  test('keeps rules on their lines in the module that is made of them', () => {
    const rules = new RuleText();
    rules.add(3, 'a :- b.');
    rules.add(3, 'c :- d.');
    rules.add(7, '% e\ne :-\n  f.');
    expect(rules.text).toBe('\n\na :- b. c :- d.\n\n\n\n% e\ne :-\n  f.\n');
  });
});

describe('a file of JSON Lines', () => {
  test('gives facts, and says what is wrong with a line', async () => {
    const path = await file(
      [
        '{"prolog":"p(a)","confidence":0.5}',
        '',
        '{"predicate":"p","arguments":["b",{"string":"x"}],"text":null}',
        '{"prolog":',
        '[1]',
        '{"prolog":"p(c)","colour":"red"}',
        '{"prolog":7}',
        'null',
      ].join('\n'),
    );
    expect(shown(await all(new JsonLinesSource(path)))).toEqual([
      '1: p(a)',
      '3: {"predicate":"p","arguments":["b",{"string":"x"}],"text":null}',
      expect.stringMatching(/^4: BAD not JSON: /),
      '5: BAD not a JSON object',
      expect.stringMatching(/^6: BAD "colour" is not known; a line may have prolog, /),
      '7: BAD "prolog" is of the wrong kind',
      '8: BAD not a JSON object',
    ]);
  });
});

describe('a CSV file', () => {
  test('gives a fact a row, numbers as numbers, and goes on after a bad row', async () => {
    const path = await file(
      '\ufeffname,city,floor\n"Ann, B.",Oslo,3\nCid,Rome\n\nDee,"two\nlines",007\nE"e,x,1\n"F"f,y,2\nGus,Bonn,1.5\n',
    );
    expect(shown(await all(new CsvSource(path, 'lives')))).toEqual([
      '2: {"predicate":"lives","arguments":["Ann, B.","Oslo",3]}',
      '3: BAD 2 cells, but the header has 3: name, city, floor',
      '5: {"predicate":"lives","arguments":["Dee","two\\nlines","007"]}',
      '7: {"predicate":"lives","arguments":["E\\"e","x",1]}',
      '8: {"predicate":"lives","arguments":["\\"F\\"f","y",2]}',
      '9: {"predicate":"lives","arguments":["Gus","Bonn",{"float":1.5}]}',
    ]);
  });

  test('with a quote that is never closed says so', async () => {
    const path = await file('a,b\n1,2\n"3,4\n5,6\n');
    expect(shown(await all(new CsvSource(path, 'p')))).toEqual([
      '2: {"predicate":"p","arguments":[1,2]}',
      '3: BAD a quote that opens here is not closed: the file was read up to this line',
    ]);
  });

  test.each([
    ['12', 12],
    ['-3', -3],
    ['0', 0],
    ['2.0', { float: 2 }],
    ['1e3', { float: 1000 }],
    ['12345678901234567890', { integer: '12345678901234567890' }],
    ['007', '007'],
    ['+1', '+1'],
    ['1e999', '1e999'],
    ['', ''],
    ['NaN', 'NaN'],
    [' 1', ' 1'],
  ])('the cell %j stands for %j', (cell, value) => {
    expect(cellValue(cell)).toEqual(value);
  });
});
