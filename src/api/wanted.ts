import type { Wanted } from '../asking/asking.js';
import { type Selecting, selects } from './selection.js';

/** Where a result shows its answers. */
const toAnswers = [
  ['answers', 'nodes'],
  ['answers', 'edges', 'node'],
];

/** What a query that selects an AskResult or a ProveResult wants of it. */
export function wantedOf(info: Selecting): Wanted {
  const ofAnswers = (...names: string[]) =>
    toAnswers.some((path) => names.some((name) => selects(info, ...path, name)));
  return {
    proofs: ofAnswers('proof', 'supports'),
    texts: ofAnswers('text'),
    count: selects(info, 'answers', 'totalCount'),
    retrieved: selects(info, 'retrieved'),
  };
}
