import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { underWay } from '../../src/reembedding/job-rows.js';
import type { Job } from '../../src/reembedding/reembedding.js';

const program = fileURLToPath(new URL('./server-child.mjs', import.meta.url));

interface Reply {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

/** A server in a process of its own, that can be killed. */
export class ServerProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  #errors = '';
  #asked = 0;

  private constructor(settings: Readonly<Record<string, string>>) {
    this.#child = spawn(process.execPath, [program], {
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        REASONER_WORKERS: '1',
        SAMPLE_DATA: 'off',
        LOG_LEVEL: 'error',
        ...settings,
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child.stderr!.setEncoding('utf8').on('data', (text) => {
      this.#errors += text;
    });
    this.#child.setMaxListeners(0);
    this.#child.stdin!.on('error', () => undefined);
    createInterface({ input: this.#child.stdout! }).on('line', (line) => {
      if (!line.startsWith('{"id"')) return;
      const reply = JSON.parse(line) as Reply;
      this.#waiting.get(reply.id)?.(reply);
    });
    onTestFinished(() => void this.#child.kill('SIGKILL'));
  }

  /** @throws what it printed, when it ends before it has started */
  static async start(settings: Readonly<Record<string, string>>): Promise<ServerProcess> {
    const server = new ServerProcess(settings);
    await server.#reply(0);
    return server;
  }

  async call<T>(path: string, ...args: unknown[]): Promise<T> {
    const id = ++this.#asked;
    const reply = this.#reply(id);
    this.#child.stdin!.write(`${JSON.stringify({ id, path, args })}\n`);
    return (await reply) as T;
  }

  /** The job as it ended. */
  async ended(id: number): Promise<Job> {
    for (;;) {
      const job = await this.call<Job>('reembedding.job', id);
      if (!underWay.includes(job.state)) return job;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async kill(): Promise<void> {
    const ended = once(this.#child, 'close');
    this.#child.kill('SIGKILL');
    await ended;
  }

  async stop(): Promise<void> {
    await this.call('stop');
    await this.kill();
  }

  #reply(id: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#child.once('close', () => reject(new Error(`The server has ended.\n${this.#errors}`)));
      this.#waiting.set(id, ({ result, error }) => {
        this.#waiting.delete(id);
        if (error === undefined) resolve(result);
        else reject(new Error(error));
      });
    });
  }
}
