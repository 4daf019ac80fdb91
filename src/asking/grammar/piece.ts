import { compound, type Term, variable } from '../../prolog/term.js';

/** A hole of a piece: conditions on one of its variables, which another piece gives, stand there. */
export interface Hole {
  /** Stands in the goal where the other piece's goal goes. */
  readonly name: string;
  /** The variable that the other piece's answer becomes. */
  readonly on: string;
}

/** A part of goals that comes back in many: a condition, with holes for what else is said about its variables. */
export interface Piece {
  /** A goal; its holes and slots are variables. */
  readonly goal: Term;
  /** What the piece is about: the variable that it shares with the piece around it. Empty for a whole goal. */
  readonly answer: string;
  readonly holes: readonly Hole[];
  /** Variables for constants that the question names. */
  readonly slots: readonly string[];
}

/** A goal as a tree of pieces. */
export interface PieceTree {
  readonly piece: Piece;
  /** One for each hole. */
  readonly parts: readonly PieceTree[];
  /** One for each slot. */
  readonly constants: readonly Term[];
}

/** The goal that a tree of pieces stands for; variables are named apart, `answer` as asked for. */
export function goalOf(tree: PieceTree): Term {
  let fresh = 0;
  const build = ({ piece, parts, constants }: PieceTree, answer: Term | undefined): Term => {
    const values = new Map<string, Term>();
    if (answer !== undefined) values.set(piece.answer, answer);
    piece.slots.forEach((slot, index) => {
      values.set(slot, constants[index]!);
    });
    const termOf = (name: string): Term => {
      let value = values.get(name);
      if (value === undefined) {
        // The names of a whole goal's variables are those that a caller knows its answers by.
        value = variable(answer === undefined ? name : `V${++fresh}`);
        values.set(name, value);
      }
      return value;
    };
    const holes = new Map(piece.holes.map((hole, index) => [hole.name, index]));
    const fill = (term: Term): Term => {
      if (term.kind === 'variable') {
        const hole = holes.get(term.name);
        return hole === undefined ? termOf(term.name) : build(parts[hole]!, termOf(piece.holes[hole]!.on));
      }
      if (term.kind !== 'compound') return term;
      if (term.name === ',' && term.args.length === 2) return conjunction(conjuncts(term).map(fill));
      return compound(term.name, ...term.args.map(fill));
    };
    return fill(piece.goal);
  };
  return build(tree, undefined);
}

/** `(a, (b, c))` and `((a, b), c)` as their conditions, in order. */
export function conjuncts(term: Term): Term[] {
  const found: Term[] = [];
  const pending = [term];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.kind === 'compound' && next.name === ',' && next.args.length === 2) {
      pending.push(next.args[1]!, next.args[0]!);
    } else found.push(next);
  }
  return found;
}

export function conjunction(conditions: readonly Term[]): Term {
  const flat = conditions.flatMap(conjuncts);
  return flat.slice(0, -1).reduceRight<Term>((rest, each) => compound(',', each, rest), flat.at(-1)!);
}
