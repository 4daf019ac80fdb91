import { indicatorOf, type Term } from '../prolog/term.js';
import { bodyCalls } from './body-calls.js';
import type { Rule } from './rule.js';

/** Which predicates the rules of each predicate call; `negated` when some call is under a negation. */
export type DependencyGraph = ReadonlyMap<string, ReadonlyMap<string, { readonly negated: boolean }>>;

export function dependenciesOf(rules: readonly Rule[]): DependencyGraph {
  const defined = new Set(rules.map((rule) => indicatorOf(rule.head)!));
  const graph = new Map<string, Map<string, { negated: boolean }>>();
  for (const rule of rules) {
    const caller = indicatorOf(rule.head)!;
    const calls = graph.get(caller) ?? new Map<string, { negated: boolean }>();
    graph.set(caller, calls);
    for (const call of bodyCalls(rule.body, (indicator) => defined.has(indicator))) {
      if (!defined.has(call.indicator)) continue;
      const known = calls.get(call.indicator);
      calls.set(call.indicator, { negated: call.negated || known?.negated === true });
    }
  }
  return graph;
}

/**
 * Sets of predicates that depend on each other, callees before callers.
 * Tarjan, "Depth-first search and linear graph algorithms" (1972), with a stack of its own instead of recursion.
 */
export function components(graph: DependencyGraph): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const isOpen = new Set<string>();
  const found: string[][] = [];
  const enter = (node: string) => {
    index.set(node, index.size);
    low.set(node, index.get(node)!);
    open.push(node);
    isOpen.add(node);
    return { node, callees: [...(graph.get(node)?.keys() ?? [])].values() };
  };
  for (const root of graph.keys()) {
    if (index.has(root)) continue;
    const path = [enter(root)];
    while (path.length > 0) {
      const { node, callees } = path.at(-1)!;
      const callee = callees.next();
      if (!callee.done) {
        if (!index.has(callee.value)) path.push(enter(callee.value));
        else if (isOpen.has(callee.value)) low.set(node, Math.min(low.get(node)!, index.get(callee.value)!));
        continue;
      }
      path.pop();
      const parent = path.at(-1)?.node;
      if (parent !== undefined) low.set(parent, Math.min(low.get(parent)!, low.get(node)!));
      if (low.get(node) === index.get(node)) {
        const members = open.splice(open.indexOf(node));
        for (const member of members) isOpen.delete(member);
        found.push(members);
      }
    }
  }
  return found;
}

/** Predicates that call themselves, directly or through others. */
export function recursivePredicates(graph: DependencyGraph): Set<string> {
  return new Set(
    components(graph).flatMap((members) =>
      members.length > 1 || graph.get(members[0]!)?.has(members[0]!) ? members : [],
    ),
  );
}

/** A way round from a predicate to its own negation, first and last alike; undefined when every negation is stratified. */
export function negativeCycle(graph: DependencyGraph): string[] | undefined {
  for (const members of components(graph)) {
    const inside = new Set(members);
    for (const member of members) {
      for (const [callee, { negated }] of graph.get(member) ?? []) {
        if (negated && inside.has(callee)) return [...shortestPath(graph, inside, callee, member), callee];
      }
    }
  }
  return undefined;
}

function shortestPath(
  graph: DependencyGraph,
  inside: ReadonlySet<string>,
  from: string,
  to: string,
): string[] {
  const cameFrom = new Map<string, string | undefined>([[from, undefined]]);
  const queue = [from];
  for (let node = queue.shift(); node !== undefined && node !== to; node = queue.shift()) {
    for (const next of graph.get(node)?.keys() ?? []) {
      if (!inside.has(next) || cameFrom.has(next)) continue;
      cameFrom.set(next, node);
      queue.push(next);
    }
  }
  const path: string[] = [];
  for (let node: string | undefined = to; node !== undefined; node = cameFrom.get(node)) path.unshift(node);
  return path;
}

/** `from` and all that their rules call, directly or through others. */
export function closureOf(graph: DependencyGraph, from: Iterable<string>): Set<string> {
  const reached = new Set(from);
  for (const indicator of reached)
    for (const callee of graph.get(indicator)?.keys() ?? []) reached.add(callee);
  return reached;
}

/** Whether the body cuts: a table must see every clause. */
export function cuts(body: Term): boolean {
  for (const call of bodyCalls(body, () => false)) if (call.indicator === '!/0') return true;
  return false;
}
