import { declarationsOf } from '../knowledge/declarations.js';
import { nearNames } from '../near-names.js';
import type { Position } from '../prolog/position.js';
import type { ReadTerm } from '../prolog/reader.js';
import { indicatorOf, type Term } from '../prolog/term.js';
import { bodyCalls } from './body-calls.js';
import { definable, standingOf } from './builtins.js';
import { dependenciesOf, negativeCycle } from './dependencies.js';
import type { RuleDiagnostic, Severity } from './reasoning.js';
import type { Rule, RuleSource } from './rule.js';
import { isCompound } from './rule.js';

/** What a module is checked against: the rest of its knowledge base. */
export interface RuleContext {
  /** Indicators of predicates that have, or had, facts. */
  readonly facts: ReadonlySet<string>;
  /** The rules of the other enabled modules. */
  readonly others: readonly Rule[];
}

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
  #unknown = 0;

  constructor(
    readonly source: RuleSource,
    readonly context: RuleContext,
  ) {
    this.#defined = new Set([...source.rules, ...context.others].map((rule) => indicatorOf(rule.head)!));
    this.#dynamic = new Set(source.directives.flatMap(({ goal }) => dynamicIndicators(goal)));
  }

  run(): void {
    const { source } = this;
    for (const { message, line, column } of source.syntaxFaults) {
      this.diagnostics.push({ severity: 'ERROR', code: 'PROLOG_SYNTAX', message, line, column });
    }
    for (const { read, at, code, message } of source.faults) this.#report('ERROR', code, message, read, at);
    const reads = [...source.directives, ...source.rules].map(({ read }) => read);
    for (const { code, message, line, column } of declarationsOf(reads).faults) {
      this.diagnostics.push({ severity: 'ERROR', code, message, line, column });
    }
    for (const { read, goal } of source.directives) this.#directive(read, goal);
    for (const rule of source.rules) this.#rule(rule);
    this.#stratification();
  }

  #directive(read: ReadTerm, goal: Term): void {
    const indicator = indicatorOf(goal);
    if (indicator === 'template/2' || indicator === 'searchable/1') return;
    if (['dynamic/1', 'discontiguous/1', 'question/2', 'question/3', 'alias/2'].includes(indicator ?? ''))
      return;
    const message = `the directive ${indicator ?? 'here'} is not permitted; a module may declare template/2, searchable/1, dynamic/1, question/3 and alias/2`;
    this.#report('ERROR', 'NOT_PERMITTED', message, read, goal);
  }

  #rule({ read, head, body }: Rule): void {
    const own = indicatorOf(head)!;
    if (!definable(own)) {
      this.#report('ERROR', 'NOT_PERMITTED', `${own} is built in and cannot be defined anew`, read, head);
    }
    for (const { name, position } of read.singletons) {
      const message = `${name} occurs once only; write _${name} when that is meant`;
      this.diagnostics.push({ severity: 'WARNING', code: 'SINGLETON_VARIABLE', message, ...position });
    }
    for (const { term, indicator } of bodyCalls(body, (called) => this.#defined.has(called))) {
      const fault = this.#callFault(indicator);
      if (fault !== undefined) this.#report('ERROR', fault.code, fault.message, read, term);
    }
  }

  #callFault(indicator: string): { code: string; message: string } | undefined {
    if (this.#defined.has(indicator) || this.context.facts.has(indicator) || this.#dynamic.has(indicator))
      return undefined;
    // Looking for a name that is near takes as long as there are names.
    this.#unknown += 1;
    const isHinted = this.#unknown <= MOST_HINTS;
    return unknownCall(
      indicator,
      isHinted ? [...this.#defined, ...this.context.facts, ...this.#dynamic] : [],
    );
  }

  #stratification(): void {
    const cycle = negativeCycle(dependenciesOf([...this.source.rules, ...this.context.others]));
    if (cycle === undefined) return;
    const [first, last] = [cycle[0]!, cycle.at(-2)!];
    const path = [...cycle.slice(0, -1), `\\+ ${first}`].join(' → ');
    const message = `${first} depends on its own negation: ${path}`;
    const rule = this.source.rules.find(({ head }) => [first, last].includes(indicatorOf(head)!));
    if (rule === undefined) this.diagnostics.push({ severity: 'ERROR', code: 'NOT_STRATIFIED', message });
    else this.#report('ERROR', 'NOT_STRATIFIED', message, rule.read, rule.head);
  }

  #report(severity: Severity, code: string, message: string, read: ReadTerm, at: Term): void {
    const position: Position = read.positionOf(at) ?? read.start;
    this.diagnostics.push({ severity, code, message, line: position.line, column: position.column });
  }
}

/** Why `indicator`, which has neither rules nor facts, may not be called; undefined when it may. */
export function unknownCall(
  indicator: string,
  known: readonly string[],
): { code: 'UNKNOWN_PREDICATE' | 'NOT_PERMITTED'; message: string; near: string[] } | undefined {
  const standing = indicator === '' ? 'not callable' : standingOf(indicator);
  if (standing === 'not callable') {
    return { code: 'NOT_PERMITTED', message: 'a number or a text cannot be called', near: [] };
  }
  if (standing === 'refused') {
    const message = `${indicator} is not permitted: rules and goals read the knowledge base and nothing else`;
    return { code: 'NOT_PERMITTED', message, near: [] };
  }
  if (standing !== 'free') return undefined;
  const near = nearIndicators(indicator, known);
  const hint = near.length === 0 ? '' : `; did you mean ${near.join(' or ')}?`;
  return { code: 'UNKNOWN_PREDICATE', message: `${indicator} is not known${hint}`, near };
}

/** Of the same name with another arity first, then of a name that is near. */
function nearIndicators(indicator: string, known: readonly string[]): string[] {
  const nameOf = (text: string) => text.slice(0, text.lastIndexOf('/'));
  const name = nameOf(indicator);
  const names = nearNames(name, [...new Set(known.map(nameOf))]);
  const ordered = [name, ...names.filter((other) => other !== name)];
  return ordered.flatMap((near) => known.filter((other) => nameOf(other) === near)).slice(0, 3);
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
