import type { Scoring } from '../reasoning.js';
import type { AnchorNeeds } from './anchor-needs.js';
import { isOrdered } from './binding.js';
import { BuiltinSteps } from './builtin-steps.js';
import { ClauseKnowledge, type KnowledgeOptions } from './clause-knowledge.js';
import { ClausePlan, type Reference } from './clause-plan.js';
import type { ConstantTable } from './constants.js';
import type { Place } from './cursor.js';
import type {
  AggregateGoal,
  Argument,
  BodyGoal,
  CallGoal,
  Clause,
  NegationGoal,
  SemanticGoal,
  Shape,
} from './datalog.js';
import { Instances } from './instantiate.js';
import { type GoalKnowledge, orderGoals } from './order-goals.js';
import type { Relation } from './relation.js';
import { arityOf } from './request-facts.js';
import { type Premise, Scores } from './scores.js';
import type { SemanticSources } from './semantic-sources.js';
import { variablesIn } from './shared-variables.js';
import type { Space } from './space.js';
import { AggregateStep } from './steps/aggregate-step.js';
import { CallStep } from './steps/call-step.js';
import { FactStep } from './steps/fact-step.js';
import { FoundStep } from './steps/found-step.js';
import { HeadStep } from './steps/head-step.js';
import { LookupStep } from './steps/lookup-step.js';
import { NegationStep } from './steps/negation-step.js';
import type { RetrievedPlace } from './steps/retrieved-rows.js';
import { SemanticStep } from './steps/semantic-step.js';
import { SettledCallStep } from './steps/settled-call-step.js';
import type { CallPattern, Source, Step } from './steps/step.js';
import type { Table } from './table.js';
import type { WorkMeter } from './work-meter.js';

export interface PlannerOptions extends KnowledgeOptions {
  readonly constants: ConstantTable;
  readonly semantics: SemanticSources;
  readonly scoring: Scoring;
  readonly meter: WorkMeter;
  /** Where the predicates of a stratum are driven to their end. */
  readonly spaceOf: (stratum: number) => Space;
  /** Where facts come by retrieval: whose scores count, and which goals must bring one; undefined for other questions. */
  readonly hybrid: { readonly space: () => Space; readonly needs: AnchorNeeds | undefined } | undefined;
}

/** Makes steps of clauses, for one request: its facts, and the sizes that they have now, are in the plans. */
export class Planner {
  constructor(readonly options: PlannerOptions) {}

  /** A plan for each clause of the table's predicate, for calls with its demanded positions known. */
  plans(space: Space, table: Table): ClausePlan[] {
    const { program } = this.options;
    const clauses = program.clauses.get(table.predicate) ?? [];
    const plans = clauses.map((clause) => new PlanMaker(this.options, space, clause, table, 'rule').plan());
    if (program.withFacts.has(table.predicate)) {
      plans.push(new PlanMaker(this.options, space, factsClause(table.predicate), table, 'facts').plan());
    }
    return plans;
  }

  question(space: Space, table: Table, clause: Clause, isSingle: boolean): ClausePlan {
    return new PlanMaker(this.options, space, clause, table, isSingle ? 'single' : 'question').plan();
  }
}

/** Hands a predicate's facts on as answers of its table. */
function factsClause(predicate: string): Clause {
  const args = Array.from({ length: arityOf(predicate) }, (_, variable) => ({ variable }));
  return {
    rule: -1,
    confidence: 1,
    predicate,
    head: args,
    body: [{ kind: 'call', predicate, arguments: args, source: { kind: 'atom', name: predicate } }],
    shape: [0],
    variables: args.map(({ variable }) => `${variable}`),
  };
}

class PlanMaker {
  readonly #frame: Int32Array;
  readonly #instances: Instances;
  readonly #references: Reference[];
  readonly #premises: Premise[] = [];
  readonly #knowledge: GoalKnowledge;
  readonly #builtins: BuiltinSteps;

  constructor(
    readonly options: PlannerOptions,
    readonly space: Space,
    readonly clause: Clause,
    readonly table: Table,
    readonly role: ClausePlan['role'],
  ) {
    let cells = clause.variables.length;
    this.#references = clause.body.map((goal) => {
      const hasScore = goal.kind === 'call' || goal.kind === 'semantic';
      return {
        goal,
        cell: hasScore ? cells++ : -1,
        ...(goal.kind === 'call' && !this.#isDerived(goal)
          ? { relation: this.#relation(goal.predicate) }
          : {}),
      };
    });
    this.#frame = new Int32Array(cells);
    this.#instances = new Instances(this.#frame, options.constants, clause.variables);
    this.#knowledge = new ClauseKnowledge(options, clause, this.#instances, (goal) => this.#mustAnchor(goal));
    this.#builtins = new BuiltinSteps(this.#instances, options.meter);
  }

  plan(): ClausePlan {
    const { clause, table, space } = this;
    const known = new Set<number>();
    const taken: { at: number; cell: number }[] = [];
    const checked: { at: number; source: Source }[] = [];
    for (const [at, position] of table.demand.entries()) {
      const argument = clause.head[position]!;
      if ('variable' in argument && !known.has(argument.variable)) {
        known.add(argument.variable);
        taken.push({ at, cell: argument.variable });
      } else checked.push({ at, source: this.#source(argument) });
    }
    const premiseOf = this.#listPremises();
    const scores = this.#scores(premiseOf);
    const plan = new ClausePlan(clause, this.#frame, taken, checked, this.#references, this.role);
    plan.number = space.enlistPlan(plan);
    const sources = clause.head.map((argument) => this.#source(argument));
    const last = new HeadStep(this.#frame, space, table, plan.number, sources, scores, space.countsAnchors);
    plan.first = this.#chain(clause.body, known, last, (goal, bound, placed) =>
      this.#outerStep(goal, bound, placed),
    );
    return plan;
  }

  /** Whether a call goes to rules, and not straight to facts. */
  #isDerived(goal: CallGoal): boolean {
    return this.role !== 'facts' && this.options.program.clauses.has(goal.predicate);
  }

  /** Of each body goal with a score, its number among the premises. */
  #listPremises(): ReadonlyMap<number, number> {
    const numbers = new Map<number, number>();
    for (const [i, { goal, cell, relation }] of this.#references.entries()) {
      if (cell < 0) continue;
      numbers.set(i, this.#premises.length);
      if (goal.kind === 'semantic') this.#premises.push({ kind: 'semantic', cell });
      else if (relation === undefined) this.#premises.push({ kind: 'derived', cell });
      else this.#premises.push({ kind: 'fact', cell, relation });
    }
    return numbers;
  }

  #scores(premiseOf: ReadonlyMap<number, number>): Scores {
    const { options, clause, space } = this;
    const renumbered = (shape: Shape): Shape =>
      shape.map((part) => (typeof part === 'number' ? premiseOf.get(part)! : renumbered(part)));
    return new Scores(
      this.#premises,
      renumbered(clause.shape),
      clause.confidence,
      this.#ownNodes(),
      options.scoring,
      options.facts,
      space.derived,
      space.tables,
      options.semantics,
    );
  }

  /** Steps for `goals` in a good order, the last of them followed by `last`. Returns the first. */
  #chain(
    goals: readonly BodyGoal[],
    known: ReadonlySet<number>,
    last: Step,
    step: (goal: BodyGoal, bound: ReadonlySet<number>, placed: readonly BodyGoal[]) => Step,
    keepsOrder = false,
  ): Step {
    const ordered = keepsOrder
      ? goals.filter(({ kind }) => kind !== 'commit')
      : orderGoals(goals, known, this.#knowledge).map(({ goal }) => goal);
    const bound = new Set(known);
    const steps: Step[] = [];
    for (const [i, goal] of ordered.entries()) {
      steps.push(step(goal, new Set(bound), ordered.slice(0, i)));
      for (const variable of this.#variables(goal)) bound.add(variable);
    }
    steps.push(last);
    for (let i = 0; i + 1 < steps.length; i++) steps[i]!.next = steps[i + 1]!;
    return steps[0]!;
  }

  #outerStep(goal: BodyGoal, bound: ReadonlySet<number>, placed: readonly BodyGoal[]): Step {
    const place = this.#place(placed);
    if (goal.kind === 'call') {
      const pattern = this.#pattern(goal.arguments, bound);
      const { cell, relation } = this.#reference(goal);
      if (relation !== undefined) {
        return this.#factStep(
          goal,
          pattern,
          cell,
          place,
          this.#retrievedPlace(goal, relation, place, placed),
        );
      }
      return new CallStep(this.#frame, this.space, goal.predicate, pattern, cell, place);
    }
    if (goal.kind === 'semantic') return this.#semanticStep(goal, bound, place);
    if (goal.kind === 'builtin') return this.#builtins.step(goal, bound, place);
    return this.#innerStep(goal, bound);
  }

  /** A step whose score nobody asks for. */
  #innerStep(goal: BodyGoal, bound: ReadonlySet<number>): Step {
    const { program } = this.options;
    switch (goal.kind) {
      case 'call': {
        const pattern = this.#pattern(goal.arguments, bound);
        if (program.clauses.has(goal.predicate)) {
          const space = this.options.spaceOf(program.strata.get(goal.predicate) ?? 0);
          return new SettledCallStep(this.#frame, space, goal.predicate, pattern);
        }
        return this.#factStep(goal, pattern, -1, undefined);
      }
      case 'semantic':
        return this.#semanticStep(goal, bound, undefined);
      case 'builtin':
        return this.#builtins.step(goal, bound, undefined);
      case 'negation':
        return this.#negationStep(goal, bound);
      case 'aggregate':
        return this.#aggregateStep(goal, bound);
      case 'commit':
        throw new Error('a condition is not evaluated by itself');
    }
  }

  #factStep(
    { predicate }: CallGoal,
    pattern: CallPattern,
    cell: number,
    place: Place | undefined,
    retrieved?: RetrievedPlace,
  ): Step {
    const { facts, external, meter } = this.options;
    const lookedUp = external.relation(predicate);
    return lookedUp === undefined
      ? new FactStep(this.#frame, facts.relation(predicate), facts, pattern, cell, meter, place, retrieved)
      : new LookupStep(this.#frame, lookedUp, external, facts, pattern, cell, meter, place, retrieved);
  }

  /** Undefined where nothing is left to be retrieved, or scores do not count. */
  #retrievedPlace(
    goal: CallGoal,
    relation: Relation,
    place: Place,
    placed: readonly BodyGoal[],
  ): RetrievedPlace | undefined {
    const { hybrid, facts, external, scoring } = this.options;
    const { retrieved } = facts;
    if (hybrid?.space() !== this.space) return undefined;
    const isHeld = external.relation(goal.predicate) === undefined;
    const mustBeRetrieved = this.#mustAnchor(goal);
    // Once all is known that comes, rows are taken as they stand, where others count as well.
    if (retrieved.isAll && !mustBeRetrieved && facts.question.mode !== 'retrieved') return undefined;
    if (isHeld && relation.sentences === 0 && !mustBeRetrieved) return undefined;
    const combine = scoring === 'PRODUCT' ? (a: number, b: number) => a * b : Math.min;
    const later = this.clause.body.filter((other) => other !== goal && !placed.includes(other));
    return {
      ...place,
      retrieved,
      combine,
      rest: () => later.reduce((best, other) => combine(best, this.#bestOf(other)), 1),
      mustBeRetrieved,
      isBounded: this.#isBounded(mustBeRetrieved),
      canScan: isHeld,
    };
  }

  #mustAnchor(goal: CallGoal): boolean {
    const isQuestion = this.role === 'question' || this.role === 'single';
    return this.options.hybrid?.needs?.mustAnchor(this.clause, goal, isQuestion) ?? false;
  }

  /** Whether what retrieval may still bring is worth no more than it can bring at best: else it may count as if it had none. */
  #isBounded(mustBeRetrieved: boolean): boolean {
    const { facts } = this.options;
    return facts.question.mode !== 'anchored' || facts.retrieved.isWhole || mustBeRetrieved;
  }

  /** What a solution of the goal counts at most. */
  #bestOf(goal: BodyGoal): number {
    const { facts } = this.options;
    if (goal.kind !== 'call') return 1;
    const { relation } = this.#reference(goal);
    if (relation === undefined || relation.sentences === 0 || relation.sentences < relation.rows) return 1;
    if (this.options.external.relation(goal.predicate) !== undefined) return 1;
    return this.#isBounded(this.#mustAnchor(goal)) ? facts.retrieved.bestOf(relation) : 1;
  }

  /** Where the facts of a predicate are, or come to. */
  #relation(predicate: string): Relation {
    return this.options.external.relation(predicate)?.relation ?? this.options.facts.relation(predicate);
  }

  #negationStep({ alternatives }: NegationGoal, bound: ReadonlySet<number>): Step {
    return new NegationStep(
      alternatives.map((goals) =>
        this.#chain(goals, bound, new FoundStep(), (goal, inner) => this.#innerStep(goal, inner)),
      ),
    );
  }

  #aggregateStep(goal: AggregateGoal, bound: ReadonlySet<number>): Step {
    const step = new AggregateStep(this.#frame, goal, this.#instances, bound, this.options.meter);
    // Lists keep the order in which Prolog finds their elements.
    step.alternatives = goal.alternatives.map((goals) =>
      this.#chain(goals, bound, step.collect, (each, inner) => this.#innerStep(each, inner), isOrdered(goal)),
    );
    return step;
  }

  #semanticStep(goal: SemanticGoal, bound: ReadonlySet<number>, place: Place | undefined): Step {
    const { semantics, facts } = this.options;
    const cell = place === undefined ? -1 : this.#reference(goal).cell;
    return new SemanticStep(this.#frame, goal, this.#instances, bound, cell, semantics, facts, place);
  }

  #pattern(args: readonly Argument[], bound: ReadonlySet<number>): CallPattern {
    const known: number[] = [];
    const sources: Source[] = [];
    const given: { position: number; cell: number }[] = [];
    const repeated: { position: number; cell: number }[] = [];
    const seen = new Set<number>();
    for (const [position, argument] of args.entries()) {
      if ('constant' in argument || bound.has(argument.variable)) {
        known.push(position);
        sources.push(this.#source(argument));
      } else if (seen.has(argument.variable)) repeated.push({ position, cell: argument.variable });
      else {
        seen.add(argument.variable);
        given.push({ position, cell: argument.variable });
      }
    }
    return { known, sources, given, repeated };
  }

  #source(argument: Argument): Source {
    if ('variable' in argument) return { cell: argument.variable, constant: -1 };
    return { cell: -1, constant: this.options.constants.intern(argument.constant) };
  }

  #reference(goal: BodyGoal): Reference {
    return this.#references.find((each) => each.goal === goal)!;
  }

  #premiseOf(goal: BodyGoal): Premise[] {
    const { cell } = this.#reference(goal);
    return cell < 0 ? [] : this.#premises.filter((premise) => premise.cell === cell);
  }

  /** What can come at best of a frame in which these goals have their solutions. */
  #place(placed: readonly BodyGoal[]): Place {
    const { options, clause, space } = this;
    const premises = placed.flatMap((each) => this.#premiseOf(each));
    const scores = new Scores(
      premises,
      premises.map((_, i) => i),
      clause.confidence,
      this.#ownNodes() + this.#premises.length - premises.length,
      options.scoring,
      options.facts,
      space.derived,
      space.tables,
      options.semantics,
    );
    return { space, score: () => scores.score(this.#frame), size: () => scores.size(this.#frame) };
  }

  /** What a proof by this clause has beside its premises: its root, built-ins, negations, aggregates. */
  #ownNodes(): number {
    if (this.role === 'facts' || this.role === 'single') return 0;
    const own = this.clause.body.filter(
      (goal) =>
        goal.kind === 'negation' || goal.kind === 'aggregate' || (goal.kind === 'builtin' && !goal.isHidden),
    );
    return 1 + own.length;
  }

  #variables(goal: BodyGoal): Set<number> {
    return variablesIn(goal, (name) => this.#instances.cellOf(name));
  }
}
