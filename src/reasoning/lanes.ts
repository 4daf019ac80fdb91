import { LRUCache } from 'lru-cache';
import { CorollaryError } from '../errors.js';
import { factsPrefix } from './program.js';
import { ReasonerWorker } from './reasoner-worker.js';

/** Goals that may wait for a thread before more are refused. */
const MOST_WAITING = 1_000;
/** A goal that has run for so many times as long as goals do is a long one, and gives its place to others that wait. */
const LONG_TIMES = 10;
/** But never after less than this, nor only after more. */
const LONG_MS = { least: 20, most: 1_000 };
/** Kinds of goals whose length is remembered. */
const MOST_KINDS = 1_000;
/** Goals that are expected to run for so long take no place that short ones might want. */
const SURELY_LONG_MS = 1_000;
/** A goal that was put off is expected to run so many times as long as the one of its kind before. */
const PUT_OFF_TIMES = 10;
/** A long goal that has waited for so long comes before those that are expected to be shorter. */
const PATIENCE_MS = 10_000;
/** How much the latest goal counts in the running mean. */
const LATEST = 0.05;
/** Long goals that may wait for their turn. */
const MOST_LONG_WAITING = 100;
/** How long a thread beyond `workers` waits for the next goal. */
const SPARE_MS = 10_000;

/** What one goal does with its thread. */
export interface Work<Prepared, Result> {
  readonly knowledgeBase: number;
  /** Goals of one kind are expected to take equally long. */
  readonly kind: string;
  readonly signal: AbortSignal | undefined;
  /** What has to be brought to the thread; a goal is not long for it. */
  prepare(worker: ReasonerWorker): Promise<Prepared>;
  /** May be aborted, and begun again in another thread. */
  evaluate(worker: ReasonerWorker, prepared: Prepared, signal: AbortSignal): Promise<Result>;
}

/** A goal in the queue; `take` gets undefined when no thread will come any more. */
interface Waiting {
  readonly knowledgeBase: number;
  readonly expectedMs: number;
  /** By `performance.now()`. */
  readonly since: number;
  readonly take: (worker: ReasonerWorker | undefined, lane: Lane) => void;
}

type Lane = 'short' | 'long';

/** A goal in its thread. */
interface Turn {
  readonly worker: ReasonerWorker;
  lane: Lane;
  /** A long one in a place of the others, in which long ones take turns. */
  readonly isGuest: boolean;
  /** One of its kind ran long the last time. */
  readonly mayBeLong: boolean;
  /** It is a long one, and there was no room in the long lane. */
  isOverdue: boolean;
  /** Aborted when it has to give way, to begin again in the long lane. */
  readonly putOff: AbortController;
}

/**
 * Threads that take goals, one each at a time, first come first served. A goal that runs long moves to a lane of its own,
 * beside the `workers` places of the others. Where that lane is full it goes on as long as nobody waits and another place
 * is free; then it is put off, and begins again when the lane has room, those that are expected to be done soon first. A
 * goal of a kind that ran on for very long the last time begins there. So goals that never end hold up no short ones. A feedback queue
 * (Corbató 1962) whose levels are remembered by kind, since a goal can't be interrupted and go on later.
 */
export class Lanes {
  readonly #workers = new Set<ReasonerWorker>();
  readonly #idle = new Set<ReasonerWorker>();
  readonly #turns = new Set<Turn>();
  readonly #waiting: { readonly [lane in Lane]: Waiting[] } = { short: [], long: [] };
  /** Milliseconds, by kind, of those that ran long the last time: at least, where they were not let run to their end. */
  readonly #longKinds = new LRUCache<string, number>({ max: MOST_KINDS });
  #stopped = false;
  /** Running mean of the time that goals take which are not long. */
  #typicalMs = 10;
  /** Threads that open their Prolog before they get a goal. */
  #warming = 0;
  #spare: NodeJS.Timeout | undefined;

  constructor(
    readonly reasoner: 'swi' | 'tau',
    /** Places for goals that are not long; threads are started when they are wanted. */
    readonly workers: number,
  ) {}

  /** Starts the first thread and waits for it, but not for its Prolog, which is opened meanwhile. */
  async warmUp(): Promise<void> {
    const worker = this.#start();
    this.#warm(worker);
    await worker.ready();
  }

  /**
   * @throws CorollaryError OVERLOADED, CANCELLED
   * @throws what the work throws
   */
  async run<Prepared, Result>(work: Work<Prepared, Result>): Promise<Result> {
    const { signal, kind } = work;
    for (let lane = this.#firstLane(kind); ; lane = 'long') {
      const turn = await this.#acquire(work, lane);
      const { worker, putOff } = turn;
      let long: NodeJS.Timeout | undefined;
      let began = Number.POSITIVE_INFINITY;
      try {
        const prepared = await work.prepare(worker);
        began = performance.now();
        if (turn.lane === 'short') long = setTimeout(() => this.#runsLong(turn), this.#turnMs(turn, kind));
        const either = signal === undefined ? putOff.signal : AbortSignal.any([signal, putOff.signal]);
        const result = await work.evaluate(worker, prepared, either);
        const ms = performance.now() - began;
        if (turn.lane === 'short') this.#typicalMs += LATEST * (ms - this.#typicalMs);
        if (ms < this.#longMs) this.#longKinds.delete(kind);
        else this.#longKinds.set(kind, ms);
        return result;
      } catch (error) {
        const isPutOff = putOff.signal.aborted && !signal?.aborted && !this.#stopped;
        const atLeast = Math.max(
          performance.now() - began,
          isPutOff ? PUT_OFF_TIMES * this.#expectedMs(kind) : 0,
        );
        if (isPutOff || atLeast >= this.#longMs) this.#longKinds.set(kind, Math.max(LONG_MS.least, atLeast));
        if (!isPutOff) throw error;
      } finally {
        clearTimeout(long);
        this.#release(turn);
      }
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#spare);
    for (const queue of [this.#waiting.short, this.#waiting.long]) {
      for (const waiting of queue.splice(0)) waiting.take(undefined, 'short');
    }
    await Promise.all([...this.#workers].map((worker) => worker.stop()));
  }

  /** Of a goal that is not known to be long: 0. */
  #expectedMs(kind: string): number {
    return this.#longKinds.get(kind) ?? 0;
  }

  #firstLane(kind: string): Lane {
    return this.#expectedMs(kind) < SURELY_LONG_MS ? 'short' : 'long';
  }

  /** How long a goal may run among the short ones; one that was put off twice as long as the last of its kind. */
  #turnMs({ isGuest }: Turn, kind: string): number {
    return isGuest ? Math.max(this.#longMs, 2 * this.#expectedMs(kind)) : this.#longMs;
  }

  async #acquire({ knowledgeBase, kind, signal }: Work<unknown, unknown>, lane: Lane): Promise<Turn> {
    if (this.#stopped) throw stopping();
    const expectedMs = this.#expectedMs(kind);
    const queue = this.#waiting[lane];
    const most = lane === 'short' ? MOST_WAITING : MOST_LONG_WAITING;
    if (queue.length >= most) {
      throw new CorollaryError('OVERLOADED', `${most} ${lane} goals are waiting already; try again later`);
    }
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        knowledgeBase,
        expectedMs,
        since: performance.now(),
        take: (taken, place) => {
          signal?.removeEventListener('abort', onAbort);
          if (taken === undefined) reject(stopping());
          else resolve(this.#begin(taken, place, { isGuest: place !== lane, mayBeLong: expectedMs > 0 }));
        },
      };
      const onAbort = () => {
        const at = queue.indexOf(waiting);
        if (at >= 0) queue.splice(at, 1);
        reject(new CorollaryError('CANCELLED', 'the request was cancelled'));
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      queue.push(waiting);
      if (signal?.aborted) onAbort();
      else this.#serve();
    });
  }

  #begin(worker: ReasonerWorker, lane: Lane, of: Pick<Turn, 'isGuest' | 'mayBeLong'>): Turn {
    const turn = { worker, lane, ...of, isOverdue: of.isGuest, putOff: new AbortController() };
    this.#turns.add(turn);
    return turn;
  }

  /**
   * An idle thread that holds the knowledge base, else one that is idle or new; undefined when the lane is full, or when a
   * new thread has to open its Prolog first.
   */
  #choose(knowledgeBase: number, lane: Lane): ReasonerWorker | undefined {
    if (this.#running(lane) >= this.#places(lane)) return undefined;
    const prefix = factsPrefix(knowledgeBase);
    const idle = [...this.#idle];
    const known = idle.find(({ held }) => held.has(prefix)) ?? idle.find(({ held }) => held.size === 0);
    const worker = known ?? (this.#mayStart() ? this.#startAnother() : idle[0]);
    if (worker !== undefined) this.#idle.delete(worker);
    return worker;
  }

  /** The first goal does not wait until a thread's Prolog is open: it may not need it. */
  #startAnother(): ReasonerWorker | undefined {
    if (this.#warming === this.#workers.size) return this.#start();
    this.#warm(this.#start());
    return undefined;
  }

  #running(lane: Lane): number {
    let running = 0;
    for (const turn of this.#turns) if (turn.lane === lane) running += 1;
    return running;
  }

  #places(lane: Lane): number {
    return lane === 'short' ? this.workers : Math.max(1, Math.floor(this.workers / 2));
  }

  get #mostThreads(): number {
    return this.#places('short') + this.#places('long');
  }

  get #longMs(): number {
    return Math.min(LONG_MS.most, Math.max(LONG_MS.least, LONG_TIMES * this.#typicalMs));
  }

  /** New threads are for more goals at a time; a thread that is being warmed up will do as well. */
  #mayStart(): boolean {
    return this.#workers.size < Math.min(this.#mostThreads, this.#turns.size + this.#warming + 1);
  }

  #start(): ReasonerWorker {
    const worker = new ReasonerWorker(this.reasoner);
    this.#workers.add(worker);
    return worker;
  }

  #runsLong(turn: Turn): void {
    if (turn.lane === 'long') return;
    turn.isOverdue = true;
    this.#serve();
    if (
      turn.isGuest &&
      turn.isOverdue &&
      this.#waiting.long.some(({ expectedMs }) => expectedMs < SURELY_LONG_MS)
    ) {
      turn.isOverdue = false;
      turn.putOff.abort();
    }
  }

  #release(turn: Turn): void {
    const { worker } = turn;
    this.#turns.delete(turn);
    worker.makeWay(false);
    if (worker.ended) {
      this.#workers.delete(worker);
      // Whoever comes next shall not wait for it.
      if (!this.#stopped && this.#workers.size < this.#mostThreads) this.#warm(this.#start());
    } else this.#idle.add(worker);
    this.#serve();
    this.#spare ??= setTimeout(() => void this.#stopSpare(), SPARE_MS).unref();
  }

  /** Opens the thread's Prolog before it gets a goal. Where it can't be opened goals will find out why. */
  #warm(worker: ReasonerWorker): void {
    this.#warming += 1;
    const done = () => {
      this.#warming -= 1;
      if (worker.ended) this.#workers.delete(worker);
      else this.#idle.add(worker);
      this.#serve();
    };
    worker.run<'warm'>({ kind: 'warm' }).then(done, done);
  }

  /** Gives threads to goals that wait, as far as there may be, and long goals their lane. */
  #serve(): void {
    if (this.#stopped) return;
    this.#serveLong('long');
    for (const turn of this.#turns) {
      if (turn.isOverdue && this.#running('long') < this.#places('long')) {
        turn.lane = 'long';
        turn.isOverdue = false;
      }
    }
    this.#serveShort();
    this.#makeRoom();
    if (this.#running('short') + 2 <= this.#places('short')) this.#serveLong('short');
    this.#shareProcessors();
  }

  /** Goals that are long rest now and then while others run that are not. */
  #shareProcessors(): void {
    const isLong = ({ lane, isGuest }: Turn) => lane === 'long' || isGuest;
    let others = this.#waiting.short.length > 0;
    for (const turn of this.#turns) others ||= !isLong(turn);
    for (const turn of this.#turns) if (isLong(turn)) turn.worker.makeWay(others);
  }

  #serveShort(): void {
    const queue = this.#waiting.short;
    for (;;) {
      const at = this.#mayHoldAnother ? 0 : queue.findIndex(({ expectedMs }) => expectedMs === 0);
      const next = queue[at];
      const worker = next && this.#choose(next.knowledgeBase, 'short');
      if (worker === undefined) return;
      queue.splice(at, 1)[0]!.take(worker, 'short');
    }
  }

  /** Whether a goal that may be long leaves a place to those that have never been. */
  get #mayHoldAnother(): boolean {
    let held = 0;
    for (const { lane, mayBeLong } of this.#turns) if (lane === 'short' && mayBeLong) held += 1;
    return held < Math.max(1, this.#places('short') - 1);
  }

  /** In its own lane; or one in a place of the others that nobody needs now, from which it may be put off again. */
  #serveLong(place: Lane): void {
    const queue = this.#waiting.long;
    while (queue.length > 0) {
      const next = nextOf(queue);
      if (place === 'short' && next.expectedMs >= SURELY_LONG_MS) return;
      const worker = this.#choose(next.knowledgeBase, place);
      if (worker === undefined) return;
      queue.splice(queue.indexOf(next), 1);
      next.take(worker, place);
      if (place === 'short') return;
    }
  }

  /** Puts off as many long goals as short ones wait, the latest first, and one more where no place is left for the next. */
  #makeRoom(): void {
    const isFull = this.#running('short') >= this.#places('short');
    let wanted = Math.max(this.#waiting.short.length, isFull ? 1 : 0);
    for (const turn of [...this.#turns].reverse()) {
      if (wanted <= 0) return;
      if (turn.putOff.signal.aborted) wanted -= 1;
      if (!turn.isOverdue) continue;
      turn.isOverdue = false;
      turn.putOff.abort();
      wanted -= 1;
    }
  }

  /** Ends idle threads beyond `workers`; those that were used longest ago first. */
  async #stopSpare(): Promise<void> {
    this.#spare = undefined;
    for (const worker of [...this.#idle]) {
      if (this.#workers.size <= this.workers) return;
      this.#workers.delete(worker);
      this.#idle.delete(worker);
      await worker.stop();
    }
  }
}

/** The one that is expected to be done first, unless one has waited for very long. */
function nextOf(queue: readonly Waiting[]): Waiting {
  const [first] = queue;
  if (performance.now() - first!.since > PATIENCE_MS) return first!;
  return queue.reduce((best, waiting) => (waiting.expectedMs < best.expectedMs ? waiting : best));
}

const stopping = () => new CorollaryError('CANCELLED', 'the server is stopping');
