import { Presets, SingleBar } from 'cli-progress';
import type { Terminal } from './command.js';

/** How far a long work is: a bar on a terminal, a line now and then elsewhere. */
export class Progress {
  readonly #terminal: Terminal;
  readonly #title: string;
  readonly #total: number;
  readonly #bar: SingleBar | undefined;
  #lastLine = Date.now();

  /** @param total of whatever `at` counts */
  constructor(terminal: Terminal, title: string, total: number) {
    this.#terminal = terminal;
    this.#title = title;
    this.#total = Math.max(total, 1);
    if (!terminal.isInteractive) return;
    const format = `${title}  {bar}  {percentage} %  {note}`;
    this.#bar = new SingleBar({ format, clearOnComplete: true, hideCursor: true }, Presets.shades_classic);
    this.#bar.start(this.#total, 0, { note: '' });
  }

  at(done: number, note: string): void {
    this.#bar?.update(Math.min(done, this.#total), { note });
    if (this.#bar || Date.now() - this.#lastLine < LINE_EVERY_MS) return;
    this.#lastLine = Date.now();
    this.#terminal.complain(`${this.#title}  ${Math.floor((100 * done) / this.#total)} %  ${note}`);
  }

  /** A line above the bar. */
  complain(line: string): void {
    // Back to the bar's first column, and away with it; it is drawn again at its next update.
    this.#terminal.complain(this.#bar === undefined ? line : `\r\u001b[K${line}`);
  }

  end(): void {
    this.#bar?.stop();
  }
}

const LINE_EVERY_MS = 5_000;
