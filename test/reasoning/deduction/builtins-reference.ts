import { readFile } from 'node:fs/promises';
import createSwipl from 'swipl-wasm/dist/swipl-node.js';
import { expect } from 'vitest';
import { CorollaryError } from '../../../src/errors.js';
import { listItems } from '../../../src/prolog/list-items.js';
import { readProgram, readTerm } from '../../../src/prolog/reader.js';
import { atom, type Compound, compound, float, type Term } from '../../../src/prolog/term.js';
import { equalTerms, unify } from '../../../src/prolog/unify.js';
import { isGround, substitute } from '../../../src/prolog/variables.js';
import { displayTerm, writeTerm } from '../../../src/prolog/writer.js';
import { BuiltinTooLarge } from '../../../src/reasoning/deduction/builtins/builtin-too-large.js';
import { valueBuiltins } from '../../../src/reasoning/deduction/builtins/builtins.js';
import { systemRules } from '../../../src/reasoning/system-rules.js';

/** What came of a call: its first solutions, the formal term of its error, or that it wanted too much. */
export type Outcome =
  | { readonly solutions: readonly Term[] }
  | { readonly error: string }
  | { readonly tooLarge: true };

/** Solutions of one call that are compared; there may be endlessly many. */
const MOST = 400;

// Numbers that Corollary's terms have no text for are spelled out.
const PROGRAM = String.raw`
:- use_module(library(solution_sequences)).
:- use_module(library(lists)).
:- use_module(library(pairs)).
:- use_module(library(date)).
answer_all :-
    open('/calls.pl', read, In, [encoding(utf8)]),
    open('/outcomes.pl', write, Out, [encoding(utf8)]),
    repeat,
    read_term(In, Goal, []),
    (   Goal == end_of_file -> !
    ;   answer(Goal, Outcome),
        spelled(Outcome, Spelled),
        write_term(Out, Spelled, [quoted(true), ignore_ops(true)]),
        write(Out, ' .\n'),
        fail
    ),
    close(In),
    close(Out).
answer(Goal, Outcome) :-
    catch(
        (   call_with_inference_limit(findall(Goal, limit(${MOST}, Goal), All), 2_000_000, How),
            ( How == inference_limit_exceeded -> Outcome = too_large ; Outcome = solutions(All) )
        ),
        Error,
        ( Error = error(resource_error(_), _) -> Outcome = too_large
        ; Error = error(Formal, _) -> Outcome = error(Formal)
        ; Outcome = thrown(Error)
        )).
spelled(X, X) :- var(X), !.
spelled(X, '$float'(Name)) :- float(X), not_finite(X, Name), !.
spelled(X, '$rational'(N, D)) :- rational(X), \+ integer(X), !, N is numerator(X), D is denominator(X).
spelled([], Y) :- !, Y = [].
spelled([X|Xs], Y) :- !, Y = [X1|Xs1], spelled(X, X1), spelled(Xs, Xs1).
spelled(X, Y) :- compound(X), !, compound_name_arguments(X, N, As), spelled(As, Bs), compound_name_arguments(Y, N, Bs).
spelled(X, X).
not_finite(X, nan) :- X =\= X, !.
not_finite(X, inf) :- X > 1.7976931348623157e308, !.
not_finite(X, minus_inf) :- X < -1.7976931348623157e308.
`;

/** SWI-Prolog itself, without anything of Corollary's but the file that it was opened with. */
export class Reference {
  constructor(private readonly swipl: Awaited<ReturnType<typeof createSwipl>>) {}

  outcomes(calls: readonly Compound[]): Outcome[] {
    this.swipl.FS.writeFile('/calls.pl', calls.map((call) => `${spelledOut(call)} .\n`).join(''));
    const result = this.swipl.prolog.query('answer_all').once() as { success?: boolean };
    if (result.success !== true) throw new Error(`the reference failed: ${JSON.stringify(result)}`);
    // As bytes: Emscripten would end a text at its first NUL.
    const bytes = this.swipl.FS.readFile('/outcomes.pl') as Uint8Array;
    const text = new TextDecoder().decode(bytes);
    const { clauses, errors } = readProgram(text, { maxNesting: Number.POSITIVE_INFINITY });
    if (errors.length > 0) throw new Error(`${errors[0]!.message} in ${text.slice(0, 2000)}`);
    return clauses.map(({ term }) => read(withFloats(term)));
  }
}

/** Text with the numbers that only SWI-Prolog has a text for. */
function spelledOut(call: Compound): string {
  return writeTerm(withNames(call)).replaceAll(/'\$\$(-?\d\.\d\w+)'/g, ' $1');
}

function withNames(term: Term): Term {
  if (term.kind === 'compound') return compound(term.name, ...term.args.map(withNames));
  if (term.kind !== 'float' || Number.isFinite(term.value)) return term;
  return atom(`$$${Number.isNaN(term.value) ? '1.5NaN' : term.value > 0 ? '1.0Inf' : '-1.0Inf'}`);
}

function read(term: Term): Outcome {
  if (term.kind === 'compound' && term.name === 'solutions') return { solutions: listItems(term.args[0]!)! };
  if (term.kind === 'compound' && term.name === 'error') return { error: displayTerm(term.args[0]!) };
  if (term.kind === 'atom' && term.name === 'too_large') return { tooLarge: true };
  throw new Error(`no outcome: ${displayTerm(term)}`);
}

function withFloats(term: Term): Term {
  if (term.kind !== 'compound') return term;
  if (term.name === '$float') {
    const [name] = term.args;
    if (name?.kind === 'atom') {
      return float(name.name === 'nan' ? Number.NaN : name.name === 'inf' ? Infinity : -Infinity);
    }
  }
  const args = term.args.map(withFloats);
  return args.some((arg, at) => arg !== term.args[at]) ? compound(term.name, ...args) : term;
}

/** What Corollary's own built-in makes of the call; undefined when no mode fits. */
export function outcomeOf(call: Compound): Outcome | undefined {
  const builtin = valueBuiltins.get(`${call.name}/${call.args.length}`);
  if (builtin === undefined) throw new Error(`${call.name}/${call.args.length} is not there`);
  if (!builtin.modes.some((mode) => mode.every((position) => isGround(call.args[position]!))))
    return undefined;
  const solutions: Term[] = [];
  try {
    for (const args of builtin.solve(call.args)) {
      const solution = compound(call.name, ...args);
      const bindings = unify(call, solution);
      if (bindings !== undefined) solutions.push(substitute(call, bindings));
      if (solutions.length === MOST) break;
    }
  } catch (error) {
    if (error instanceof BuiltinTooLarge) return { tooLarge: true };
    if (error instanceof CorollaryError) return { error: String(error.details.error) };
    throw error;
  }
  return { solutions };
}

/** Text of an outcome for a failed expectation. */
export function show(outcome: Outcome | undefined): string {
  if (outcome === undefined) return 'no mode';
  if ('tooLarge' in outcome) return 'too large';
  if ('error' in outcome) return `error ${outcome.error}`;
  return outcome.solutions.length === 0 ? 'no' : outcome.solutions.map(displayTerm).join(' ; ');
}

/** Variables have names of their own on each side. */
const withoutNames = (error: string) => error.replaceAll(/\b[A-Z_]\w*/g, '_');

/** Whether both gave the same solutions in the same order, or the same error. */
export function agree(a: Outcome, b: Outcome, equal: (a: Term, b: Term) => boolean = equalTerms): boolean {
  if ('tooLarge' in a || 'tooLarge' in b) return 'tooLarge' in a && 'tooLarge' in b;
  if ('error' in a || 'error' in b)
    return 'error' in a && 'error' in b && withoutNames(a.error) === withoutNames(b.error);
  return (
    a.solutions.length === b.solutions.length &&
    a.solutions.every((solution, at) => equal(solution, b.solutions[at]!))
  );
}

/** With the built-ins that a file of rules/system defines anew, where one is named. */
export async function openReference(systemFile?: 'dates'): Promise<Reference> {
  const swipl = await createSwipl({ arguments: ['-q', '--no-tty'], printErr: () => undefined });
  swipl.FS.writeFile('/reference.pl', PROGRAM);
  swipl.prolog.query("consult('/reference.pl')").once();
  if (systemFile !== undefined) {
    swipl.FS.writeFile('/system.pl', await readFile(systemRules(systemFile), 'utf8'));
    swipl.prolog.query("consult('/system.pl')").once();
  }
  return new Reference(swipl);
}

/** Asks both about each call that Corollary's own built-in has a mode for; at least one must have. */
export function expectAgreement(
  reference: Reference,
  calls: readonly Compound[],
  equal?: (ours: Term, theirs: Term) => boolean,
): void {
  const asked: [Compound, Outcome][] = [];
  for (const call of calls) {
    const outcome = outcomeOf(call);
    if (outcome !== undefined) asked.push([call, outcome]);
  }
  expect(asked.length).toBeGreaterThan(0);
  const theirs = reference.outcomes(asked.map(([call]) => call));
  const differences = asked.flatMap(([call, ours], at) =>
    agree(ours, theirs[at]!, equal)
      ? []
      : [`${displayTerm(call)}: ${show(ours)}, but SWI-Prolog has ${show(theirs[at])}`],
  );
  expect(differences).toEqual([]);
}

/** A call for each choice of one argument from each list. */
export function callsOf(name: string, ...choices: readonly (readonly Term[])[]): Compound[] {
  let args: Term[][] = [[]];
  for (const choice of choices) args = args.flatMap((before) => choice.map((next) => [...before, next]));
  return args.map((each) => compound(name, ...each));
}

/** The terms of a text, with blanks between. */
export function terms(text: string): Term[] {
  return text
    .trim()
    .split(/\s+/)
    .map((each) => readTerm(each).term);
}
