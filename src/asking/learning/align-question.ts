import { compound, type Term, variable } from '../../prolog/term.js';
import { variablesOf } from '../../prolog/variables.js';
import { writeTerm } from '../../prolog/writer.js';
import { namedConstants } from '../grammar/named-constants.js';
import { wordsOf } from '../grammar/words.js';
import type { EntityLinker } from '../linking/linker.js';

/** A question and its goal with the constants that the question names as slots. */
export interface AlignedQuestion {
  /** `who owns {Service}?` */
  readonly text: string;
  readonly goal: Term;
  readonly slots: readonly { readonly name: string; readonly text: string; readonly value: Term }[];
  /** Constants of the goal that no words of the question name: they stay as they are. */
  readonly unaligned: readonly Term[];
}

/** Makes a pattern of a question and its goal: each constant of the goal that words of the question name becomes a slot. */
export function alignQuestion(question: string, goal: Term, linker: EntityLinker): AlignedQuestion {
  const words = wordsOf(question);
  const names = namedConstants(words, linker);
  const taken = words.map(() => false);
  const variables = new Set(variablesOf(goal));
  const slots = new Map<string, { name: string; text: string; value: Term; from: number; to: number }>();
  const unaligned: Term[] = [];
  // Long names first: within New York City there is New York.
  const candidates = [...names].sort((a, b) => b.to - b.from - (a.to - a.from) || b.score - a.score);
  for (const { constant, within } of constantsOf(goal)) {
    const key = writeTerm(constant);
    const name = candidates.find(
      ({ value, from, to }) => !taken.slice(from, to).includes(true) && writeTerm(value) === key,
    );
    if (name === undefined) {
      unaligned.push(constant);
      continue;
    }
    taken.fill(true, name.from, name.to);
    const slot = freshName(within, variables);
    variables.add(slot);
    const text = question.slice(words[name.from]!.start, words[name.to - 1]!.end);
    slots.set(key, { name: slot, text, value: constant, from: name.from, to: name.to });
  }
  const inOrder = [...slots.values()].sort((a, b) => a.from - b.from);
  let text = '';
  let end = 0;
  for (const { name, from, to } of inOrder) {
    text += `${escaped(question.slice(end, words[from]!.start))}{${name}}`;
    end = words[to - 1]!.end;
  }
  text += escaped(question.slice(end));
  const isOnlySlots = words.every((_, at) => taken[at]);
  if (isOnlySlots) return { text: escaped(question), goal, slots: [], unaligned };
  return {
    text,
    goal: withSlots(goal, slots),
    slots: inOrder.map(({ name, text: said, value }) => ({ name, text: said, value })),
    unaligned,
  };
}

const escaped = (text: string) => text.replaceAll('{', '{{').replaceAll('}', '}}');

function isConstant(term: Term): boolean {
  return (
    term.kind !== 'variable' && term.kind !== 'compound' && !(term.kind === 'atom' && term.name === '[]')
  );
}

/** Constants among the arguments of a goal, each once, and what each is an argument of. */
function constantsOf(goal: Term): { constant: Term; within: string }[] {
  const found = new Map<string, { constant: Term; within: string }>();
  const pending = [goal];
  for (let term = pending.pop(); term !== undefined; term = pending.pop()) {
    if (term.kind !== 'compound') continue;
    for (const argument of term.args) {
      if (isConstant(argument) && term.name !== ',') {
        const key = writeTerm(argument);
        if (!found.has(key)) found.set(key, { constant: argument, within: term.name });
      }
    }
    pending.push(...[...term.args].reverse());
  }
  return [...found.values()];
}

function withSlots(goal: Term, slots: ReadonlyMap<string, { readonly name: string }>): Term {
  const replaced = (term: Term, isArgument: boolean): Term => {
    if (term.kind === 'compound')
      return compound(term.name, ...term.args.map((each) => replaced(each, term.name !== ',')));
    const slot = isArgument && isConstant(term) ? slots.get(writeTerm(term)) : undefined;
    return slot === undefined ? term : variable(slot.name);
  };
  return replaced(goal, false);
}

/** A variable called after what the constant is an argument of: `owned_by` gives Owned_by, then Owned_by2. */
function freshName(within: string, taken: ReadonlySet<string>): string {
  const plain = within.replace(/[^A-Za-z0-9_]/g, '');
  const name = /^[A-Za-z]/.test(plain) ? `${plain[0]!.toUpperCase()}${plain.slice(1)}` : 'Name';
  if (!taken.has(name)) return name;
  let number = 2;
  while (taken.has(`${name}${number}`)) number++;
  return `${name}${number}`;
}
