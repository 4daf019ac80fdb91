import { randomNumbers } from '../random.mjs';
import { readRules } from './program.mjs';

export const rules = readRules('orders');

/** How many customers there are among `count` facts: c0, c1, …, each with four orders of three products. */
export const customers = (count) => count / 20;

/**
 * @param {number} count a multiple of 100
 * @returns {import('./program.mjs').ProgramFact[]}
 */
export function orders(count) {
  const random = randomNumbers(5);
  const below = (most) => Math.floor(random() * most);
  const [orderCount, productCount] = [count / 5, count / 5];
  const facts = [];
  const is = (predicate, ...args) => facts.push({ predicate, args, confidence: 1 - below(400) / 1_000 });
  for (let i = 0; i < orderCount; i++) {
    is('placed', `c${i % customers(count)}`, `o${i}`);
    const first = below(productCount);
    for (const step of [0, 7, 77]) is('contains', `o${i}`, `p${(first + step) % productCount}`);
  }
  for (let i = 0; i < productCount; i++) is('made_by', `p${i}`, `s${below(1_000)}`);
  return facts;
}
