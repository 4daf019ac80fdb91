import { ArgumentTypes } from '../dist/asking/linking/argument-types.js';
import { Gazetteer } from '../dist/asking/linking/gazetteer.js';
import { DeclaredMatcher } from '../dist/asking/patterns/declared-matcher.js';
import { wordsOf } from '../dist/asking/patterns/words.js';
import { parseModule } from '../dist/knowledge/parsed-module.js';
import { atom } from '../dist/prolog/term.js';
import { randomNumbers } from './random.mjs';
import { median } from './timing.mjs';

const constants = 50_000;
const patterns = 1_000;
const questions = 500;

/** How long it takes to understand a question, without embedding: the matching of patterns, and the linking of names. */
export async function run({ report, progress }) {
  const random = randomNumbers(11);
  const word = wordMaker(random);
  progress(`${constants} constants, ${patterns} patterns`);
  const gazetteer = new Gazetteer();
  const names = Array.from({ length: constants }, (_, i) => [
    word(),
    word(),
    ...(i % 3 === 0 ? [word()] : []),
  ]);
  for (const [i, name] of names.entries()) {
    const value = atom(name.join('_'));
    gazetteer.count({ predicate: `p${i % 50}`, arity: 2, argument: 0, value, facts: 1 });
  }
  const matcher = matcherOf(word, random);
  const asked = Array.from({ length: questions }, (_, i) => question(i, matcher.texts, names, random, word));

  time(report, 'pattern matched, slots linked', asked, (text) => matcher.matcher.match(text, gazetteer));
  time(report, 'names of a question linked', asked, (text) =>
    gazetteer.mentions(wordsOf(text).map((each) => each.text)),
  );
  const slips = names.slice(0, questions).map((name) => spoilt(name.join(' '), random));
  gazetteer.link('a first slip, for which the trigrams are indexed');
  time(report, 'one name with a slip linked', slips, (text) => gazetteer.link(text));
  time(report, 'question with slips linked', asked.slice(0, 100), (text) =>
    gazetteer.tolerant.mentions(wordsOf(text).map((each) => each.text)),
  );
}

function matcherOf(word, random) {
  const openings = [
    'who owns',
    'which things have',
    'what is the',
    'where does',
    'how many',
    'welche Dienste',
    'when did',
  ];
  const texts = Array.from({ length: patterns }, (_, i) => {
    const slots = i % 4 === 0 ? '{A} and {B}' : '{A}';
    return `${openings[i % openings.length]} ${word()} ${random() < 0.5 ? `${word()} ` : ''}${slots} ${word()}?`;
  });
  const source = texts
    .map((text, i) => {
      const p = i % 50;
      const goal = text.includes('{B}') ? `(p${p}(A, X), p${(p + 1) % 50}(B, X))` : `p${p}(A, X)`;
      return `:- question("${text}", ${goal}, [answer(X)]).`;
    })
    .join('\n');
  const types = new ArgumentTypes([], new Set(Array.from({ length: 50 }, (_, i) => `p${i}/2`)));
  const known = parseModule(source).declarations.questions.map(({ text, parts, goal, answers, line }) => ({
    pattern: { text, goal, answers, module: 'bench', line },
    slots: new Map(
      parts.flatMap((part) =>
        'variable' in part ? [[part.variable, types.ofVariable(goal, part.variable)]] : [],
      ),
    ),
  }));
  return { matcher: new DeclaredMatcher(known), texts };
}

/** Two in three fit a pattern and name a constant of the right kind; the others are about something else. */
function question(i, texts, names, random, word) {
  if (i % 3 === 2) return Array.from({ length: 9 }, () => word()).join(' ');
  const at = Math.floor(random() * texts.length);
  const constant = (p) => names[p + 50 * Math.floor(random() * (names.length / 50))].join(' ');
  return texts[at].replace('{A}', constant(at % 50)).replace('{B}', constant((at + 1) % 50));
}

function wordMaker(random) {
  const syllables =
    'ba be bi bo ca ce da de di do fa fe ga go ha ja ka ke ki la le li lo ma me mi mo na ne ni no pa pe ra re ri ro sa se si so ta te ti to va ve vi wa za'.split(
      ' ',
    );
  return () =>
    Array.from(
      { length: 2 + Math.floor(random() * 2) },
      () => syllables[Math.floor(random() * syllables.length)],
    ).join('');
}

/** Two neighbours swapped. */
function spoilt(text, random) {
  const at = 1 + Math.floor(random() * (text.length - 3));
  return text.slice(0, at) + text[at + 1] + text[at] + text.slice(at + 2);
}

/** The median of the medians of four rounds, after one that do not count. */
function time(report, metric, inputs, work) {
  const rounds = [];
  for (let round = 0; round < 5; round++) {
    const taken = inputs.map((input) => {
      const began = performance.now();
      work(input);
      return performance.now() - began;
    });
    if (round >= 1) rounds.push(taken);
  }
  report({ metric: `${metric}, p50`, value: median(rounds.map(median)), unit: 'ms' });
  const p95 = (taken) => [...taken].sort((a, b) => a - b)[Math.floor(taken.length * 0.95)];
  report({ metric: `${metric}, p95`, value: median(rounds.map(p95)), unit: 'ms' });
}
