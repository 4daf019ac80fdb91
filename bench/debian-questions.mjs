#!/usr/bin/env node
// Imports what debian-packages.mjs made and asks for packages by meaning and dependency at once:
//
//     node bench/debian-questions.mjs DIR [--text TEXT] [--library PACKAGE]
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { displayTerm } from '../dist/prolog/writer.js';
import { assertInBatches, startTemporaryApplication } from './temporary-application.mjs';
import { milliseconds } from './timing.mjs';

const {
  values: { text, library },
  positionals: [folder],
} = parseArgs({
  allowPositionals: true,
  options: {
    text: { type: 'string', default: 'image thumbnails' },
    library: { type: 'string', default: 'libjpeg62-turbo' },
  },
});
if (folder === undefined) {
  console.error('node bench/debian-questions.mjs DIR [--text TEXT] [--library PACKAGE]');
  process.exit(2);
}

const { application, stop } = await startTemporaryApplication();
try {
  await importPackages();
  const like = `similar(${JSON.stringify(text)}, description(P, _), _), needs(P, '${library}')`;
  const { asker } = application;
  const hybrid = { question: text, goal: `description(P, D), needs(P, '${library}')`, first: 10 };
  for (const [name, ask] of [
    ['prove, similar/3 first', () => asker.prove({ goal: like, first: 10 })],
    [
      'prove, by the rule',
      () => asker.prove({ goal: `like_needing(${JSON.stringify(text)}, '${library}', P)`, first: 10 }),
    ],
    ['ask, text and goal', () => asker.ask(hybrid)],
    ['ask, 500 texts', () => asker.ask({ ...hybrid, retrieval: { topK: 500 } })],
    ['prove, whatever needs the library', () => asker.prove({ goal: `needs(P, '${library}')`, first: 3 })],
    ['prove, all that gimp needs', () => asker.prove({ goal: 'needs(gimp, P)', first: 3 })],
  ]) {
    await print(name, ask);
  }
} finally {
  await stop();
}

async function importPackages() {
  const { module, diagnostics } = await application.putRuleModule({
    name: 'debian-packages',
    source: readFileSync(`${folder}/rules.pl`, 'utf8'),
  });
  if (module === null) throw new Error(JSON.stringify(diagnostics));
  const lines = readFileSync(`${folder}/facts.pl`, 'utf8').split('\n');
  const facts = lines.filter((line) => line !== '').map((prolog) => ({ prolog }));
  const stored = await milliseconds(() => assertInBatches(application, facts));
  const indexed = await milliseconds(async () =>
    application.indexer.settled(await application.knowledge.knowledgeBase()),
  );
  console.log(
    `${facts.length} facts stored in ${seconds(stored)}, sentences embedded ${seconds(indexed)} later`,
  );
}

async function print(name, ask) {
  const first = await milliseconds(ask);
  const { answers, complete, limitReached, timings, warnings } = await ask();
  const completeness = complete ? 'complete' : `incomplete (${limitReached})`;
  const { embedMs, retrieveMs, reasonMs, totalMs } = timings;
  const parts = `embed ${embedMs.toFixed(0)}, retrieve ${retrieveMs.toFixed(0)}, reason ${reasonMs.toFixed(0)}`;
  console.log(
    `\n## ${name}: ${totalMs.toFixed(0)} ms (${parts}; first time ${first.toFixed(0)}), ${completeness}`,
  );
  for (const warning of warnings) console.log(warning);
  for (const { answer } of answers.edges) {
    const values = answer.bindings.map(({ variable, value }) => `${variable} = ${displayTerm(value)}`);
    console.log(`${answer.score.toFixed(3)}  ${values.join(', ')}`);
  }
  const best = answers.edges[0]?.answer;
  if (best !== undefined) console.log(`\nProof of the first:\n${proofText(best.proof)}`);
}

function proofText({ nodes }, index = 0, depth = 1) {
  const { kind, goal, score, children } = nodes[index];
  const line = `${'  '.repeat(depth)}${kind} ${displayTerm(goal)}${score < 1 ? `  [${score.toFixed(3)}]` : ''}`;
  return [line, ...children.map((child) => proofText({ nodes }, child, depth + 1))].join('\n');
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}
