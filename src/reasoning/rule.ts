import { isDeeperThan } from '../prolog/nesting.js';
import { type ReadTerm, readProgram } from '../prolog/reader.js';
import type { SyntaxFault } from '../prolog/syntax-fault.js';
import { atom, indicatorOf, type Term } from '../prolog/term.js';

/** How deep a clause or a goal may be nested: engines read and translate terms by recursion. */
export const DEEPEST_TERM = 1_000;

/** As facts have: engines have a limit, too. */
const MOST_ARGUMENTS = 64;

/** One clause of a module: `Confidence :: Head :- Body`. */
export interface Rule {
  readonly module: string;
  readonly read: ReadTerm;
  readonly confidence: number;
  readonly head: Term;
  /** `true` for a clause without a body. */
  readonly body: Term;
}

export interface Directive {
  readonly read: ReadTerm;
  readonly goal: Term;
}

/** A clause that cannot be a rule: `at` is the part that is wrong. */
export interface RuleFault {
  readonly read: ReadTerm;
  readonly at: Term;
  readonly code: 'BAD_CONFIDENCE' | 'BAD_HEAD' | 'BAD_INPUT' | 'NOT_PERMITTED';
  readonly message: string;
}

export interface RuleSource {
  readonly module: string;
  readonly rules: readonly Rule[];
  readonly directives: readonly Directive[];
  readonly faults: readonly RuleFault[];
  readonly syntaxFaults: readonly SyntaxFault[];
}

/** Reads a module's text into rules and directives; what is neither is a fault. */
export function readRuleSource(module: string, source: string): RuleSource {
  const { clauses, errors } = readProgram(source);
  const rules: Rule[] = [];
  const directives: Directive[] = [];
  const faults: RuleFault[] = [];
  for (const read of clauses) {
    const { term } = read;
    if (isDeeperThan(term, DEEPEST_TERM)) {
      const message = `a clause is nested at most ${DEEPEST_TERM} levels deep; a body of so many goals is better several rules`;
      faults.push({ read, at: term, code: 'BAD_INPUT', message });
      continue;
    }
    if (isCompound(term, ':-', 1)) {
      directives.push({ read, goal: term.args[0]! });
      continue;
    }
    if (isCompound(term, '-->', 2)) {
      faults.push({
        read,
        at: term,
        code: 'NOT_PERMITTED',
        message: 'grammar rules (-->) are not supported',
      });
      continue;
    }
    let clause = term;
    let confidence = 1;
    if (isCompound(term, '::', 2)) {
      const weight = term.args[0]!;
      const value =
        weight.kind === 'float'
          ? weight.value
          : weight.kind === 'integer'
            ? Number(weight.value)
            : Number.NaN;
      if (!(value > 0 && value <= 1)) {
        const message = 'a confidence is a number above 0 and at most 1';
        faults.push({ read, at: weight, code: 'BAD_CONFIDENCE', message });
        continue;
      }
      confidence = value;
      clause = term.args[1]!;
    }
    const [head, body] = isCompound(clause, ':-', 2)
      ? [clause.args[0]!, clause.args[1]!]
      : [clause, atom('true')];
    if (indicatorOf(head) === undefined) {
      faults.push({
        read,
        at: head,
        code: 'BAD_HEAD',
        message: 'the head of a rule is an atom or a compound term',
      });
      continue;
    }
    if (head.kind === 'compound' && head.args.length > MOST_ARGUMENTS) {
      const message = `a predicate has at most ${MOST_ARGUMENTS} arguments, not ${head.args.length}`;
      faults.push({ read, at: head, code: 'BAD_INPUT', message });
      continue;
    }
    rules.push({ module, read, confidence, head, body });
  }
  return { module, rules, directives, faults, syntaxFaults: errors };
}

export function isCompound(
  term: Term,
  name: string,
  arity: number,
): term is Term & { kind: 'compound'; name: string; args: readonly Term[] } {
  return term.kind === 'compound' && term.name === name && term.args.length === arity;
}
