/** Milliseconds that `work` takes. */
export async function milliseconds(work) {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** The median of the milliseconds of `times` runs of `work`, after two that do not count. */
export async function medianMilliseconds(times, work) {
  for (let i = 0; i < 2; i++) await work(i);
  const taken = [];
  for (let i = 0; i < times; i++) taken.push(await milliseconds(() => work(i)));
  return median(taken);
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** The median of as many runs of `work` as fit into the time; at least one, at most nine. */
export async function steadyMilliseconds(work, timeMs = 2_000) {
  const taken = [];
  for (let sum = 0; taken.length === 0 || (sum < timeMs && taken.length < 9); sum += taken.at(-1)) {
    taken.push(await milliseconds(work));
  }
  return median(taken);
}
