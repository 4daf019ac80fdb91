import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { fromJson } from '../../src/prolog/json-value.js';
import { readProgram, readTerm } from '../../src/prolog/reader.js';
import { decodeStored, encodeStored } from '../../src/prolog/stored-term.js';
import { displayTerm, writeClause, writeTerm } from '../../src/prolog/writer.js';
import { anyTerm } from './random-term.js';

vi.setConfig({ testTimeout: 60_000 });

const runs = { numRuns: 3000 };

describe('a random term', () => {
  it('is read back from its canonical text', () => {
    fc.assert(
      fc.property(anyTerm(), (term) => {
        expect(readTerm(writeTerm(term)).term).toEqual(term);
      }),
      runs,
    );
  });

  it('is read back from the text that people see', () => {
    fc.assert(
      fc.property(anyTerm(), (term) => {
        expect(readTerm(displayTerm(term)).term).toEqual(term);
      }),
      runs,
    );
  });

  it('is read back as a clause among others', () => {
    fc.assert(
      fc.property(fc.array(anyTerm(), { maxLength: 5 }), (terms) => {
        const { clauses, errors } = readProgram(terms.map(writeClause).join(''));
        expect(errors).toEqual([]);
        expect(clauses.map(({ term }) => term)).toEqual(terms);
      }),
      { numRuns: 500 },
    );
  });

  it('is decoded from its stored form after a journey through JSON', () => {
    fc.assert(
      fc.property(anyTerm(), (term) => {
        expect(decodeStored(JSON.parse(JSON.stringify(encodeStored(term))))).toEqual(term);
      }),
      runs,
    );
  });

  it('never leaves a character in its stored form that jsonb refuses', () => {
    fc.assert(
      fc.property(anyTerm(), (term) => {
        expect(JSON.stringify(encodeStored(term))).not.toMatch(/\\u0000|\\ud[89a-f]/);
      }),
      runs,
    );
  });

  it('can be given as Prolog text within JSON', () => {
    fc.assert(
      fc.property(anyTerm(), (term) => {
        expect(fromJson({ prolog: writeTerm(term) })).toEqual(term);
      }),
      { numRuns: 300 },
    );
  });

  it('begins, in its canonical text, where positionOf says', () => {
    fc.assert(
      fc.property(anyTerm({ hasVariables: false }), (term) => {
        const text = writeTerm(term).replaceAll('\n', ' ');
        const read = readTerm(text);
        const pending = [read.term];
        for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
          const at = read.positionOf(part);
          expect(at).toBeDefined();
          if (part.kind === 'compound') pending.push(...part.args);
          else if (part.kind !== 'atom') expect(text.slice(at!.column - 1)).toMatch(/^[-0-9"]/);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('random text', () => {
  it('is either read or refused with a place in it', () => {
    const scraps = fc.constantFrom(
      'a',
      'X',
      '1',
      '-',
      ':-',
      ',',
      '|',
      '(',
      ')',
      '[',
      ']',
      '{',
      '}',
      "'",
      '"',
      '`',
      '. ',
      '\\',
      '0',
      '%',
      '/*',
      '\n',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(scraps).map((all) => all.join('')),
          fc.string({ unit: 'binary' }),
        ),
        (text) => {
          const lines = text.split('\n');
          for (const fault of readProgram(text).errors) {
            expect(fault.line).toBeGreaterThanOrEqual(1);
            expect(fault.line).toBeLessThanOrEqual(lines.length);
            expect(fault.column).toBeLessThanOrEqual(lines[fault.line - 1]!.length + 1);
          }
        },
      ),
      runs,
    );
  });
});
