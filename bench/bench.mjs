#!/usr/bin/env node
// Runs the benches of this folder, or those that are named, one after the other. See README.md.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

/**
 * @typedef {object} Figure
 * @property {string} metric
 * @property {number} value
 * @property {string} unit
 * @property {number | null} [baseline] the same measure of something simpler, taken in the same run
 *
 * @typedef {object} BenchContext
 * @property {(figure: Figure) => void} report writes one line to standard output
 * @property {(text: string) => void} progress writes one line to standard error
 * @property {Record<string, string | undefined>} options those of the command line
 */

const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('..', import.meta.url));
const ending = '.bench.mjs';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { data: { type: 'string' }, only: { type: 'string' } },
});
const known = readdirSync(here)
  .filter((name) => name.endsWith(ending))
  .map((name) => name.slice(0, -ending.length));
const unknown = positionals.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}; there are ${known.join(', ')}.`);
  process.exit(2);
}

const progress = (text) => console.error(text);
progress('Compiling src and bench/graphs to dist');
for (const project of ['src', 'bench']) {
  const compiled = spawnSync(process.execPath, [`${root}node_modules/typescript/bin/tsc`, '-p', project], {
    cwd: root,
    // Standard output is for figures alone.
    stdio: ['ignore', process.stderr, process.stderr],
  });
  if (compiled.status !== 0) progress(`Not all of ${project} compiles; what was emitted is measured.`);
}

for (const bench of positionals.length > 0 ? positionals : known) {
  progress(`--- ${bench}`);
  const began = performance.now();
  const report = ({ metric, value, unit, baseline = null }) => {
    const ratio = baseline === null ? null : rounded(value / baseline);
    const figure = {
      bench,
      metric,
      value: rounded(value),
      unit,
      baseline: baseline && rounded(baseline),
      ratio,
    };
    process.stdout.write(`${JSON.stringify(figure)}\n`);
  };
  try {
    const { run } = await import(pathToFileURL(`${here}${bench}${ending}`).href);
    await run({ report, progress, options });
  } catch (error) {
    progress(`${bench} failed: ${error.stack}`);
    process.exitCode = 1;
  }
  progress(`${bench}: ${((performance.now() - began) / 1000).toFixed(1)} s`);
}

/** To four significant digits. */
function rounded(value) {
  return Number(value.toPrecision(4));
}
