import { compare, compareWithTau } from './reasoning-comparison.mjs';
import { deterministic } from './reasoning-deterministic.mjs';
import { firstPage } from './reasoning-first-page.mjs';
import { latency } from './reasoning-latency.mjs';
import { lookUp } from './reasoning-not-resident.mjs';
import { readyFromDatabase } from './reasoning-ready.mjs';

const parts = {
  closure: (context) => compare('closure', context),
  'same-generation': async (context) => {
    await compare('same-generation', context);
    await compareWithTau('same-generation', context);
  },
  'points-to': (context) => compare('points-to', context),
  university: async (context) => {
    await compare('university', context);
    await compareWithTau('university', context);
  },
  'first-page': firstPage,
  deterministic,
  latency,
  ready: readyFromDatabase,
  'not-resident': lookUp,
};

/** The reasoner, with scores and proofs, against Prolog without either; `--only closure,latency` for parts of it. */
export async function run({ report, progress, options }) {
  const wanted = options.only?.split(',') ?? Object.keys(parts);
  const unknown = wanted.filter((part) => !Object.hasOwn(parts, part));
  if (unknown.length > 0) {
    throw new Error(`there is no part ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}`);
  }
  for (const part of wanted) {
    progress(`reasoning: ${part}`);
    await parts[part]({ report, progress, options });
  }
}
