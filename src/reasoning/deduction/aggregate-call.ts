import { type Compound, indicatorOf, type Term } from '../../prolog/term.js';
import { variablesOf } from '../../prolog/variables.js';
import type { AggregateForm } from './datalog.js';

/** A call of findall/3, bagof/3, setof/3 or aggregate_all/3, taken apart. */
export interface AggregateCall {
  readonly form: AggregateForm;
  readonly template: Term;
  readonly witness?: Term;
  readonly inner: Term;
  readonly result: Term;
  /** Variables that `V^Goal` says are not to be grouped by. */
  readonly existential: readonly string[];
}

/** Undefined when it is none that deduction knows. */
export function aggregateOf(goal: Compound, indicator: string): AggregateCall | undefined {
  const [first, second, third] = goal.args as [Term, Term, Term];
  if (indicator === 'findall/3') {
    return { form: 'findall', template: first, inner: second, result: third, existential: [] };
  }
  if (indicator === 'bagof/3' || indicator === 'setof/3') {
    const { inner, existential } = quantified(second);
    return {
      form: indicator === 'bagof/3' ? 'bagof' : 'setof',
      template: first,
      inner,
      result: third,
      existential,
    };
  }
  if (indicator !== 'aggregate_all/3') return undefined;
  const common = { inner: second, result: third, existential: [] };
  const spec = indicatorOf(first);
  if (spec === 'count/0') return { form: 'count', template: first, ...common };
  if (first.kind !== 'compound') return undefined;
  const [template, witness] = first.args as [Term, Term];
  if (spec === 'max/2' || spec === 'min/2') {
    return { form: first.name as 'max' | 'min', template, witness, ...common };
  }
  const isKnown = ['count/1', 'sum/1', 'max/1', 'min/1', 'bag/1', 'set/1'].includes(spec ?? '');
  return isKnown ? { form: first.name as AggregateForm, template, ...common } : undefined;
}

function quantified(goal: Term): { inner: Term; existential: string[] } {
  const existential: string[] = [];
  let inner = goal;
  while (inner.kind === 'compound' && inner.name === '^' && inner.args.length === 2) {
    existential.push(...variablesOf(inner.args[0]!));
    inner = inner.args[1]!;
  }
  return { inner, existential };
}
