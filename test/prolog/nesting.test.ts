import { describe, expect, it } from 'vitest';
import { isDeeperThan } from '../../src/prolog/nesting.js';
import { readTerm } from '../../src/prolog/reader.js';

describe('How deep a term is nested', () => {
  it.each([
    ['a', 0],
    ['f(a)', 1],
    ['f(a, g(b), c)', 2],
    ['1 + 2 + 3 + 4', 3],
    ['a, b, c', 2],
    ['- - - x', 3],
    ['[a, b, c, d]', 1],
    ['[a, [b, f(c)]]', 3],
    ['[a | f(b)]', 1],
    ['{a}', 1],
  ])('%s: %i', (text, depth) => {
    const { term } = readTerm(text);
    expect([isDeeperThan(term, depth), depth === 0 || isDeeperThan(term, depth - 1)]).toEqual([false, true]);
  });
});
