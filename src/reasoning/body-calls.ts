import { indicatorOf, list as listTerm, type Term } from '../prolog/term.js';
import { metaPredicates } from './builtins.js';

/** A call that a body makes, as far as it can be seen before it runs. */
export interface BodyCall {
  readonly term: Term;
  /** `name/arity` as it is called: a closure counts with the arguments that it gets. */
  readonly indicator: string;
  /** Under `\+`, `not` or `forall`. */
  readonly negated: boolean;
  /** Inside findall, bagof, setof, aggregate_all or a closure: its proof is not kept. */
  readonly enclosed: boolean;
}

const enclosing = new Set([
  'findall/3',
  'findall/4',
  'bagof/3',
  'setof/3',
  'aggregate_all/3',
  'aggregate_all/4',
]);

/**
 * The calls of a body in the order of the text. `isDefined` names predicates that the knowledge base defines itself
 * although a construct of that name exists. A number or string in a goal's place comes with the indicator ''.
 */
export function* bodyCalls(body: Term, isDefined: (indicator: string) => boolean): Generator<BodyCall> {
  const stack = [{ term: body, negated: false, enclosed: false }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { term, negated, enclosed } = next;
    if (term.kind === 'variable') continue;
    const indicator = indicatorOf(term) ?? '';
    const meta = isDefined(indicator) ? undefined : metaPredicates.get(indicator);
    if (meta === undefined || term.kind !== 'compound') {
      yield { term, indicator, negated, enclosed };
      continue;
    }
    if (meta.closure !== undefined) {
      const closure = term.args[meta.closure.position]!;
      const called = extended(closure, meta.closure.extra);
      const shut = enclosed || !indicator.startsWith('call/');
      if (called !== undefined) {
        if (called === closure) stack.push({ term: called, negated, enclosed: shut });
        else yield* closureCalls(closure, called, negated, isDefined);
      }
    }
    for (const position of [...(meta.goals ?? [])].reverse()) {
      stack.push({
        term: term.args[position]!,
        negated: negated || meta.negates === true,
        enclosed: enclosed || enclosing.has(indicator),
      });
    }
  }
}

function* closureCalls(
  closure: Term,
  called: Term,
  negated: boolean,
  isDefined: (indicator: string) => boolean,
): Generator<BodyCall> {
  const indicator = indicatorOf(called) ?? '';
  // maplist(call(p), Xs) and the like come to light only when they run.
  if (!isDefined(indicator) && metaPredicates.has(indicator)) return;
  yield { term: closure, indicator, negated, enclosed: true };
}

function extended(closure: Term, extra: number): Term | undefined {
  if (extra === 0) return closure;
  if (closure.kind === 'variable') return undefined;
  if (closure.kind === 'atom') return { kind: 'compound', name: closure.name, args: fillers(extra) };
  if (closure.kind === 'compound') return { ...closure, args: [...closure.args, ...fillers(extra)] };
  return closure;
}

const filler = listTerm([]);
const fillers = (count: number): Term[] => new Array<Term>(count).fill(filler);
