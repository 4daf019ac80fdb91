import { randomNumbers } from '../random.mjs';
import { readRules } from './program.mjs';

const nodes = 2_000;
const edges = 6_000;
const sources = 20;

/** @type {import('./program.mjs').Program} */
export const program = {
  rules: readRules('closure'),
  tabled: ['path/2'],
  facts() {
    const random = randomNumbers(1);
    const node = () => `n${Math.floor(random() * nodes)}`;
    const seen = new Map();
    while (seen.size < edges) {
      const args = [node(), node()];
      seen.set(args.join(), { predicate: 'edge', args, confidence: weight(random) });
    }
    const starts = Array.from({ length: sources }, (_, i) => ({
      predicate: 'source',
      args: [`n${i}`],
      confidence: 1,
    }));
    return [...seen.values(), ...starts];
  },
  goals: [{ name: 'from 20 of 2,000 nodes', goal: 'source(S), path(S, X)' }],
};

const weight = (random) => Number((0.5 + random() / 2).toFixed(3));
