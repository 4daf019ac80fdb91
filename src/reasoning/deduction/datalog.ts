import type { Term } from '../../prolog/term.js';

/*
 * Rules as deduction evaluates them. A disjunction or an if-then-else makes several clauses of one rule, so that a body
 * is a list of goals that must all hold. All of this is plain data: it is posted to threads as it is.
 */

/** An argument of a call or a head: a ground term, or a variable of the clause by its number. */
export type Argument = { readonly constant: Term } | { readonly variable: number };

export interface Clause {
  /** Number of the rule in its program; -1 for the question of a request. */
  readonly rule: number;
  readonly confidence: number;
  /** Indicator of the head. */
  readonly predicate: string;
  readonly head: readonly Argument[];
  readonly body: readonly BodyGoal[];
  /** How scores are put together, see `Shape`. */
  readonly shape: Shape;
  /** Names of its variables, in the order of their numbers; those of goals inside negations and aggregates too. */
  readonly variables: readonly string[];
}

/**
 * Scores are multiplied from left to right. A branch of a disjunction is a product of its own first: positions in the
 * body of goals that have a score, or lists of such.
 */
export type Shape = readonly (number | Shape)[];

export type BodyGoal = CallGoal | BuiltinGoal | NegationGoal | AggregateGoal | SemanticGoal | CommitGoal;

/** Of a predicate of the knowledge base, by facts or by rules. */
export interface CallGoal {
  readonly kind: 'call';
  readonly predicate: string;
  readonly arguments: readonly Argument[];
  readonly source: Term;
}

export interface BuiltinGoal {
  readonly kind: 'builtin';
  readonly indicator: string;
  /** The call itself; its variables are those of the clause, by name. */
  readonly source: Term;
  /** Made by taking a pattern out of a call's arguments: no goal of its own in proofs. */
  readonly isHidden?: true;
}

/** Nothing makes any of the alternatives true. */
export interface NegationGoal {
  readonly kind: 'negation';
  readonly alternatives: readonly (readonly BodyGoal[])[];
  /** Its variables that occur elsewhere in the clause too. */
  readonly shared: readonly number[];
  /** The goal as a proof shows it: `\\+ G`, or forall/2, which is a built-in to its reader. */
  readonly source: Term;
}

export type AggregateForm = 'findall' | 'bagof' | 'setof' | 'count' | 'sum' | 'max' | 'min' | 'bag' | 'set';

export interface AggregateGoal {
  readonly kind: 'aggregate';
  readonly form: AggregateForm;
  readonly alternatives: readonly (readonly BodyGoal[])[];
  /** What each solution gives: a term over the variables of the clause; of max(X, W) and min(X, W) the X. */
  readonly template: Term;
  /** Of max(X, W) and min(X, W). */
  readonly witness?: Term;
  readonly result: Term;
  /** Variables of what is inside that occur elsewhere in the clause too. */
  readonly shared: readonly number[];
  /** For bagof and setof: free variables by which the solutions are grouped, unless they have values already. */
  readonly groups: readonly number[];
  readonly source: Term;
}

export interface SemanticGoal {
  readonly kind: 'semantic';
  readonly name: 'similar' | 'nearest' | 'similarity';
  /** Of similar and nearest, the second is a pattern over the variables of the clause. */
  readonly source: Term;
}

/**
 * Stands before the condition of an if-then-else: Prolog takes its first solution only, which is any solution as long
 * as these variables have values before. Nothing is evaluated here.
 */
export interface CommitGoal {
  readonly kind: 'commit';
  /** Variables of the condition that occur elsewhere too. */
  readonly variables: readonly number[];
  /** How many of the goals behind it are the condition. */
  readonly span: number;
}

/** What a program's predicates are to deduction. */
export interface DatalogProgram {
  /** By indicator; a predicate that is missing has no rules. */
  readonly clauses: ReadonlyMap<string, readonly Clause[]>;
  /** Predicates with rules that have, or had, facts too. */
  readonly withFacts: ReadonlySet<string>;
  /** Greater than the stratum of everything that its rules negate or aggregate over; predicates without rules are in 0. */
  readonly strata: ReadonlyMap<string, number>;
  /** Predicates that call themselves, directly or through others. */
  readonly recursive: ReadonlySet<string>;
}
