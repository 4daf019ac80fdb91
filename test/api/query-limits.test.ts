import { buildSchema, parse, specifiedRules, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { queryLimits } from '../../src/api/query-limits.js';

const schema = buildSchema('type Query { a: Query, b: Int }');
const refusals = (query: string) =>
  validate(schema, parse(query), [...specifiedRules, queryLimits({ depth: 4, fields: 20, aliases: 3 })]).map(
    ({ message }) => message,
  );

describe('the limits on queries', () => {
  test('let through what keeps to them', () => {
    expect(refusals('{ a { a { a { b } } } x: b y: b z: b }')).toEqual([]);
  });

  test('refuse a query that is too deep, also through fragments', () => {
    expect(refusals('{ a { a { a { a { b } } } } }')).toEqual(['The query is too large: depth 5, at most 4']);
    expect(refusals('{ a { ...F } } fragment F on Query { a { a { a { b } } } }')).toEqual([
      'The query is too large: depth 5, at most 4',
    ]);
  });

  test('count aliases wherever they are spread', () => {
    const spread = '{ a { ...F } x: a { ...F } } fragment F on Query { p: b q: b }';
    expect(refusals(spread)).toEqual(['The query is too large: aliases 5, at most 3']);
  });

  test('measure fragments that spread fragments that spread fragments in no time', () => {
    const fragments = Array.from(
      { length: 60 },
      (_, index) => `fragment F${index} on Query { ...F${index + 1} ... { ...F${index + 1} } }`,
    );
    const started = performance.now();
    const found = refusals(`{ ...F0 } ${fragments.join(' ')} fragment F60 on Query { b }`);
    expect(found.some((message) => message.includes('fields'))).toBe(true);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  test('come to an end for fragments that spread themselves', () => {
    expect(refusals('{ ...F } fragment F on Query { a { ...F } }')).toEqual([
      'Cannot spread fragment "F" within itself.',
    ]);
  });

  test('do not count introspection, which graphql-js bounds itself', () => {
    expect(refusals('{ __schema { types { fields { type { ofType { ofType { name } } } } } } }')).toEqual([]);
  });
});
