import { CorollaryError } from '../../errors.js';
import { readTerm } from '../../prolog/reader.js';
import { indicatorOf, type Term } from '../../prolog/term.js';
import { variablesOf } from '../../prolog/variables.js';

/** A question and the goal that it means. */
export interface Example {
  readonly question: string;
  readonly goal: Term;
  /** Variables of the goal that are asked for; none where the answer is yes or no. */
  readonly answers: readonly string[];
  /** Line of its file, from 1. */
  readonly line: number;
}

/** What an editor's memory still holds of one question and its goal. */
const LONGEST_LINE = 100_000;

/**
 * Reads JSON Lines of `question`, `goal` and, where not every named variable is asked for, `answers`. Empty lines are passed
 * over.
 *
 * @param file to name in what is thrown
 * @throws CorollaryError BAD_INPUT that names every bad line, up to ten
 */
export function readExamples(text: string, file?: string): Example[] {
  const examples: Example[] = [];
  const faults: string[] = [];
  text.split('\n').forEach((line, index) => {
    if (line.trim() === '') return;
    try {
      examples.push(exampleOf(line, index + 1));
    } catch (error) {
      const where = file === undefined ? `line ${index + 1}:` : `${file}:${index + 1} `;
      faults.push(`${where} ${(error as Error).message}`);
    }
  });
  if (faults.length > 0) {
    const more = faults.length > 10 ? `\nand ${faults.length - 10} more` : '';
    throw new CorollaryError('BAD_INPUT', `${faults.slice(0, 10).join('\n')}${more}`);
  }
  if (examples.length === 0) throw new CorollaryError('BAD_INPUT', 'there is no example to learn from');
  return examples;
}

function exampleOf(line: string, number: number): Example {
  if (line.length > LONGEST_LINE) throw new Error(`longer than ${LONGEST_LINE} characters`);
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new Error('no JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error('no object with a question and a goal');
  const { question, goal, answers } = value as Record<string, unknown>;
  if (typeof question !== 'string' || question.trim() === '') throw new Error('question is no text');
  if (typeof goal !== 'string' || goal.trim() === '') throw new Error('goal is no text');
  if (answers !== undefined && !isTexts(answers)) throw new Error('answers is no list of names of variables');
  return { question, ...goalOfExample(goal, answers), line: number };
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

/**
 * @param answers names of variables; when left out every variable that has a name
 * @throws Error when the goal can't be read, is no goal, or lacks an answer's variable
 */
export function goalOfExample(
  goal: string,
  answers: readonly string[] | undefined,
): Pick<Example, 'goal' | 'answers'> {
  const { term, variables } = readTerm(goal.trim().replace(/\.$/, ''));
  if (indicatorOf(term) === undefined) throw new Error('the goal is no call of a predicate');
  const known = new Set(variablesOf(term));
  for (const name of answers ?? [])
    if (!known.has(name)) throw new Error(`${name} is no variable of the goal`);
  return {
    goal: term,
    answers: answers ?? variables.filter((name) => known.has(name) && !name.startsWith('_')),
  };
}

/** The plain texts of a goal's atoms and strings: what a linker may be asked about them. */
export function constantNames(goal: Term): string[] {
  const names = new Set<string>();
  const pending = [goal];
  for (let term = pending.pop(); term !== undefined; term = pending.pop()) {
    if (term.kind === 'compound') pending.push(...term.args);
    else if (term.kind === 'atom') names.add(term.name);
    else if (term.kind === 'string') names.add(term.value);
  }
  return [...names];
}
