import type { Term } from '../../../prolog/term.js';
import { match } from '../../../prolog/unify.js';
import type { Instances } from '../instantiate.js';
import { Step } from './step.js';

/** `=` of a known term and a pattern: takes the term apart. */
export class UnifyStep extends Step {
  constructor(
    readonly frame: Int32Array,
    readonly term: Term,
    readonly pattern: Term,
    readonly instances: Instances,
    /** Variables that have values before. */
    readonly known: ReadonlySet<number>,
  ) {
    super();
  }

  run(): boolean {
    const isKnown = (cell: number) => this.known.has(cell);
    const { instances, frame } = this;
    const bindings = match(instances.of(this.pattern, isKnown), instances.of(this.term, isKnown));
    if (bindings === undefined) return false;
    for (const [name, term] of bindings) frame[instances.cellOf(name)] = instances.constants.intern(term);
    return this.next.run();
  }
}
