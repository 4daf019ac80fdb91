import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { plainText } from './programs/program.mjs';
import { writeNativeScript } from './reasoning-native-prolog.mjs';
import { median } from './timing.mjs';

const script = fileURLToPath(new URL('./reasoning-contender.mjs', import.meta.url));

/**
 * @typedef {object} Measured
 * @property {Map<string, { ms: number, answers: number, evaluator?: string }>} goals by name; those that were reached in time
 * @property {number | null} peakBytes of the process
 */

/**
 * What one contender makes of a program, in a process of its own that is ended after `limitMs`.
 * @param {'ours' | 'lattice' | 'wasm' | 'native' | 'tau'} contender
 * @param {string} name of the program
 * @param {'whole' | 'part'} size
 * @returns {Promise<Measured>}
 */
export async function measure(contender, name, size = 'whole', limitMs = 60_000) {
  if (contender === 'native') return measureNative(name, limitMs);
  const lines = await linesOf(process.execPath, [script, contender, name, size], limitMs);
  const read = lines.map((line) => JSON.parse(line));
  const peak = read.find(({ peakBytes }) => peakBytes !== undefined);
  return {
    goals: new Map(read.filter((line) => line !== peak).map(({ metric, ...rest }) => [metric, rest])),
    peakBytes: peak?.peakBytes ?? null,
  };
}

/** The version of the `swipl` that is installed; undefined without one. */
export function nativeVersion() {
  const { status, stdout } = spawnSync('swipl', ['--version'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

async function measureNative(name, limitMs) {
  const { program } = await import(`./programs/${name}.mjs`);
  const { goals } = program;
  const { path, remove } = writeNativeScript(
    plainText(program, program.facts()),
    goals.map(({ goal }) => goal),
  );
  try {
    const rows = (await linesOf('swipl', ['-q', path], limitMs)).map((line) => line.split('\t'));
    const peak = rows.find(([first]) => first === 'peak');
    const measured = new Map();
    for (const [i, goal] of goals.entries()) {
      const own = rows.filter(([first]) => first === String(i));
      if (own.length === 0) continue;
      measured.set(goal.name, { ms: median(own.map(([, ms]) => Number(ms))), answers: Number(own[0][2]) });
    }
    return { goals: measured, peakBytes: peak === undefined ? null : Number(peak[1]) * 1024 };
  } finally {
    remove();
  }
}

/** Whole lines of what a command writes until it ends, or is ended. @throws when it fails by itself */
async function linesOf(command, args, limitMs) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let [text, complaints, isLate] = ['', '', false];
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  child.stderr.on('data', (chunk) => {
    complaints += chunk;
  });
  const limit = setTimeout(() => {
    isLate = true;
    child.kill('SIGKILL');
  }, limitMs);
  const status = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  clearTimeout(limit);
  if (status !== 0 && !isLate) throw new Error(`${command} ${args.join(' ')}: ${complaints.slice(-2_000)}`);
  return text.split('\n').slice(0, -1);
}
