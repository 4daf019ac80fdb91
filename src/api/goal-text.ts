import { listItems } from '../prolog/list-items.js';
import { list, type Term, variable } from '../prolog/term.js';
import { displayTerm } from '../prolog/writer.js';

/** In characters: a goal that is longer would break the lines of a proof. */
const WIDEST_GOAL = 88;

/** What is kept of a goal that is too wide, less and less until it fits: characters of a text, elements, levels. */
const keeping = [
  { text: 45, items: 8, depth: 8 },
  { text: 36, items: 4, depth: 5 },
  { text: 28, items: 3, depth: 4 },
  { text: 20, items: 2, depth: 3 },
];
type Keeping = (typeof keeping)[number];

const MOST_ARGUMENTS = 16;

/** Shown as it is, and no text that is read as Prolog has a variable of this name. */
const left = variable('…');

/** As `displayTerm`, in one line; where it is wide its texts and lists are cut, and then its inner parts. */
export function goalText(goal: Term): string {
  const full = displayTerm(goal);
  if (full.length <= WIDEST_GOAL && !full.includes('\n')) return full;
  let text = '';
  for (const kept of keeping) {
    text = oneLine(displayTerm(shortened(goal, kept, kept.depth)), WIDEST_GOAL * 2);
    if (text.length <= WIDEST_GOAL) break;
  }
  return text;
}

function shortened(term: Term, kept: Keeping, depth: number): Term {
  switch (term.kind) {
    case 'string':
      return { ...term, value: oneLine(term.value, kept.text) };
    case 'atom':
      return { ...term, name: oneLine(term.name, kept.text) };
    case 'integer':
      return term.value > -(10n ** 40n) && term.value < 10n ** 40n ? term : left;
    case 'compound':
      break;
    default:
      return term;
  }
  if (depth === 0) return left;
  const items = listItems(term);
  if (items !== undefined) {
    const shown = items.slice(0, kept.items).map((item) => shortened(item, kept, depth - 1));
    return list(items.length > shown.length ? [...shown, left] : shown);
  }
  const { args } = term;
  const shown = args.length > MOST_ARGUMENTS ? args.slice(0, kept.items) : args;
  const short = shown.map((argument) => shortened(argument, kept, depth - 1));
  return { ...term, args: short.length < args.length ? [...short, left] : short };
}

/** Cut with an ellipsis. */
export function oneLine(text: string, longest: number): string {
  const flat = text.replace(/\s+/g, ' ');
  if (flat.length <= longest) return flat;
  const cut = flat.slice(0, longest).replace(/[\ud800-\udbff]$/, '');
  return `${cut.trimEnd()}…`;
}
