import { randomNumbers } from '../random.mjs';
import { readRules } from './program.mjs';

/** How many people each generation has, the oldest first. */
const generations = [20, 40, 60, 100, 160];

/** @type {import('./program.mjs').Program} */
export const program = {
  rules: readRules('same-generation'),
  tabled: ['sg/2'],
  facts: () => families(generations),
  goals: [
    { name: 'of one person', goal: 'sg(p4_0, Y)' },
    { name: 'all pairs', goal: 'sg(X, Y)' },
  ],
  part: {
    facts: () => families([4, 6, 8, 10]),
    // Untabled, there are as many answers as proofs: they are made one by sorting.
    goals: [{ name: 'of one person, 28 people in all', goal: 'sg(p3_0, Y)' }],
  },
};

/** Everybody has two parents in the generation before. */
function families(sizes) {
  const random = randomNumbers(2);
  const facts = [];
  for (const [generation, size] of sizes.entries()) {
    for (let i = 0; i < size; i++) {
      const child = `p${generation}_${i}`;
      facts.push({ predicate: 'person', args: [child], confidence: 1 });
      if (generation === 0) continue;
      const before = sizes[generation - 1];
      const mother = Math.floor(random() * before);
      const father = (mother + 1 + Math.floor(random() * (before - 1))) % before;
      for (const parent of [mother, father]) {
        facts.push({
          predicate: 'parent',
          args: [child, `p${generation - 1}_${parent}`],
          confidence: Number((0.7 + random() * 0.3).toFixed(3)),
        });
      }
    }
  }
  return facts;
}
