import { Step } from './step.js';

/** Goes on when none of the alternatives has a solution. */
export class NegationStep extends Step {
  /** @param alternatives the first step of each; each ends with a FoundStep */
  constructor(readonly alternatives: readonly Step[]) {
    super();
  }

  run(): boolean {
    for (const alternative of this.alternatives) if (alternative.run()) return false;
    return this.next.run();
  }
}
