import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Embedder } from '../../src/embedding/embedder.js';
import { openEmbedder } from '../../src/embedding/open-embedder.js';
import {
  bundledModel,
  onnxEntryOf,
  readRegistry,
  shippedModelsDirectory,
} from '../../src/embedding/registry.js';

const sts = resolve(fileURLToPath(new URL('../../../shared/data/sts/sts-dev.csv', import.meta.url)));
if (!existsSync(sts)) console.warn(`Skipped: semantic textual similarity, whose data is not at ${sts}.`);

let embedder: Embedder;
beforeAll(async () => {
  embedder = await openEmbedder(bundledModel);
});
afterAll(() => embedder?.stop());

const cosine = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);

describe('the bundled model', () => {
  it('is registered as its own card describes it', async () => {
    const card = JSON.parse(await readFile(join(shippedModelsDirectory, 'bundled/model.json'), 'utf8'));
    const entry = onnxEntryOf(await readRegistry(), bundledModel);
    expect(entry).toMatchObject({
      name: card.name,
      licence: card.licence,
      languages: card.languages,
      dimensions: card.dimensions,
      maxTokens: card.maxTokens,
      pooling: card.pooling,
      normalise: card.normalise,
      calibration: card.calibration,
      fusion: card.fusion,
    });
    expect([entry.graph.inputs.ids, entry.graph.inputs.mask, entry.graph.output]).toEqual([
      ...card.inputs,
      card.output,
    ]);
  });

  it.each([
    [
      'like a payment time-out',
      'Card payments failed because the payment gateway did not answer within its timeout.',
      [
        'The search index was rebuilt with the wrong language settings.',
        'A certificate expired and mobile clients could not log in.',
        'Disk space ran out on the image server.',
        'Emails to customers were sent twice after a retry.',
        'The warehouse printer stopped and parcels were not labelled.',
      ],
    ],
    [
      'a doctor for children',
      'A pediatrician is a physician who treats infants and young patients.',
      [
        'A carpenter builds furniture out of wood.',
        'The lawyer defended her client in court.',
        'The pilot landed the plane in heavy fog.',
        'A chef prepares meals in a restaurant.',
        'The painter mixed blue and yellow.',
      ],
    ],
  ])('puts a sentence of the same meaning nearer to %j than five others', async (query, match, others) => {
    const [asked] = await embedder.embed([query], 'query');
    const [near, ...far] = await embedder.embed([match, ...others], 'passage');
    const best = cosine(asked!.dense, near!.dense);
    for (const [i, other] of far.entries())
      expect(best, others[i]).toBeGreaterThan(cosine(asked!.dense, other.dense));
    expect(embedder.similarityOf(best)).toBeGreaterThan(0.5);
  });

  it('gives a text the same vector alone and among others, whatever their length', async () => {
    const texts = [
      'payment time-out',
      'the quick brown fox '.repeat(20),
      'a',
      'orders and refunds of customers',
    ];
    const together = await embedder.embed(texts, 'passage');
    for (const [i, text] of texts.entries()) {
      const [alone] = await embedder.embed([text], 'passage', { bulk: true });
      expect(Math.abs(cosine(alone!.dense, together[i]!.dense) - 1)).toBeLessThan(1e-5);
    }
  });

  it('gives zeros, not nonsense, for a text that it knows nothing of', async () => {
    const answers = await embedder.embed(['', '  ', '🦙🦙🦙'], 'query');
    for (const { dense } of answers) expect(dense.every((x) => x === 0)).toBe(true);
  });

  it.skipIf(!existsSync(sts))('agrees with people about the similarity of sentences', async () => {
    const rows = readFileSync(sts, 'utf8')
      .split('\n')
      .map((line) => line.split('\t'))
      .filter((columns) => columns.length >= 7);
    expect(rows).toHaveLength(1500);
    const first = await embedder.embed(
      rows.map((row) => row[5]!),
      'passage',
      { bulk: true },
    );
    const second = await embedder.embed(
      rows.map((row) => row[6]!),
      'passage',
      { bulk: true },
    );
    const cosines = rows.map((_, i) => cosine(first[i]!.dense, second[i]!.dense));
    expect(
      spearman(
        cosines,
        rows.map((row) => Number(row[4])),
      ),
    ).toBeGreaterThan(0.74);
  });
});

/** Spearman's rank correlation: Pearson's of the ranks, ties at their mean rank. */
function spearman(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [ranks(a), ranks(b)];
  const mean = (x.length - 1) / 2;
  const covariance = x.reduce((sum, rank, i) => sum + (rank - mean) * (y[i]! - mean), 0);
  const deviation = (values: readonly number[]) =>
    Math.sqrt(values.reduce((sum, rank) => sum + (rank - mean) ** 2, 0));
  return covariance / (deviation(x) * deviation(y));
}

function ranks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((i, j) => values[i]! - values[j]!);
  const result = new Array<number>(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    for (const i of order.slice(start, end)) result[i] = (start + end - 1) / 2;
    start = end;
  }
  return result;
}
