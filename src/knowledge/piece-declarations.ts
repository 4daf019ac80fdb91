import { listItems } from '../prolog/list-items.js';
import type { Position } from '../prolog/position.js';
import type { ReadTerm } from '../prolog/reader.js';
import type { Term } from '../prolog/term.js';
import { variablesOf } from '../prolog/variables.js';
import { displayTerm } from '../prolog/writer.js';

/*
 * What `corollary patterns learn` writes beside whole questions: pieces that goals are put together from, and how much each
 * word speaks for each piece.
 *
 *   :- piece(p7, (capital(C), Part1), [answer(C), part(Part1, C, [p3, p9])]).
 *   :- piece(p9, located(C, Name1), [answer(C), name(Name1, [state/10-1, border/3-1])]).
 *   :- piece(p1, Part1, [whole([City]), part(Part1, City, [p7])]).
 *   :- weights(p7, words, [capital-2.31, of-0.4, *-(-0.52)]).
 *
 * A piece is about its answer; a whole one is a goal of its own, whose variables in `whole` are asked for. Another piece's
 * goal, about the variable that `part` names, stands in for Part1; `part` lists the pieces that examples had there. A constant
 * stands in for Name1, of those that stand in facts at one of the places that `name` lists: an argument counts from 1.
 */

/** An argument of a predicate's facts, from 0. */
export interface DeclaredPlace {
  readonly predicate: string;
  readonly arity: number;
  readonly argument: number;
}

export interface PieceDeclaration extends Position {
  readonly id: string;
  readonly goal: Term;
  /** The variable that the piece is about; empty for a whole goal. */
  readonly answer: string;
  /** Of a whole goal: variables that are asked for. */
  readonly answers: readonly string[];
  readonly holes: readonly {
    readonly name: string;
    readonly on: string;
    readonly parts: readonly string[];
  }[];
  readonly slots: readonly { readonly name: string; readonly takes: readonly DeclaredPlace[] }[];
}

export interface WeightsDeclaration extends Position {
  /** A piece, a predicate's name/arity, or what all share. */
  readonly of: string;
  readonly kind: string;
  readonly weights: readonly (readonly [key: string, weight: number])[];
}

export interface PieceFault extends Position {
  readonly code: 'BAD_PIECE';
  readonly message: string;
}

/** More than a chart can hold: time doubles with each. */
const MOST_PLACES = 5;

/** Of a directive piece/3. */
export function pieceDeclaration(args: readonly Term[], clause: ReadTerm): PieceDeclaration | PieceFault {
  const [id, goal, options] = args as readonly [Term, Term, Term];
  const at = (term: Term) => clause.positionOf(term) ?? clause.start;
  const bad = (message: string, term: Term): PieceFault => ({ code: 'BAD_PIECE', message, ...at(term) });
  if (id.kind !== 'atom') return bad(`a piece is named by an atom, not ${displayTerm(id)}`, id);
  const variables = new Set(variablesOf(goal));
  const unknown = (term: Term | undefined) => term?.kind !== 'variable' || !variables.has(term.name);
  const answers: string[] = [];
  let answer = '';
  const holes: { name: string; on: string; parts: string[] }[] = [];
  const slots: { name: string; takes: DeclaredPlace[] }[] = [];
  for (const option of listItems(options) ?? [options]) {
    const [name, first, second, third] =
      option.kind === 'compound' ? [`${option.name}/${option.args.length}`, ...option.args] : [];
    if (name === 'answer/1' && first?.kind === 'variable' && (!unknown(first) || isHoleOn(first, options)))
      answer = first.name;
    else if (
      name === 'whole/1' &&
      listItems(first!)?.every((each) => !unknown(each) || isHoleOn(each, options))
    )
      for (const each of listItems(first!)!) answers.push((each as { name: string }).name);
    else if (
      name === 'part/3' &&
      first?.kind === 'variable' &&
      second?.kind === 'variable' &&
      !unknown(first)
    ) {
      const parts = listItems(third!)?.map((part) => (part.kind === 'atom' ? part.name : undefined));
      if (parts?.every((part) => part !== undefined) !== true)
        return bad(`the parts of ${first.name} are a list of pieces' names`, third!);
      holes.push({ name: first.name, on: second.name, parts: parts as string[] });
    } else if (name === 'name/2' && first?.kind === 'variable' && !unknown(first)) {
      const takes = listItems(second!)?.map(placeOf);
      if (takes?.every((place) => place !== undefined) !== true)
        return bad(`the places of ${first.name} are a list of such as state/10-1`, second!);
      slots.push({ name: first.name, takes: takes as DeclaredPlace[] });
    } else
      return bad(
        `a piece has answer(Variable), whole(Variables), part(Hole, Variable, Pieces) and name(Slot, Places) with variables of its goal, not ${displayTerm(option)}`,
        option,
      );
  }
  if (holes.length + slots.length > MOST_PLACES)
    return bad(`a piece has at most ${MOST_PLACES} parts and names`, options);
  return { id: id.name, goal, answer, answers, holes, slots, ...at(id) };
}

/** The variable is one that a part is about: it need not stand in the goal itself. */
function isHoleOn(variable: Term, options: Term): boolean {
  return (
    variable.kind === 'variable' &&
    (listItems(options) ?? []).some(
      (option) =>
        option.kind === 'compound' &&
        option.name === 'part' &&
        option.args[1]?.kind === 'variable' &&
        option.args[1].name === variable.name,
    )
  );
}

/** `state/10-1` */
function placeOf(term: Term): DeclaredPlace | undefined {
  if (term.kind !== 'compound' || term.name !== '-' || term.args.length !== 2) return undefined;
  const [indicator, argument] = term.args as [Term, Term];
  if (indicator.kind !== 'compound' || indicator.name !== '/' || indicator.args.length !== 2)
    return undefined;
  const [predicate, arity] = indicator.args as [Term, Term];
  if (predicate.kind !== 'atom' || arity.kind !== 'integer' || argument.kind !== 'integer') return undefined;
  return { predicate: predicate.name, arity: Number(arity.value), argument: Number(argument.value) - 1 };
}

/** Of a directive weights/3. */
export function weightsDeclaration(args: readonly Term[], clause: ReadTerm): WeightsDeclaration | PieceFault {
  const [of, kind, pairs] = args as readonly [Term, Term, Term];
  const at = (term: Term) => clause.positionOf(term) ?? clause.start;
  const whose = of.kind === 'atom' ? of.name : indicatorText(of);
  const what = kind.kind === 'atom' ? kind.name : holeText(kind);
  const items = listItems(pairs);
  const weights: (readonly [string, number])[] = [];
  for (const item of items ?? []) {
    const [key, weight] = item.kind === 'compound' && item.name === '-' ? item.args : [];
    const value =
      weight?.kind === 'float'
        ? weight.value
        : weight?.kind === 'integer'
          ? Number(weight.value)
          : Number.NaN;
    const name = key?.kind === 'atom' ? key.name : key?.kind === 'integer' ? String(key.value) : undefined;
    if (name === undefined || !Number.isFinite(value)) {
      const message = `a weight is such as capital-2.3, not ${displayTerm(item)}`;
      return { code: 'BAD_PIECE', message, ...at(item) };
    }
    weights.push([name, value]);
  }
  if (whose === undefined || what === undefined || items === undefined) {
    const message = 'weights are given as weights(p7, words, [capital-2.3, of-0.4])';
    return { code: 'BAD_PIECE', message, ...at(of) };
  }
  return { of: whose, kind: what, weights, ...at(of) };
}

function indicatorText(term: Term): string | undefined {
  if (term.kind !== 'compound' || term.name !== '/' || term.args.length !== 2) return undefined;
  const [name, arity] = term.args as [Term, Term];
  return name.kind === 'atom' && arity.kind === 'integer' ? `${name.name}/${arity.value}` : undefined;
}

/** `part(1)` */
function holeText(term: Term): string | undefined {
  if (term.kind !== 'compound' || term.args.length !== 1) return undefined;
  const [number] = term.args as [Term];
  return number.kind === 'integer' ? `${term.name}(${number.value})` : undefined;
}
