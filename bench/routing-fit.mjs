#!/usr/bin/env node
// Fits the weights of src/asking/patterns/confidence.ts to the questions of test/evaluation/routing/development.jsonl and
// prints them, with how well they do under five-fold cross-validation:
//
//   npm run build && node bench/routing-fit.mjs
import { readFileSync } from 'node:fs';
import { askedGoal } from '../dist/asking/asked-goal.js';
import { Linkers } from '../dist/asking/linking/linkers.js';
import { featuresOf, leadFeaturesOf } from '../dist/asking/patterns/confidence.js';
import { DeclaredMatcher } from '../dist/asking/patterns/declared-matcher.js';
import { RoutingBases } from '../dist/asking/routing-base.js';
import { displayTerm } from '../dist/prolog/writer.js';
import { startTemporaryApplication } from './temporary-application.mjs';

const file = new URL('../test/evaluation/routing/development.jsonl', import.meta.url);
const questions = readFileSync(file, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));
/** What a person would think; the weights are drawn to it, since a hundred questions do not say all. */
const priors = { weights: [-8, 10, 2, -2, -0.5, -1, 1, -0.1, -1], lead: [0, 1, 0.3] };
/** How much the sum of squares of the differences counts beside the sum of losses. */
const l2 = 0.3;

const { application, stop } = await startTemporaryApplication({ SAMPLE_DATA: 'on' });
try {
  const groups = [];
  for (const [i, each] of questions.entries()) {
    groups.push(await labelled(each));
    if (i % 20 === 19) console.error(`${i + 1} of ${questions.length} questions`);
  }
  const readings = groups.flat();
  console.error(
    `${readings.length} readings, ${readings.filter(({ isRight }) => isRight).length} of them right`,
  );
  const losses = [];
  for (let fold = 0; fold < 5; fold++) {
    const [weights, lead] = fitted(groups.filter((_, i) => i % 5 !== fold));
    const held = groups.filter((_, i) => i % 5 === fold).flatMap((group) => judged(group, weights, lead));
    losses.push(...held.map(({ p, isRight }) => (p - (isRight ? 1 : 0)) ** 2));
  }
  console.error(`Brier score of readings, cross-validated: ${mean(losses).toFixed(4)}`);
  const [weights, lead] = fitted(groups);
  console.log(
    `weights = ${JSON.stringify(weights.map(round))}\nleadWeights = ${JSON.stringify(lead.map(round))}`,
  );
} finally {
  await stop();
}

/** The readings of a question, each right or wrong. */
async function labelled({ question, category, goal }) {
  const knowledgeBase = await application.knowledge.knowledgeBase();
  const base = await new RoutingBases(application.knowledge).of(knowledgeBase);
  const linking = await new Linkers(application.knowledge, { most: 1e6 }).at(
    knowledgeBase,
    base.names,
    [],
    [],
  );
  const seen = [];
  const matcher = new DeclaredMatcher(base.patterns, (reading, facts) => seen.push({ reading, facts }));
  matcher.match(question, linking.linker);
  if (seen.length === 0) matcher.match(question, linking.tolerant);
  const wanted = goal && (await valuesOf(goal, /\bA\b/.test(goal) ? 'A' : undefined));
  const group = [];
  for (const { reading, facts } of seen) {
    const isHybrid = reading.leftover !== '' && base.restsOnSentences(reading.goal);
    let isRight = goal !== undefined && isHybrid === (category === 'HYBRID');
    if (isRight) {
      const asked = displayTerm(askedGoal(reading.goal, reading.answers));
      const variables = reading.answers.length === 0 ? [undefined] : reading.answers;
      const found = await Promise.all(variables.map((variable) => valuesOf(asked, variable)));
      isRight = found.includes(wanted);
    }
    group.push({ facts, isRight });
  }
  return group;
}

async function valuesOf(goal, variable) {
  const { answers } = await application.asker.prove({ goal, first: 1_000 });
  const values = answers.edges.map(({ answer: { bindings } }) =>
    variable === undefined ? 'yes' : displayTerm(bindings.find((each) => each.variable === variable).value),
  );
  return [...new Set(values)].sort().join();
}

function fitted(groups) {
  const readings = groups.flat();
  const weights = logistic(
    readings.map(({ facts }) => featuresOf(facts)),
    readings.map(({ isRight }) => isRight),
    priors.weights,
  );
  const led = groups.flatMap((group) => withLead(group, weights));
  return [
    weights,
    logistic(
      led.map(({ features }) => features),
      led.map(({ isRight }) => isRight),
      priors.lead,
    ),
  ];
}

function withLead(group, weights) {
  const evidence = group.map(({ facts }) => dot(featuresOf(facts), weights));
  return group.map(({ isRight }, i) => {
    const rivals = evidence.filter((_, j) => j !== i);
    return {
      isRight,
      features: leadFeaturesOf(evidence[i], rivals.length > 0 ? Math.max(...rivals) : undefined),
    };
  });
}

function judged(group, weights, lead) {
  return withLead(group, weights).map(({ isRight, features }) => ({
    isRight,
    p: logit(dot(features, lead)),
  }));
}

/** Gradient descent; with Platt's targets. */
function logistic(rows, labels, prior) {
  const [right, wrong] = [labels.filter(Boolean).length, labels.filter((label) => !label).length];
  const targets = labels.map((label) => (label ? (right + 1) / (right + 2) : 1 / (wrong + 2)));
  const weights = [...prior];
  for (let step = 0; step < 10_000; step++) {
    const gradient = weights.map((weight, i) => (l2 * (weight - prior[i])) / rows.length);
    for (const [i, row] of rows.entries()) {
      const error = (logit(dot(row, weights)) - targets[i]) / rows.length;
      for (const [j, value] of row.entries()) gradient[j] += error * value;
    }
    for (const [j, slope] of gradient.entries()) weights[j] -= 0.3 * slope;
  }
  return weights;
}

function dot(a, b) {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}

function logit(z) {
  return 1 / (1 + Math.exp(-z));
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function round(value) {
  return Number(value.toFixed(2));
}
