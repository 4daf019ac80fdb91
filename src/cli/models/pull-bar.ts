import { Presets, SingleBar } from 'cli-progress';
import { bytesText } from '../../embedding/tending/bytes-text.js';
import type { PullProgress } from '../../embedding/tending/pull-model.js';
import type { Terminal } from '../command.js';

const LINE_EVERY_MS = 5_000;

/** How far a download is: a bar on a terminal, a line now and then elsewhere. */
export class PullBar {
  /** Of all files, as far as they are there. */
  bytes = 0;
  readonly #terminal: Terminal;
  readonly #title: string;
  #bar: SingleBar | undefined;
  #lastLine = Date.now();

  constructor(terminal: Terminal, title: string) {
    this.#terminal = terminal;
    this.#title = title;
  }

  at({ path, done, total }: PullProgress): void {
    this.bytes = done;
    const note = `${bytesText(done)} of ${bytesText(total)}  ${path}`;
    if (this.#terminal.isInteractive) {
      this.#bar ??= this.#started(total);
      // A size becomes known when its file begins to come.
      this.#bar.setTotal(Math.max(total, 1));
      this.#bar.update(done, { note });
    } else if (Date.now() - this.#lastLine >= LINE_EVERY_MS) {
      this.#lastLine = Date.now();
      this.#terminal.complain(`${this.#title}  ${Math.floor((100 * done) / Math.max(total, 1))} %  ${note}`);
    }
  }

  end(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }

  #started(total: number): SingleBar {
    const format = `${this.#title}  {bar}  {percentage} %  {note}`;
    const bar = new SingleBar({ format, clearOnComplete: true, hideCursor: true }, Presets.shades_classic);
    bar.start(Math.max(total, 1), 0, { note: '' });
    return bar;
  }
}
