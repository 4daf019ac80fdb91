import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface Ran {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export class RunningCommand {
  out = '';
  err = '';
  readonly ended: Promise<Ran>;
  readonly #child: ChildProcess;

  constructor(args: readonly string[], settings: Readonly<Record<string, string>>) {
    const environment = {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      REASONER_WORKERS: '1',
      ...settings,
    };
    this.#child = spawn(process.execPath, [main, ...args], {
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout!.setEncoding('utf8').on('data', (text) => {
      this.out += text;
    });
    this.#child.stderr!.setEncoding('utf8').on('data', (text) => {
      this.err += text;
    });
    // Also of a test that fails, nothing lives on.
    onTestFinished(() => this.kill('SIGKILL'));
    this.ended = new Promise((resolve) => {
      this.#child.once('close', (code) => resolve({ code, out: this.out, err: this.err }));
    });
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Resolves when what it printed matches. @throws when it ends before */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.out);
      if (match) return match;
      const ended = await Promise.race([this.ended, sleep(50, undefined)]);
      if (ended && !pattern.test(this.out)) {
        throw new Error(`ended with ${ended.code} before it printed ${pattern}:\n${ended.out}\n${ended.err}`);
      }
    }
  }
}

/** A command of Corollary in a process of its own, as a person would run it. */
export function runCommand(
  args: readonly string[],
  settings: Readonly<Record<string, string>>,
): Promise<Ran> {
  return new RunningCommand(args, settings).ended;
}

/** `start` on a free port. @returns it, and where it serves */
export async function startServer(
  settings: Readonly<Record<string, string>>,
): Promise<{ server: RunningCommand; url: string }> {
  const server = new RunningCommand(['start'], { PORT: '0', ...settings });
  const [, url] = await server.printed(/GraphQL +(http:\S+)\/graphql\n[\s\S]*\n\n/);
  return { server, url: url! };
}
