#!/usr/bin/env node
// Compiles src/ when it is newer than dist/, then runs dist/cli/main.js in this very process, so that signals reach
// it. An installed package has no src/tsconfig.json and is just run.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const project = join(root, 'src/tsconfig.json');
const stamp = join(root, 'dist/.compiled');

if (Number(process.versions.node.split('.')[0]) < 20) {
  console.error(`corollary needs Node 20 or later; this is ${process.version}`);
  process.exit(1);
}
if (existsSync(project) && isStale()) compile();
await import('../../dist/cli/main.js');

function isStale() {
  if (!existsSync(stamp) || !existsSync(join(root, 'dist/cli/main.js'))) return true;
  const compiled = statSync(stamp).mtimeMs;
  return readdirSync(dirname(project), { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.ts') || name.endsWith('tsconfig.json'))
    .some((name) => statSync(join(root, 'src', name)).mtimeMs > compiled);
}

function compile() {
  const began = new Date();
  console.error('compiling src/ …');
  const typescript = createRequire(import.meta.url).resolve('typescript/package.json');
  const tsc = join(dirname(typescript), 'bin/tsc');
  const { status } = spawnSync(process.execPath, [tsc, '-p', project], { stdio: ['ignore', 2, 2] });
  if (status !== 0) {
    console.error('src/ does not compile: nothing was started');
    process.exit(1);
  }
  writeFileSync(stamp, '');
  // What is saved while the compiler runs is compiled the next time.
  utimesSync(stamp, began, began);
}
