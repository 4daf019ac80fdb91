import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { alignQuestion } from '../dist/asking/learning/align-question.js';
import { goalOfExample } from '../dist/asking/learning/example.js';
import { FetchedLinker } from '../dist/asking/learning/fetched-linker.js';
import { learnPatterns } from '../dist/asking/learning/learn-patterns.js';
import { wordsOf } from '../dist/asking/patterns/words.js';
import { readProgram, readTerm } from '../dist/prolog/reader.js';
import { substitute } from '../dist/prolog/variables.js';
import { displayTerm, writeTerm } from '../dist/prolog/writer.js';
import { nearestQuestions } from './geoquery-baseline.mjs';
import { startTemporaryApplication } from './temporary-application.mjs';

const folds = 5;
const languages = ['en', 'de', 'zh'];
const dataFolder = fileURLToPath(new URL('../../shared/data/geoquery/', import.meta.url));
const rulesFile = new URL('../test/evaluation/geoquery.pl', import.meta.url);
const learnedModule = 'learned_questions';

/**
 * GeoQuery's 600 training questions in five parts: patterns are learned from four, the questions of the fifth asked under
 * AUTO, as `ask` does it. `--only en,de` takes some of the languages, `--data FOLDER` another folder of the data.
 */
export async function run({ report, progress, options }) {
  const folder = options.data ?? dataFolder;
  if (!existsSync(`${folder}/questions.jsonl`)) {
    progress(`skipped: no ${folder}/questions.jsonl`);
    return;
  }
  const wanted = options.only === undefined ? languages : options.only.split(',');
  const questions = readFileSync(`${folder}/questions.jsonl`, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
  const { application, stop } = await startTemporaryApplication({ REASONER_WORKERS: '1' });
  try {
    const { clauses } = readProgram(readFileSync(`${folder}/geobase.pl`, 'utf8'));
    const facts = clauses.map(({ term }) => writeTerm(term)).filter((text) => !text.startsWith(':-('));
    await application.assertFacts(
      facts.map((prolog) => ({ prolog })),
      { awaitEmbedding: false },
    );
    await application.putRuleModule({ name: 'geoquery', source: readFileSync(rulesFile, 'utf8') });
    for (const language of wanted)
      await inOneLanguage(application, questions, language, { report, progress });
  } finally {
    await stop();
  }
}

async function inOneLanguage(application, questions, language, { report, progress }) {
  const asked = [];
  const nearest = [];
  for (let fold = 0; fold < folds; fold++) {
    const examples = questions
      .filter((_, index) => index % folds !== fold)
      .map(({ nl, prolog }, index) => ({
        question: nl[language],
        ...goalOfExample(`answered(${prolog}, Name)`, ['Name']),
        line: index + 1,
      }));
    const judged = questions.filter((each, index) => index % folds === fold && isJudged(each));
    await application.putRuleModule({ name: learnedModule, source: '% nothing yet' });
    const linker = await linkerFor(application, questions, language);
    const began = performance.now();
    const learned = await learnPatterns(examples, linker, learnedModule);
    const seconds = (performance.now() - began) / 1000;
    const { module, diagnostics } = await application.putRuleModule({
      name: learnedModule,
      source: learned.source,
    });
    if (module === null) throw new Error(JSON.stringify(diagnostics.slice(0, 3)));
    const baseline = nearestQuestions(examples, alignQuestion, linker, wordsOf);
    for (const question of judged) {
      asked.push(await askedUnderAuto(application, question, language));
      nearest.push(await askedNearest(application, question, baseline(question.nl[language])));
    }
    const right = asked.slice(-judged.length).filter((each) => each.isRight).length;
    progress(
      `${language}, part ${fold + 1}: learned in ${seconds.toFixed(0)} s, ${right} of ${judged.length} right, ${nearest.slice(-judged.length).filter((each) => each.isRight).length} by the nearest question`,
    );
  }
  const share = (all, isSo) => (100 * all.filter(isSo).length) / all.length;
  const baseline = share(nearest, ({ isRight }) => isRight);
  const taken = asked.filter(({ isTaken }) => isTaken);
  const metric = (name) => `${language}: ${name}`;
  report({
    metric: metric('right under AUTO'),
    value: share(asked, ({ isRight }) => isRight),
    unit: '%',
    baseline,
  });
  report({ metric: metric('answered by a goal'), value: share(asked, ({ isTaken }) => isTaken), unit: '%' });
  report({
    metric: metric('right of those'),
    value: share(taken, ({ isRight }) => isRight),
    unit: '%',
    baseline,
  });
  report({
    metric: metric('answered wrongly'),
    value: share(asked, (each) => each.isTaken && !each.isRight),
    unit: '%',
    baseline: share(nearest, (each) => each.isTaken && !each.isRight),
  });
  report({
    metric: metric('best reading right, however doubtful'),
    value: share(asked, ({ bestIsRight }) => bestIsRight),
    unit: '%',
  });
  for (const least of [0.6, 0.7, 0.8, 0.9, 0.95]) {
    const sure = asked.filter((each) => each.isTaken && each.confidence >= least);
    report({
      metric: metric(`covered at confidence ${least}`),
      value: (100 * sure.length) / asked.length,
      unit: '%',
    });
    report({
      metric: metric(`precision at confidence ${least}`),
      value: share(sure, ({ isRight }) => isRight),
      unit: '%',
    });
  }
  const times = asked.map(({ routeMs }) => routeMs).sort((a, b) => a - b);
  report({ metric: metric('route decision, p50'), value: times[Math.floor(times.length / 2)], unit: 'ms' });
  report({
    metric: metric('route decision, p95'),
    value: times[Math.floor(times.length * 0.95)],
    unit: 'ms',
  });
}

/** Those whose two reference queries agree about the answers, and that have any. */
function isJudged({ both_agree: agree, answers_prolog: answers }) {
  return agree && (answers ?? []).length > 0;
}

async function linkerFor(application, questions, language) {
  const names = new Set();
  for (const { nl, prolog } of questions) {
    names.add(nl[language]);
    for (const [, quoted, plain] of prolog.matchAll(/'([^']*)'|\b([a-z]\w*)\b/g)) names.add(quoted ?? plain);
  }
  return FetchedLinker.of(names, async (texts) => {
    const mentions = await application.asker.mentions(texts);
    return mentions.map((each) =>
      each.flatMap(({ from, to, links }) =>
        links.map(({ text, value, score, positions }) => ({
          from,
          to,
          text,
          constant: displayTerm(value),
          score,
          places: positions,
        })),
      ),
    );
  });
}

async function askedUnderAuto(application, question, language) {
  const text = question.nl[language];
  const began = performance.now();
  const route = await application.asker.route(text);
  const routeMs = performance.now() - began;
  const isTaken = route.route === 'LOGIC';
  const best = isTaken ? route : route.alternatives.find(({ goal }) => goal);
  const bestIsRight = best?.goal ? await isRight(application, question, best.goal) : false;
  return { isTaken, isRight: isTaken && bestIsRight, bestIsRight, confidence: route.confidence, routeMs };
}

async function askedNearest(application, question, found) {
  if (found === undefined) return { isTaken: false, isRight: false };
  const goal = writeTerm(substitute(found.goal, found.values));
  return { isTaken: true, isRight: await isRight(application, question, goal) };
}

const known = new Map();

async function isRight(application, question, goal) {
  const key = writeTerm(readTerm(goal).term);
  let answers = known.get(key);
  if (answers === undefined) {
    const { answers: page } = await application.asker
      .prove({ goal, first: 1000, wanted: { proofs: false, texts: false, count: false } })
      .catch(() => ({ answers: { edges: [] } }));
    answers = page ?? { edges: [] };
    answers = comparable(answers.edges.map(({ answer }) => nameOf(answer)));
    known.set(key, answers);
  }
  return answers === comparable(question.answers_prolog);
}

function nameOf({ bindings }) {
  const { value } = bindings.find(({ variable }) => variable === 'Name');
  if (value.kind === 'atom') return value.name;
  return value.kind === 'string' ? value.value : writeTerm(value);
}

/** A set of names as one text; numbers count as equal when they agree in 12 digits, however they are written. */
function comparable(names) {
  const plain = names.map((name) => {
    const number = name.trim() === '' ? Number.NaN : Number(name);
    return Number.isNaN(number) ? name : number.toPrecision(12);
  });
  return JSON.stringify([...new Set(plain)].sort());
}
