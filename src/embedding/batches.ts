/**
 * Texts grouped for the model: indices into `lengths`, shortest first, each group within `budget` when padded to its
 * longest (texts × longest). A text longer than the budget stands alone. Attention costs the square of the length and
 * padding is paid like text, so grouping by length is what makes batches pay.
 * @param lengths in tokens.
 * @param budget in padded tokens.
 */
export function plannedBatches(lengths: readonly number[], budget: number): number[][] {
  const order = lengths.map((_, i) => i).sort((a, b) => lengths[a]! - lengths[b]! || a - b);
  const batches: number[][] = [];
  let batch: number[] = [];
  for (const i of order) {
    if (batch.length > 0 && (batch.length + 1) * lengths[i]! > budget) {
      batches.push(batch);
      batch = [];
    }
    batch.push(i);
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}
