import { expect, test } from 'vitest';
import { readTerm } from '../../src/prolog/reader.js';
import { goalShape } from '../../src/reasoning/goal-shape.js';

const shape = (goal: string) => goalShape(readTerm(goal).term);

test.each([
  ['near(n7, X)', 'near(n8, Who)'],
  ["p([a, 1, 'A b']), \\+ q(2)", 'p([b, 2.5, "text"]), \\+ q(x)'],
])('%s and %s have one shape', (one, other) => {
  expect(shape(one)).toBe(shape(other));
});

test.each([
  ['near(n7, X)', 'near(X, n7)'],
  ['near(n7, X)', 'near(n7, n8)'],
  ['repeat, fail', 'repeat, true'],
  ['app(X, Y, [a])', 'app(X, Y, [a, b])'],
  ['p(X) ; q(X)', 'p(X), q(X)'],
])('%s and %s do not', (one, other) => {
  expect(shape(one)).not.toBe(shape(other));
});

test('a goal with very many parts has a short shape', () => {
  const conjunction = Array.from({ length: 5_000 }, (_, i) => `p(${i})`).join(', ');
  expect(shape(conjunction).length).toBeLessThan(2_000);
});
