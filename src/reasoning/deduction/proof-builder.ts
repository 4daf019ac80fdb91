import type { Term } from '../../prolog/term.js';
import { MOST_PROOF_NODES } from '../reasoning.js';
import type { ClausePlan } from './clause-plan.js';
import type { ConstantTable } from './constants.js';
import type { BodyGoal } from './datalog.js';
import type { DeducedNode, DeducedProof } from './deduction.js';
import type { DerivedTuples } from './derived-tuples.js';
import { factNode, termOf } from './fact-node.js';
import { Instances } from './instantiate.js';
import type { RequestFacts } from './request-facts.js';
import type { SemanticSources } from './semantic-sources.js';
import { variablesIn } from './shared-variables.js';
import type { Space } from './space.js';

/** What still has to become the node at `index`. */
type Part =
  | { readonly derived: DerivedTuples; readonly tuple: number }
  | { readonly goal: BodyGoal; readonly plan: ClausePlan; readonly start: number };
type Task = Part & { readonly index: number };

type Node = { -readonly [Key in keyof DeducedNode]: DeducedNode[Key] };

/** Opens the proofs of answers: what was kept of each derivation is its clause and the values of its variables. */
export class ProofBuilder {
  readonly #instances = new Map<ClausePlan, { instances: Instances; known: ReadonlySet<number> }>();

  constructor(
    readonly space: Space,
    readonly facts: RequestFacts,
    readonly semantics: SemanticSources,
    readonly constants: ConstantTable,
    /** The goal of the request. */
    readonly goal: Term,
  ) {}

  /**
   * @param tuple of `derived`
   * @param mostNodes of the proof; what there is no room for is left out, all children of a node or none
   */
  proof(derived: DerivedTuples, tuple: number, mostNodes = MOST_PROOF_NODES): DeducedProof {
    const nodes: Node[] = [blank()];
    const tasks: Task[] = [{ index: 0, derived, tuple }];
    let truncated = false;
    for (let task = tasks.pop(); task !== undefined; task = tasks.pop()) {
      const node = nodes[task.index]!;
      const children = this.#fill(node, task);
      if (children.length > 0 && nodes.length + children.length > mostNodes) {
        truncated = true;
        node.cut = true;
        continue;
      }
      node.children = children.map((_, i) => nodes.length + i);
      for (const child of children) {
        tasks.push({ ...child, index: nodes.length });
        nodes.push(blank());
      }
    }
    return { nodes, truncated };
  }

  /** Writes the node; returns what its children are. */
  #fill(node: Node, task: Part): Part[] {
    if ('tuple' in task) return this.#fillDerived(node, task);
    this.#fillGoal(node, task);
    return [];
  }

  #fillDerived(node: Node, first: { derived: DerivedTuples; tuple: number }): Part[] {
    const { plans, proofs } = this.space;
    let { derived, tuple } = first;
    for (;;) {
      const start = derived.proof[tuple]!;
      const plan = plans[proofs.cells[start]!]!;
      if (plan.role === 'rule' || plan.role === 'question') {
        node.kind = 'RULE';
        node.goal = this.#head(plan, start);
        node.score = derived.score[tuple]!;
        if (plan.clause.rule >= 0) node.rule = plan.clause.rule;
        return this.#parts(plan, start);
      }
      const { goal, cell, relation } = plan.references[0]!;
      const at = proofs.cells[start + 1 + cell]!;
      if (goal.kind === 'call' && relation === undefined) {
        derived = this.space.derived;
        tuple = at;
      } else {
        this.#fillGoal(node, { goal, plan, start });
        return [];
      }
    }
  }

  #parts(plan: ClausePlan, start: number): Part[] {
    return plan.references.flatMap(({ goal, cell, relation }): Part[] => {
      if (goal.kind === 'commit' || (goal.kind === 'builtin' && goal.isHidden)) return [];
      if (goal.kind === 'call' && relation === undefined) {
        return [{ derived: this.space.derived, tuple: this.space.proofs.cells[start + 1 + cell]! }];
      }
      return [{ goal, plan, start }];
    });
  }

  #fillGoal(node: Node, { goal, plan, start }: { goal: BodyGoal; plan: ClausePlan; start: number }): void {
    const { cell, relation } = plan.references.find((each) => each.goal === goal)!;
    const at = this.space.proofs.cells[start + 1 + cell]!;
    if (goal.kind === 'call') {
      Object.assign(node, factNode(goal.predicate, relation!, at, this.facts, this.constants));
      return;
    }
    node.goal = this.#instance(plan, start, 'source' in goal ? goal.source : this.goal);
    if (goal.kind === 'semantic') {
      const { fact, similarity, score } = this.semantics.row(at);
      node.kind = 'SEMANTIC';
      node.score = score;
      if (fact !== undefined) {
        node.fact = fact.fact;
        node.similarity = similarity;
      }
      return;
    }
    const isNegation = goal.kind === 'negation' && node.goal.kind === 'compound' && node.goal.name === '\\+';
    node.kind = isNegation ? 'NEGATION' : 'BUILTIN';
    node.score = 1;
  }

  #head(plan: ClausePlan, start: number): Term {
    if (plan.role === 'question') return this.#instance(plan, start, this.goal);
    const { predicate, head } = plan.clause;
    const { cells } = this.space.proofs;
    return termOf(
      predicate,
      head.map((argument) =>
        'constant' in argument
          ? argument.constant
          : this.constants.term(cells[start + 1 + argument.variable]!),
      ),
    );
  }

  /** The term with the values that its variables had in the derivation; those inside negations and aggregates have none. */
  #instance(plan: ClausePlan, start: number, term: Term): Term {
    const { instances, known } = this.#of(plan);
    const frame = this.space.proofs.cells.subarray(start + 1, start + 1 + plan.frame.length);
    return instances.of(term, (cell) => known.has(cell), frame);
  }

  #of(plan: ClausePlan) {
    const made = this.#instances.get(plan);
    if (made !== undefined) return made;
    const instances = new Instances(plan.frame, this.constants, plan.clause.variables);
    const known = new Set<number>();
    for (const argument of plan.clause.head) if ('variable' in argument) known.add(argument.variable);
    for (const goal of plan.clause.body) {
      const terms =
        goal.kind === 'aggregate'
          ? [
              ...goal.groups,
              ...variablesIn({ kind: 'builtin', indicator: '', source: goal.result }, (name) =>
                instances.cellOf(name),
              ),
            ]
          : [];
      for (const cell of terms) known.add(cell);
      if (goal.kind === 'negation' || goal.kind === 'aggregate') continue;
      for (const cell of variablesIn(goal, (name) => instances.cellOf(name))) known.add(cell);
    }
    const entry = { instances, known };
    this.#instances.set(plan, entry);
    return entry;
  }
}

const blank = (): Node => ({ kind: 'RULE', goal: { kind: 'atom', name: 'true' }, score: 1, children: [] });
