// Fits the calibration of the shipped model on held-out pairs and writes ../model.json.
//   node calibrate.mjs HELDOUT.tsv
// similarity = 1 / (1 + exp(-(cosine - midpoint) / slope)), by Platt scaling (Platt 1999): logistic regression
// of "belongs together" on the cosine. Each true pair has two false ones: the first text with a random second
// text of the same kind and group, and with the nearest of 64 such texts. True and false weigh the same.
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { cosine, loadModel, modelFile, sha256 } from './model.mjs';

// The weight against the words, in src/retrieval/fusion.ts; `npm run bench -- retrieval --only evaluation` measures it.
const FUSION = 0.4;
const PAIRS_OF_A_KIND = 800;
// Not "description", nor the Jargon File: extract.py keeps their texts as running text under the same heading, so
// those pairs are not wholly unseen. Not "gloss": a single word is no passage.
const KINDS = ['heading', 'definition', 'verse'];
const FALSE_CANDIDATES = 64;

/** A small seeded generator (mulberry32), so that the fit can be repeated. */
function generator(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Newton's method for P(true) = 1 / (1 + exp(-(a c + b))), weighted. */
function logistic(samples) {
  let [a, b] = [10, -3];
  for (let step = 0; step < 50; step++) {
    let [ga, gb, haa, hab, hbb] = [0, 0, 1e-9, 0, 1e-9];
    for (const { value, label, weight } of samples) {
      const p = 1 / (1 + Math.exp(-(a * value + b)));
      const error = weight * (p - label);
      const curve = weight * p * (1 - p);
      ga += error * value;
      gb += error;
      haa += curve * value * value;
      hab += curve * value;
      hbb += curve;
    }
    const determinant = haa * hbb - hab * hab;
    a -= (hbb * ga - hab * gb) / determinant;
    b -= (haa * gb - hab * ga) / determinant;
  }
  return { midpoint: -b / a, slope: 1 / a };
}

const random = generator(7);
const model = await loadModel();
const pools = new Map();
for (const line of readFileSync(process.argv[2], 'utf8').split('\n').filter(Boolean)) {
  const [kind, group, first, second] = line.split('\t');
  if (!KINDS.includes(kind) || group === 'jargon') continue;
  const name = `${kind} ${kind === 'heading' || kind === 'definition' ? '' : group}`;
  pools.set(name, [...(pools.get(name) ?? []), [first, second]]);
}

const samples = [];
for (const [name, pairs] of pools) {
  const chosen = pairs
    .map((pair) => [random(), pair])
    .sort((x, y) => x[0] - y[0])
    .slice(0, PAIRS_OF_A_KIND)
    .map(([, pair]) => pair);
  const first = await model.embed(chosen.map(([text]) => text));
  const second = await model.embed(chosen.map(([, text]) => text));
  const values = { true: [], random: [], hard: [] };
  chosen.forEach(([text, answer], i) => {
    const others = Array.from({ length: FALSE_CANDIDATES }, () =>
      Math.floor(random() * chosen.length),
    ).filter((j) => chosen[j][0] !== text && chosen[j][1] !== answer);
    const scores = others.map((j) => cosine(first[i], second[j]));
    values.true.push(cosine(first[i], second[i]));
    values.random.push(scores[0]);
    values.hard.push(Math.max(...scores));
  });
  for (const value of values.true) samples.push({ value, label: 1, weight: 1 });
  for (const value of [...values.random, ...values.hard]) samples.push({ value, label: 0, weight: 0.5 });
  const middle = (list) => [...list].sort((x, y) => x - y)[list.length >> 1].toFixed(3);
  console.log(
    name.padEnd(24),
    chosen.length,
    'median cosine: true',
    middle(values.true),
    'random',
    middle(values.random),
    'hard',
    middle(values.hard),
  );
}

const { midpoint, slope } = logistic(samples);
const similarity = (c) => 1 / (1 + Math.exp(-(c - midpoint) / slope));
const right = samples.reduce(
  (sum, { value, label, weight }) => sum + (similarity(value) > 0.5 === (label === 1) ? weight : 0),
  0,
);
console.log(
  'midpoint',
  midpoint.toFixed(4),
  'slope',
  slope.toFixed(4),
  'accuracy',
  (right / samples.reduce((sum, { weight }) => sum + weight, 0)).toFixed(3),
);

const passages = [
  'Checkout requests time out while the payment provider answers slowly.',
  'The database ran out of disk space during the nightly backup.',
  'A certificate expired and clients could not connect.',
  'The on-call engineer restarted the search cluster.',
];
const asked = [
  'payment time-out',
  'storage is full',
  'TLS handshake failure',
  'who rebooted the index servers?',
  'holiday calendar',
];
const passageVectors = await model.embed(passages);
for (const [i, vector] of (await model.embed(asked)).entries())
  console.log(
    asked[i].padEnd(32),
    passageVectors
      .map(
        (other) => `${cosine(vector, other).toFixed(2)} -> ${similarity(cosine(vector, other)).toFixed(2)}`,
      )
      .join('   '),
  );

const dimensions = (await model.embed(['size']))[0].length;
const files = ['model.onnx', 'tokenizer.json'];
const facts = {
  name: 'corollary-mini',
  licence: 'Apache-2.0',
  languages: ['en', 'de', 'fr', 'es', 'it', 'pt'],
  dimensions,
  truncatableTo: [256, 128, 64],
  maxTokens: 512,
  pooling: 'mean',
  normalise: true,
  inputs: ['input_ids', 'attention_mask'],
  output: 'token_embeddings',
  sha256: Object.fromEntries(files.map((name) => [name, sha256(name)])),
  bytes: Object.fromEntries(files.map((name) => [name, statSync(modelFile(name)).size])),
  calibration: { midpoint: Number(midpoint.toFixed(4)), slope: Number(slope.toFixed(4)) },
  fusion: { dense: FUSION },
};
writeFileSync(modelFile('model.json'), `${JSON.stringify(facts, null, 2)}\n`);
