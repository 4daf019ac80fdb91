import type { Position } from '../prolog/position.js';
import type { ReadTerm } from '../prolog/reader.js';
import { CONS, indicatorOf, type Term } from '../prolog/term.js';
import { variablesOf } from '../prolog/variables.js';
import { displayTerm } from '../prolog/writer.js';
import {
  type PieceDeclaration,
  type PieceFault,
  pieceDeclaration,
  type WeightsDeclaration,
  weightsDeclaration,
} from './piece-declarations.js';
import {
  type AliasDeclaration,
  type AliasPredicateDeclaration,
  aliasDeclaration,
  aliasPredicateDeclarations,
  isFault,
  type PhraseDeclaration,
  phraseDeclaration,
  type QuestionDeclaration,
  type QuestionFault,
  questionDeclaration,
} from './question-declarations.js';
import { isReserved } from './reserved-predicates.js';
import { type Template, templateParts } from './template.js';

/** What the directives of one rule module declare. */
export interface Declarations {
  readonly templates: readonly TemplateDeclaration[];
  readonly searchable: readonly SearchableDeclaration[];
  readonly questions: readonly QuestionDeclaration[];
  readonly phrases: readonly PhraseDeclaration[];
  readonly pieces: readonly PieceDeclaration[];
  readonly weights: readonly WeightsDeclaration[];
  readonly aliases: readonly AliasDeclaration[];
  readonly aliasPredicates: readonly AliasPredicateDeclaration[];
  /** Every other directive, for whoever knows what it means. */
  readonly others: readonly OtherDirective[];
  /** Declarations that were left out, and why. */
  readonly faults: readonly DeclarationFault[];
}

export interface TemplateDeclaration extends Template, Position {
  readonly indicator: string;
}

export interface SearchableDeclaration extends Position {
  readonly indicator: string;
}

export interface OtherDirective {
  /** `name/arity` of the directive's goal; undefined when it is a number, a string or a variable. */
  readonly indicator: string | undefined;
  readonly goal: Term;
  /** The clause that it was read from, for positions and variable names. */
  readonly clause: ReadTerm;
}

export interface DeclarationFault extends Position {
  readonly code: 'BAD_TEMPLATE' | 'BAD_SEARCHABLE' | QuestionFault['code'] | PieceFault['code'];
  readonly message: string;
}

/** Sorts the directives among `clauses`; clauses that are none are passed over. */
export function declarationsOf(clauses: readonly ReadTerm[]): Declarations {
  const found = new Declared();
  for (const clause of clauses) {
    const goal = directiveGoal(clause.term);
    if (goal !== undefined) found.take(goal, clause);
  }
  return found;
}

/** What stands behind `:-` where nothing stands before it. */
export function directiveGoal(clause: Term): Term | undefined {
  return clause.kind === 'compound' && clause.name === ':-' && clause.args.length === 1
    ? clause.args[0]
    : undefined;
}

class Declared implements Declarations {
  readonly templates: TemplateDeclaration[] = [];
  readonly searchable: SearchableDeclaration[] = [];
  readonly questions: QuestionDeclaration[] = [];
  readonly phrases: PhraseDeclaration[] = [];
  readonly pieces: PieceDeclaration[] = [];
  readonly weights: WeightsDeclaration[] = [];
  readonly aliases: AliasDeclaration[] = [];
  readonly aliasPredicates: AliasPredicateDeclaration[] = [];
  readonly others: OtherDirective[] = [];
  readonly faults: DeclarationFault[] = [];

  take(goal: Term, clause: ReadTerm): void {
    const indicator = indicatorOf(goal);
    const args = goal.kind === 'compound' ? goal.args : [];
    const at = (term: Term) => clause.positionOf(term) ?? clause.start;
    if (indicator === 'template/2') this.#template(args[0]!, args[1]!, clause, at);
    else if (indicator === 'searchable/1') this.#searchable(args[0]!, at);
    else if (indicator === 'question/2' || indicator === 'question/3')
      this.#keep(questionDeclaration(args, clause), this.questions);
    else if (indicator === 'phrase/3') this.#keep(phraseDeclaration(args, clause), this.phrases);
    else if (indicator === 'piece/3') this.#keep(pieceDeclaration(args, clause), this.pieces);
    else if (indicator === 'weights/3') this.#keep(weightsDeclaration(args, clause), this.weights);
    else if (indicator === 'alias/2') this.#keep(aliasDeclaration(args, clause), this.aliases);
    else if (indicator === 'alias_predicate/1')
      for (const found of aliasPredicateDeclarations(args[0]!, clause))
        this.#keep(found, this.aliasPredicates);
    else this.others.push({ indicator, goal, clause });
  }

  #keep<Declaration extends object>(
    found: Declaration | QuestionFault | PieceFault,
    kept: Declaration[],
  ): void {
    if (isFault(found)) this.faults.push(found);
    else kept.push(found);
  }

  #template(head: Term, text: Term, clause: ReadTerm, at: (term: Term) => Position): void {
    const fault = (message: string, term: Term) =>
      this.faults.push({ code: 'BAD_TEMPLATE', message, ...at(term) });
    const indicator = indicatorOf(head);
    if (indicator === undefined || isReserved(indicator)) {
      fault(`a template is for a fact such as owned_by(Service, Team), not for ${displayTerm(head)}`, head);
      return;
    }
    if (text.kind !== 'string' && text.kind !== 'atom') {
      fault(
        `the template of ${indicator} is a text such as "{Service} is owned by {Team}", not ${displayTerm(text)}`,
        text,
      );
      return;
    }
    const source = text.kind === 'string' ? text.value : text.name;
    const parts = templateParts(source);
    const variables = new Set(variablesOf(head));
    const unknown = parts.find((part) => 'variable' in part && !variables.has(part.variable));
    if (unknown !== undefined && 'variable' in unknown) {
      const named = clause.variables.filter((name) => variables.has(name));
      const known = named.length === 0 ? 'which has no named variables' : `which has ${named.join(', ')}`;
      fault(
        `{${unknown.variable}} is no variable of ${displayTerm(head)}, ${known}; write {{ for a brace`,
        text,
      );
      return;
    }
    this.templates.push({ indicator, head, text: source, parts, ...at(head) });
  }

  /** p/n, a list of these, or several between commas. */
  #searchable(given: Term, at: (term: Term) => Position): void {
    const pending = [given];
    for (let term = pending.pop(); term !== undefined; term = pending.pop()) {
      const [name, first, second] =
        term.kind === 'compound' && term.args.length === 2 ? [term.name, ...term.args] : [];
      if (name === ',' || name === CONS) pending.push(second!, first!);
      else if (name === '/' && first?.kind === 'atom' && second?.kind === 'integer' && second.value >= 0n) {
        this.searchable.push({ indicator: `${first.name}/${second.value}`, ...at(term) });
      } else if (!(term.kind === 'atom' && term.name === '[]')) {
        const message = `searchable names predicates, as in :- searchable(summary/2), not ${displayTerm(term)}`;
        this.faults.push({ code: 'BAD_SEARCHABLE', message, ...at(term) });
      }
    }
  }
}
