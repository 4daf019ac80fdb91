import type { Embedder } from '../embedder.js';
import { type OpenEmbedderOptions, openEmbedder } from '../open-embedder.js';

export interface BenchResult {
  /** Until the first text has its vector. */
  readonly loadMs: number;
  readonly textsPerSecond: { readonly short: number; readonly long: number; readonly mixed: number };
  /** One query at a time, of about eight words that were not asked before. */
  readonly queryMs: { readonly p50: number; readonly p95: number; readonly count: number };
  /** Resident bytes of this process, before it opened the model and in the end. */
  readonly memory: { readonly before: number; readonly after: number };
}

/** Words of a text of each kind; mixed lengths are log-normal, as those of people's texts are. */
const wordsOf = {
  short: () => 8,
  long: () => 250,
  mixed: (random: () => number) => Math.max(3, Math.min(400, Math.round(Math.exp(3 + 0.9 * normal(random))))),
};

/**
 * Measures a model for about four times `seconds`.
 * @throws CorollaryError as opening and embedding do; CANCELLED
 */
export async function benchModel(
  name: string,
  options: OpenEmbedderOptions,
  { seconds, signal }: { readonly seconds: number; readonly signal: AbortSignal },
): Promise<BenchResult> {
  const before = process.memoryUsage().rss;
  const began = performance.now();
  await using embedder = await openEmbedder(name, options);
  const random = randomNumbers(1);
  await embedder.embed([textOf(8, random)], 'query', { signal });
  const loadMs = performance.now() - began;
  const queryMs = await latency(embedder, random, seconds, signal);
  const short = await throughput(embedder, 'short', random, seconds, signal);
  const long = await throughput(embedder, 'long', random, seconds, signal);
  const mixed = await throughput(embedder, 'mixed', random, seconds, signal);
  return {
    loadMs,
    textsPerSecond: { short, long, mixed },
    queryMs,
    memory: { before, after: process.memoryUsage().rss },
  };
}

async function latency(
  embedder: Embedder,
  random: () => number,
  seconds: number,
  signal: AbortSignal,
): Promise<BenchResult['queryMs']> {
  const times: number[] = [];
  const until = performance.now() + seconds * 1_000;
  do {
    const text = textOf(8, random);
    const began = performance.now();
    await embedder.embed([text], 'query', { signal });
    times.push(performance.now() - began);
  } while (performance.now() < until && times.length < 10_000);
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(share * times.length))]!;
  return { p50: at(0.5), p95: at(0.95), count: times.length };
}

/** Texts a second, with as many on their way as the model works on at once. */
async function throughput(
  embedder: Embedder,
  kind: keyof typeof wordsOf,
  random: () => number,
  seconds: number,
  signal: AbortSignal,
): Promise<number> {
  let count = 0;
  let size = 4;
  const began = performance.now();
  const elapsed = () => (performance.now() - began) / 1_000;
  do {
    const texts = Array.from({ length: size }, () => textOf(wordsOf[kind](random), random));
    await embedder.embed(texts, 'passage', { bulk: true, signal });
    count += size;
    // A round of about a quarter of the time.
    size = Math.max(4, Math.min(1_024, Math.ceil(((count / elapsed()) * seconds) / 4)));
  } while (elapsed() < seconds);
  return count / elapsed();
}

/** Words of one to four syllables, so that a tokenizer has something to do. */
function textOf(words: number, random: () => number): string {
  const syllables = [
    'pay',
    'ment',
    'time',
    'out',
    'ser',
    'vice',
    'er',
    'ror',
    'log',
    'in',
    're',
    'turn',
    'ed',
    'card',
  ];
  const word = () =>
    Array.from(
      { length: 1 + Math.floor(4 * random()) },
      () => syllables[Math.floor(random() * syllables.length)],
    ).join('');
  return Array.from({ length: words }, word).join(' ');
}

/** Box and Muller 1958. */
const normal = (random: () => number) =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Uniform in [0, 1), from a seed: the mulberry32 generator. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
