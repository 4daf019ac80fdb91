import { readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';

/**
 * How many physical cores this process may use. Matrix products fill a core's arithmetic units, so a second thread
 * on the same core only gets in the way.
 */
export function physicalCores(): number {
  return Math.max(1, Math.min(availableParallelism(), coresOfLinux() ?? coresByCount()));
}

function coresOfLinux(): number | undefined {
  let text: string;
  try {
    text = readFileSync('/proc/cpuinfo', 'utf8');
  } catch {
    return undefined;
  }
  const cores = new Set<string>();
  for (const block of text.split('\n\n')) {
    const core = /^core id\s*:\s*(\d+)/m.exec(block)?.[1];
    if (core !== undefined) cores.add(`${/^physical id\s*:\s*(\d+)/m.exec(block)?.[1]}/${core}`);
  }
  return cores.size === 0 ? undefined : cores.size;
}

/** Without /proc: x64 machines mostly run two threads a core, arm64 ones one. */
function coresByCount(): number {
  return process.arch === 'x64' ? Math.ceil(cpus().length / 2) : cpus().length;
}
