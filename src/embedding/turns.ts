/** Of the time that both want, urgent work gets at most so many times what the rest gets. */
const urgentShare = 8;
/** What a turn of the rest is taken to cost before one has been seen, in ms. */
const firstGuess = 50;

/**
 * Whose turn it is: urgent jobs go first, each kind in order of arrival. Yet work that is not urgent comes to its turn
 * however many urgent jobs there are, or a re-embedding would never end on a busy server.
 */
export class Turns {
  readonly #now: () => number;
  /** What urgent jobs have taken since the others' last turn, while these waited, in ms. */
  #urgentTook = 0;
  #othersTook = firstGuess;
  #began = 0;
  #current: 'urgent' | 'urgent while others wait' | 'other' | 'none' = 'none';

  /** @param now a clock in ms. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** The job to do the next piece of; calling it ends the turn before. Undefined when there is none. */
  next<Job extends { readonly urgent: boolean }>(jobs: readonly Job[]): Job | undefined {
    this.#endTurn();
    const urgent = jobs.find((job) => job.urgent);
    const other = jobs.find((job) => !job.urgent);
    const isOthersTurn = urgent === undefined || this.#urgentTook > urgentShare * this.#othersTook;
    const chosen = other !== undefined && isOthersTurn ? other : urgent;
    this.#began = this.#now();
    if (chosen === undefined) this.#current = 'none';
    else if (!chosen.urgent) this.#current = 'other';
    else this.#current = other === undefined ? 'urgent' : 'urgent while others wait';
    return chosen;
  }

  #endTurn(): void {
    const took = this.#now() - this.#began;
    if (this.#current === 'urgent while others wait') {
      this.#urgentTook += took;
    } else if (this.#current === 'other') {
      this.#othersTook = took;
      this.#urgentTook = 0;
    }
  }
}
