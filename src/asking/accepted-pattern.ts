import { CorollaryError } from '../errors.js';
import { readTerm } from '../prolog/reader.js';
import { compound, list, str, type Term, variable } from '../prolog/term.js';
import { variablesOf } from '../prolog/variables.js';
import { displayTerm } from '../prolog/writer.js';
import { bodyCalls } from '../reasoning/body-calls.js';
import { alignQuestion } from './learning/align-question.js';
import type { EntityLinker, Position } from './linking/linker.js';

/** In characters: what is longer is a text, not a question. */
const LONGEST_QUESTION = 500;

export interface AcceptedQuestion {
  readonly question: string;
  readonly goal: Term;
  /** Where the constants of the goal stand. */
  readonly positions: readonly Position[];
}

/** @throws CorollaryError BAD_INPUT, PROLOG_SYNTAX */
export function acceptedQuestion(question: string, goal: string): AcceptedQuestion {
  const text = question.trim();
  if (text === '' || text.length > LONGEST_QUESTION) {
    const message = `a question that becomes a pattern has 1 to ${LONGEST_QUESTION} characters`;
    throw new CorollaryError('BAD_INPUT', message);
  }
  const { term } = readTerm(goal);
  const positions: Position[] = [];
  for (const { term: call } of bodyCalls(term, () => false)) {
    if (call.kind !== 'compound') continue;
    for (const [argument, value] of call.args.entries()) {
      if (value.kind !== 'variable' && value.kind !== 'compound')
        positions.push({ predicate: call.name, arity: call.args.length, argument });
    }
  }
  return { question: text, goal: term, positions };
}

/** The directive that makes a pattern of a question and its right goal: constants that the question names become slots. */
export function acceptedPattern({ question, goal }: AcceptedQuestion, linker: EntityLinker): string {
  const aligned = alignQuestion(question, goal, linker);
  const slots = new Set(aligned.slots.map(({ name }) => name));
  const answers = variablesOf(aligned.goal).filter((name) => !name.startsWith('_') && !slots.has(name));
  const directive = compound(
    'question',
    str(aligned.text),
    aligned.goal,
    list(answers.map((name) => compound('answer', variable(name)))),
  );
  return `${displayTerm(compound(':-', directive))}.`;
}
