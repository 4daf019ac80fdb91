import { randomNumbers } from '../random.mjs';
import { readRules } from './program.mjs';

const variables = 5_000;
const objects = 1_500;
const fields = 8;
const statements = { new: 3_000, assign: 4_300, load: 100, store: 100 };

/** @type {import('./program.mjs').Program} */
export const program = {
  rules: readRules('points-to'),
  tabled: ['points_to/2', 'holds/3'],
  facts() {
    const random = randomNumbers(3);
    const below = (most) => Math.floor(random() * most);
    const variable = () => `v${below(variables)}`;
    const field = () => `f${below(fields)}`;
    const made = {
      new: () => [variable(), `o${below(objects)}`],
      assign: () => [variable(), variable()],
      load: () => [variable(), variable(), field()],
      store: () => [variable(), field(), variable()],
    };
    return Object.entries(statements).flatMap(([predicate, count]) => {
      const seen = new Map();
      while (seen.size < count) {
        const args = made[predicate]();
        // How likely it is that the statement is ever reached.
        seen.set(args.join(), { predicate, args, confidence: Number((0.6 + random() * 0.4).toFixed(3)) });
      }
      return [...seen.values()];
    });
  },
  goals: [
    { name: 'of one variable', goal: 'points_to(v4130, O)' },
    { name: 'of all variables', goal: 'points_to(V, O)' },
  ],
};
