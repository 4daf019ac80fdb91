import type { EmbeddedText } from './embedder.js';
import type { TextForm } from './engine.js';

/** One text that somebody waits for; several may. */
export interface WaitingText {
  readonly text: string;
  readonly form: TextForm;
  readonly result: Promise<EmbeddedText>;
  readonly resolve: (embedded: EmbeddedText) => void;
  readonly reject: (error: Error) => void;
  askers: number;
}

export interface LineLimits {
  /** Texts that may wait; more are refused. */
  readonly waiting: number;
  /** Texts, and their characters, that go to the worker in one message. */
  readonly texts: number;
  readonly characters: number;
  /** Messages that the worker has at a time. */
  readonly messages: number;
}

/** Texts on their way to the worker, first come first served. A text that several ask for stands in it once. */
export class WaitingLine {
  readonly limits: LineLimits;
  /** Messages that are with the worker. */
  messages = 0;
  #waiting: WaitingText[] = [];
  /** Waiting or with the worker. */
  readonly #unanswered = new Map<string, WaitingText>();

  constructor(limits: LineLimits) {
    this.limits = limits;
  }

  /** A single request may be larger than the limit: it is refused only where others wait already. */
  hasRoomFor(more: number): boolean {
    return this.#waiting.length === 0 || this.#waiting.length + more <= this.limits.waiting;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** The text that is waited for already, or a new one at the end of the line. */
  join(text: string, form: TextForm): WaitingText {
    const key = keyOf(text, form);
    let entry = this.#unanswered.get(key);
    if (entry === undefined) {
      entry = newEntry(text, form);
      this.#unanswered.set(key, entry);
      this.#waiting.push(entry);
    }
    entry.askers++;
    return entry;
  }

  /** Their asker does not wait any more; texts that nobody waits for leave the line. */
  leave(entries: Iterable<WaitingText>): void {
    for (const entry of entries) entry.askers--;
    const gone = new Set(this.#waiting.filter(({ askers }) => askers === 0));
    this.#waiting = this.#waiting.filter((entry) => !gone.has(entry));
    for (const { text, form } of gone) this.#unanswered.delete(keyOf(text, form));
  }

  /** The next message's texts: all of one form, within the limits, at least one. Empty when the worker has enough. */
  next(): WaitingText[] {
    const first = this.#waiting[0];
    if (first === undefined || this.messages >= this.limits.messages) return [];
    const wanted = formKey(first.form);
    let count = 0;
    let characters = 0;
    for (const { text, form } of this.#waiting) {
      characters += text.length;
      if (
        formKey(form) !== wanted ||
        count === this.limits.texts ||
        (count > 0 && characters > this.limits.characters)
      )
        break;
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  answered({ text, form }: WaitingText): void {
    this.#unanswered.delete(keyOf(text, form));
  }

  /** Everything that waits, which leaves the line. */
  empty(): WaitingText[] {
    const all = this.#waiting;
    this.#waiting = [];
    for (const entry of all) this.answered(entry);
    return all;
  }
}

function newEntry(text: string, form: TextForm): WaitingText {
  let resolve!: WaitingText['resolve'];
  let reject!: WaitingText['reject'];
  const result = new Promise<EmbeddedText>((...settle) => {
    [resolve, reject] = settle;
  });
  // Every asker may have left by the time that it fails.
  result.catch(() => {});
  return { text, form, result, resolve, reject, askers: 0 };
}

/** The same for the same form. */
export const formKey = ({ as, also, long }: TextForm) => `${as},${also.join('+')},${long}`;

const keyOf = (text: string, form: TextForm) => `${formKey(form)} ${text}`;
