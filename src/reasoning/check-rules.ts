import { declarationsOf } from '../knowledge/declarations.js';
import type { AliasPredicateDeclaration } from '../knowledge/question-declarations.js';
import type { Position } from '../prolog/position.js';
import type { ReadTerm } from '../prolog/reader.js';
import { indicatorOf, type Term } from '../prolog/term.js';
import { bodyCalls } from './body-calls.js';
import { definable } from './builtins.js';
import { compileDatalog } from './deduction/datalog-program.js';
import { needsProlog } from './deduction/needs-prolog.js';
import { dependenciesOf, negativeCycle } from './dependencies.js';
import { type FlowContext, flowFaults } from './diagnostics/clause-flow.js';
import { type FlowMessage, flowMessage } from './diagnostics/flow-message.js';
import { openArguments } from './diagnostics/open-arguments.js';
import { repeatedPatterns } from './diagnostics/repeated-patterns.js';
import { type UnknownCall, unknownCall } from './diagnostics/unknown-call.js';
import { type UnreachableClause, unreachableClauses } from './diagnostics/unreachable-clauses.js';
import type { RuleDiagnostic, Severity } from './reasoning.js';
import type { Rule, RuleSource } from './rule.js';
import { isCompound } from './rule.js';
import { unsupportedBy } from './unsupported.js';

/** What a module is checked against: the rest of its knowledge base. */
export interface RuleContext {
  /** Indicators of predicates that have, or had, facts. */
  readonly facts: ReadonlySet<string>;
  /** The rules of the other enabled modules. */
  readonly others: readonly Rule[];
  /** The Prolog that evaluates what deduction can't; swi, which lacks nothing, when left out. */
  readonly reasoner?: 'swi' | 'tau';
}

const permitted = new Set([
  'template/2',
  'searchable/1',
  'dynamic/1',
  'discontiguous/1',
  'question/2',
  'question/3',
  'piece/3',
  'weights/3',
  'phrase/3',
  'alias/2',
  'alias_predicate/1',
]);

/** Every fault of a module, in the order of the text. A module with an ERROR is not stored. */
export function checkRules(source: RuleSource, context: RuleContext): RuleDiagnostic[] {
  const check = new RuleCheck(source, context);
  check.run();
  return check.diagnostics.sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}

/** Of a module's unknown predicates this many are told with names that are near. */
const MOST_HINTS = 20;

class RuleCheck {
  readonly diagnostics: RuleDiagnostic[] = [];
  readonly #defined: ReadonlySet<string>;
  readonly #dynamic: ReadonlySet<string>;
  readonly #flow: FlowContext;
  #unknown = 0;

  constructor(
    readonly source: RuleSource,
    readonly context: RuleContext,
  ) {
    this.#defined = new Set([...source.rules, ...context.others].map((rule) => indicatorOf(rule.head)!));
    this.#dynamic = new Set(source.directives.flatMap(({ goal }) => dynamicIndicators(goal)));
    const isFact = (indicator: string) => context.facts.has(indicator) || this.#dynamic.has(indicator);
    this.#flow = {
      isDefined: (indicator) => this.#defined.has(indicator) || isFact(indicator),
      givesValues: (indicator) => isFact(indicator) && !this.#defined.has(indicator),
    };
  }

  run(): void {
    const { source } = this;
    for (const { message, line, column } of source.syntaxFaults) {
      this.diagnostics.push({ severity: 'ERROR', code: 'PROLOG_SYNTAX', message, line, column });
    }
    for (const { read, at, code, message } of source.faults) this.#report('ERROR', code, message, read, at);
    const reads = [...source.directives, ...source.rules].map(({ read }) => read);
    const declared = declarationsOf(reads);
    for (const { code, message, line, column } of declared.faults) {
      this.diagnostics.push({ severity: 'ERROR', code, message, line, column });
    }
    for (const { goal, clause } of [...declared.questions, ...declared.phrases]) this.#calls(goal, clause);
    for (const again of repeatedPatterns([...declared.questions, ...declared.phrases])) {
      const { line, column, message } = again;
      this.diagnostics.push({ severity: 'WARNING', code: 'DUPLICATE_QUESTION', message, line, column });
    }
    this.#aliasPredicates(declared.aliasPredicates);
    for (const { read, goal } of source.directives) this.#directive(read, goal);
    for (const rule of source.rules) this.#rule(rule);
    const own = source.rules.filter(({ head }) => definable(indicatorOf(head)!));
    for (const { rule, position, at } of openArguments(own)) {
      const message = `answers leave argument ${position} of ${indicatorOf(rule.head)} open: it is true of everything; name it and let a goal of the body give it values, unless that is meant`;
      this.#report('HINT', 'UNBOUND_HEAD_VARIABLE', message, rule.read, at);
    }
    for (const unreachable of unreachableClauses(own)) {
      const { read, head } = unreachable.rule;
      this.#report('WARNING', 'UNREACHABLE_CLAUSE', unreachableMessage(unreachable), read, head);
    }
    this.#stratification();
    this.#unsupported();
    if (this.diagnostics.every(({ severity }) => severity !== 'ERROR')) this.#evaluator();
  }

  #directive(read: ReadTerm, goal: Term): void {
    const indicator = indicatorOf(goal);
    if (permitted.has(indicator ?? '')) return;
    const message = `the directive ${indicator ?? 'here'} is not permitted; a module may declare template/2, searchable/1, dynamic/1, question/3, phrase/3, piece/3, weights/3, alias/2 and alias_predicate/1`;
    this.#report('ERROR', 'NOT_PERMITTED', message, read, goal);
  }

  #rule({ read, head, body }: Rule): void {
    const own = indicatorOf(head)!;
    if (!definable(own)) {
      this.#report('ERROR', 'NOT_PERMITTED', `${own} is built in and cannot be defined anew`, read, head);
    }
    for (const { name, position } of read.singletons) {
      const message = `${name} occurs only once: it may be misspelt; write _${name} where its value does not matter`;
      this.diagnostics.push({ severity: 'WARNING', code: 'SINGLETON_VARIABLE', message, ...position });
    }
    this.#calls(body, read);
    for (const fault of flowFaults(head, body, this.#flow)) {
      const { severity, code, message }: FlowMessage = flowMessage(fault);
      this.#report(severity, code, message, read, fault.at);
    }
  }

  /** Of a rule's body, or a pattern's goal. */
  #calls(body: Term, read: ReadTerm): void {
    for (const { term, indicator } of bodyCalls(body, (called) => this.#defined.has(called))) {
      const fault = this.#callFault(indicator);
      if (fault === undefined) continue;
      const code = fault.isWrongArity ? 'WRONG_ARITY' : fault.code;
      const isAlien = code === 'UNKNOWN_PREDICATE' && fault.near.length === 0;
      const advice = isAlien ? ': write rules for it, assert facts of it, or declare it with :- dynamic' : '';
      this.#report('ERROR', code, `${fault.message}${advice}`, read, term);
    }
  }

  /** A predicate of aliases that has no facts yet may have some tomorrow; a rule's answers are not looked up. */
  #aliasPredicates(declared: readonly AliasPredicateDeclaration[]): void {
    for (const { indicator, line, column } of declared) {
      if (this.context.facts.has(indicator) || this.#dynamic.has(indicator)) continue;
      const message = this.#defined.has(indicator)
        ? `${indicator} has rules but no facts: only facts of it give names`
        : `${indicator} has no facts yet; declare it with :- dynamic(${indicator}) if that is meant`;
      this.diagnostics.push({ severity: 'WARNING', code: 'NO_ALIASES', message, line, column });
    }
  }

  #callFault(indicator: string): UnknownCall | undefined {
    if (this.#defined.has(indicator) || this.context.facts.has(indicator) || this.#dynamic.has(indicator))
      return undefined;
    // Looking for a name that is near takes as long as there are names.
    this.#unknown += 1;
    const isHinted = this.#unknown <= MOST_HINTS;
    return unknownCall(
      indicator,
      isHinted ? [...this.#defined, ...this.context.facts, ...this.#dynamic] : undefined,
    );
  }

  #stratification(): void {
    const cycle = negativeCycle(dependenciesOf([...this.source.rules, ...this.context.others]));
    if (cycle === undefined) return;
    const [first, last] = [cycle[0]!, cycle.at(-2)!];
    const path = [...cycle.slice(0, -1), `\\+ ${first}`].join(' → ');
    const message = `${first} depends on its own negation: ${path}; what is negated or counted must not depend on what negates or counts it`;
    const rule = this.source.rules.find(({ head }) => [first, last].includes(indicatorOf(head)!));
    if (rule === undefined) this.diagnostics.push({ severity: 'ERROR', code: 'NOT_STRATIFIED', message });
    else this.#report('ERROR', 'NOT_STRATIFIED', message, rule.read, rule.head);
  }

  #unsupported(): void {
    const { reasoner = 'swi', facts, others } = this.context;
    const rules = [...this.source.rules, ...others];
    for (const { rule, at, kind, reason } of unsupportedBy(reasoner, rules, facts)) {
      if (rule.module !== this.source.module || !this.source.rules.includes(rule)) continue;
      if (kind === 'missing') this.#report('ERROR', 'NOT_SUPPORTED', reason, rule.read, at);
      else this.#report('WARNING', 'NOT_TABLED', reason, rule.read, at);
    }
  }

  /** Says which of the module's predicates deduction leaves to Prolog, and why: those that others depend on stand for them. */
  #evaluator(): void {
    const { facts, others } = this.context;
    const compiled = compileDatalog([...this.source.rules, ...others], facts);
    const own = new Set(this.source.rules.map(({ head }) => indicatorOf(head)!));
    const told = new Set<string>();
    for (const { read, head } of this.source.rules) {
      const indicator = indicatorOf(head)!;
      const reason = told.has(indicator) ? undefined : needsProlog(compiled, indicator);
      told.add(indicator);
      if (reason === undefined) continue;
      const cause = reason.slice(0, reason.indexOf(' '));
      if (cause !== indicator && own.has(cause)) continue;
      const message = `${indicator} is evaluated in Prolog, not by best-first deduction: ${reason}`;
      this.#report('HINT', 'NEEDS_PROLOG', message, read, head);
    }
  }

  #report(severity: Severity, code: string, message: string, read: ReadTerm, at: Term): void {
    const position: Position = read.positionOf(at) ?? read.start;
    this.diagnostics.push({ severity, code, message, line: position.line, column: position.column });
  }
}

function unreachableMessage({ kind, because }: UnreachableClause): string {
  const line = because?.read.start.line;
  switch (kind) {
    case 'repeats':
      return `this clause says what the one of line ${line} says: leave it out`;
    case 'covered':
      return `whatever this clause gives, the one of line ${line} gives already: leave it out, or make that one more special`;
    case 'behind a cut':
      return `this clause is never tried: that of line ${line} fits whatever this one fits, and cuts; put this one before it, or leave it out`;
    case 'fails':
      return 'this clause never gives an answer, since its first goal fails: leave it out, or declare a predicate without clauses with :- dynamic';
  }
}

function dynamicIndicators(goal: Term): string[] {
  if (!isCompound(goal, 'dynamic', 1)) return [];
  return indicatorsIn(goal.args[0]!);
}

/** `p/1, q/2` or `[p/1, q/2]`. */
function indicatorsIn(term: Term): string[] {
  if (isCompound(term, ',', 2) || isCompound(term, '[|]', 2)) return term.args.flatMap(indicatorsIn);
  if (!isCompound(term, '/', 2)) return [];
  const [name, arity] = term.args;
  return name?.kind === 'atom' && arity?.kind === 'integer' ? [`${name.name}/${arity.value}`] : [];
}

/** Predicates that the module's `:- dynamic` says may have facts one day. */
export function declaredDynamic(source: RuleSource): string[] {
  return source.directives.flatMap(({ goal }) => dynamicIndicators(goal));
}
