import { atom, compound, float, integer, list, str, type Term, variable } from '../../prolog/term.js';
import { displayTerm } from '../../prolog/writer.js';
import { OTHER } from '../grammar/declared-grammar.js';
import type { Grammar, GrammarPiece } from '../grammar/grammar.js';
import type { LearnedPattern } from './learn-patterns.js';
import type { LearnedAlias } from './learned-aliases.js';

/** What a learned module holds. */
export interface LearnedModule {
  /** In words, for the first line. */
  readonly from: string;
  readonly aliases: readonly LearnedAlias[];
  readonly patterns: readonly LearnedPattern[];
  readonly grammar: Grammar | undefined;
  /** For each piece by id: how examples said it, the most usual first, and how many had it. */
  readonly sayings: ReadonlyMap<string, { readonly texts: readonly string[]; readonly times: number }>;
}

const WIDTH = 110;

/** A rule module as a person can read and change it: whole questions, then pieces with how they were said and their weights. */
export function moduleText({ from, aliases, patterns, grammar, sayings }: LearnedModule): string {
  const blocks = [
    `% ${from}\n% Written by \`corollary patterns learn\`: learn again rather than change many weights by hand.`,
  ];
  if (aliases.length > 0) {
    const names = new Map<string, { constant: Term; names: string[] }>();
    for (const { constant, name } of aliases) {
      const key = displayTerm(constant);
      names.set(key, { constant, names: [...(names.get(key)?.names ?? []), name] });
    }
    const lines = [...names.values()].map(({ constant, names: said }) =>
      directive(compound('alias', constant, list(said.map(str)))),
    );
    blocks.push(`% What questions call constants by, beside their own names.\n${lines.join('\n')}`);
  }
  if (patterns.length > 0) {
    const lines = patterns.map(({ text, goal, answers, times }) => {
      const options = list(answers.map((name) => compound('answer', variable(name))));
      const note = times > 1 ? `   % ${times} examples` : '';
      return `${directive(compound('question', str(text), goal, options))}${note}`;
    });
    blocks.push(`% Whole questions.\n${lines.join('\n')}`);
  }
  if (grammar !== undefined) {
    blocks.push(
      '% Pieces of questions. Another piece goes where Part1 stands, a constant where Name1 does; the words that speak for a\n% piece have weights above 0, those that speak against it below; * stands for words that are not known.',
    );
    const weights = grouped(grammar);
    for (const piece of grammar.pieces) {
      const said = sayings.get(piece.id);
      const note =
        said === undefined
          ? ''
          : `% ${said.times} examples: ${said.texts.map((text) => JSON.stringify(text)).join(', ')}\n`;
      blocks.push(`${note}${pieceText(piece)}\n${weightTexts(weights, piece.id).join('\n')}`.trimEnd());
    }
    const { intercept, slope } = grammar.calibration;
    blocks.push(
      `% How often a reading is right, from questions that were held back: logistic in the log-odds of its share.\n:- weights(confidence, share, [intercept-(${intercept}), slope-(${slope})]).`,
    );
    const ids = new Set(grammar.pieces.map(({ id }) => id));
    const rest = [...weights.keys()].filter((of) => !ids.has(of));
    blocks.push(
      `% Words that speak for whatever piece a predicate is in, and what all pieces share.\n${rest.flatMap((of) => weightTexts(weights, of)).join('\n')}`,
    );
  }
  return `${blocks.join('\n\n')}\n`;
}

function pieceText(piece: GrammarPiece): string {
  const { id, goal, answer, answers, holes, slots, parts, takes } = piece;
  const options: Term[] = [];
  if (answer === '') options.push(compound('whole', list(answers.map(variable))));
  else options.push(compound('answer', variable(answer)));
  holes.forEach(({ name, on }, hole) => {
    options.push(compound('part', variable(name), variable(on), list((parts[hole] ?? []).map(atom))));
  });
  slots.forEach((name, slot) => {
    const places = (takes[slot] ?? []).map(({ predicate, arity, argument }) =>
      compound('-', compound('/', atom(predicate), integer(arity)), integer(argument + 1)),
    );
    options.push(compound('name', variable(name), list(places)));
  });
  return directive(compound('piece', atom(id), goal, list(options)));
}

/** Weights by what they are of, then by their kind. */
function grouped({ weights }: Grammar): Map<string, Map<string, [string, number][]>> {
  const found = new Map<string, Map<string, [string, number][]>>();
  for (const [name, weight] of weights) {
    const [of, kind, key] = declaredKey(name);
    const kinds = found.get(of) ?? new Map<string, [string, number][]>();
    found.set(of, kinds);
    kinds.set(kind, [...(kinds.get(kind) ?? []), [key, weight]]);
  }
  return found;
}

/** The reverse of `declaredGrammar`'s reading of weights. */
function declaredKey(name: string): [of: string, kind: string, key: string] {
  const [kind, of = '', ...rest] = name.split('\t');
  switch (kind) {
    case 'word':
      return [of, 'words', rest[0]!];
    case 'unknown':
      return [of, 'words', OTHER];
    case 'start':
      return [of, 'starts', rest[0] === '' ? OTHER : rest[0]!];
    case 'silent':
      return [of, 'piece', 'silent'];
    case 'part':
      return [of, `part(${Number(rest[0]) + 1})`, rest[1]!];
    case 'slot':
      return [of, 'names', String(Number(rest[0]) + 1)];
    case 'unseen':
      return ['parts', 'unseen', of];
    case 'name_length':
      return ['names', 'lengths', of];
    case 'name_word':
      return ['names', 'words', of];
    default:
      return ['names', 'words', OTHER];
  }
}

function weightTexts(
  weights: ReadonlyMap<string, ReadonlyMap<string, readonly [string, number][]>>,
  of: string,
): string[] {
  return [...(weights.get(of) ?? [])].map(([kind, pairs]) => {
    const sorted = [...pairs].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
    const items = sorted.map(([key, weight]) => {
      const isNumber = /^\d+$/.test(key) && (kind === 'lengths' || kind === 'names');
      return displayTerm(compound('-', isNumber ? integer(Number(key)) : atom(key), float(weight)));
    });
    return wrapped(`:- weights(${ownerText(of)}, ${kind}, [`, items);
  });
}

function ownerText(of: string): string {
  const slash = of.lastIndexOf('/');
  if (slash < 1) return displayTerm(atom(of));
  return displayTerm(compound('/', atom(of.slice(0, slash)), integer(Number(of.slice(slash + 1)))));
}

function wrapped(start: string, items: readonly string[]): string {
  const lines: string[] = [];
  let line = start;
  items.forEach((item, index) => {
    const text = `${item}${index + 1 < items.length ? ',' : ']).'}`;
    if (line.length + text.length + 1 > WIDTH && line.trim() !== '') {
      lines.push(line.trimEnd());
      line = '    ';
    }
    line += `${text} `;
  });
  lines.push(line.trimEnd());
  return lines.join('\n');
}

const directive = (goal: Term) => `:- ${displayTerm(goal)}.`;
