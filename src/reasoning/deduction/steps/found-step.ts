import { Step } from './step.js';

/** The end of a negated goal: one solution is enough. */
export class FoundStep extends Step {
  run(): boolean {
    return true;
  }
}
