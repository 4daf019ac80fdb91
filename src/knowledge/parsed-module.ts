import { type ReadTerm, readProgram } from '../prolog/reader.js';
import type { SyntaxFault } from '../prolog/syntax-fault.js';
import { indicatorOf, type Term } from '../prolog/term.js';
import { type Declarations, declarationsOf, directiveGoal } from './declarations.js';

/** A rule module's source, read. */
export interface ParsedModule {
  readonly clauses: readonly ReadTerm[];
  readonly errors: readonly SyntaxFault[];
  readonly declarations: Declarations;
  /** Of each predicate that has clauses here, by name/arity, in order of appearance. */
  readonly predicates: ReadonlyMap<string, ModulePredicate>;
}

export interface ModulePredicate {
  readonly name: string;
  readonly arity: number;
  readonly clauses: number;
  /** The comment before its first clause. */
  readonly description: string | null;
}

export function parseModule(source: string): ParsedModule {
  const { clauses, errors } = readProgram(source);
  const predicates = new Map<string, ModulePredicate>();
  for (const clause of clauses) {
    const head = headOf(clause.term);
    const indicator = head && indicatorOf(head);
    if (head === undefined || indicator === undefined) continue;
    const known = predicates.get(indicator);
    const [name, arity] =
      head.kind === 'compound' ? [head.name, head.args.length] : [indicator.slice(0, -2), 0];
    predicates.set(indicator, {
      name,
      arity,
      clauses: (known?.clauses ?? 0) + 1,
      description: known === undefined ? descriptionOf(clause.comment) : known.description,
    });
  }
  return { clauses, errors, declarations: declarationsOf(clauses), predicates };
}

/** Of `head :- body`, `head --> body`, `0.8 :: clause` or a fact; undefined for a directive. */
function headOf(clause: Term): Term | undefined {
  if (directiveGoal(clause) !== undefined) return undefined;
  if (clause.kind !== 'compound' || clause.args.length !== 2) return clause;
  const [left, right] = clause.args as readonly [Term, Term];
  if (clause.name === '::') return headOf(right);
  if (clause.name === ':-') return left;
  if (clause.name === '-->') return withTwoMore(left);
  return clause;
}

/** A grammar rule's predicate has two arguments more than its head: the text before and after it. */
function withTwoMore(head: Term): Term | undefined {
  const hidden: Term[] = [
    { kind: 'variable', name: '_' },
    { kind: 'variable', name: '_' },
  ];
  if (head.kind === 'atom') return { kind: 'compound', name: head.name, args: hidden };
  if (head.kind !== 'compound') return undefined;
  // With a pushback list, as in `a, [x] --> b`.
  if (head.name === ',' && head.args.length === 2) return withTwoMore(head.args[0]!);
  return { ...head, args: [...head.args, ...hidden] };
}

/** In one paragraph; without the line of modes, `depends(?Service, ?Dependency)`, that PlDoc begins with. */
function descriptionOf(comment: string | undefined): string | null {
  if (comment === undefined) return null;
  const lines = comment.split('\n').map((line) => line.trim());
  const isModeLine = /^[a-z]\w*(\(.*\))?(\s+is\s+\w+)?\.?$/.test(lines[0] ?? '') && lines.length > 1;
  const text = (isModeLine ? lines.slice(1) : lines).join(' ').trim();
  return text === '' ? null : text;
}
