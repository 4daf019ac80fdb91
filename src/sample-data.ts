import { readFile } from 'node:fs/promises';
import type { Application } from './application.js';
import type { KnowledgeStore } from './knowledge/knowledge-store.js';
import { readProgram } from './prolog/reader.js';
import { writeTerm } from './prolog/writer.js';

/** The rule module that the sample knowledge base comes with. */
export const sampleModule = 'incidents';
const sampleSource = 'sample data';
const samples = new URL('../rules/samples/', import.meta.url);

/**
 * Fills a database that nothing was ever written to. Facts and rules are two writes: a server that was killed between
 * them has left the first alone, and the next one finishes.
 */
export async function loadSamples(application: Application): Promise<void> {
  const { knowledge } = application;
  const { revision } = await knowledge.knowledgeBase();
  if (revision > 1 || (revision === 1 && !(await isHalfLoaded(knowledge)))) return;
  const facts = readProgram(await readFile(new URL('incidents-facts.pl', samples), 'utf8'));
  await application.assertFacts(
    facts.clauses.map(({ term }) => ({ prolog: writeTerm(term), source: sampleSource })),
    { awaitEmbedding: false },
  );
  const source = await readFile(new URL(`${sampleModule}.pl`, samples), 'utf8');
  const { module, diagnostics } = await application.putRuleModule({ name: sampleModule, source });
  if (module === null) {
    throw new Error(`The sample rules are refused: ${diagnostics.map(({ message }) => message).join('; ')}`);
  }
  await application.indexer.settled(await knowledge.knowledgeBase());
}

async function isHalfLoaded(knowledge: KnowledgeStore): Promise<boolean> {
  const [{ nodes }, modules] = await Promise.all([knowledge.facts({ first: 1 }), knowledge.ruleModules()]);
  return modules.length === 0 && nodes[0]?.source === sampleSource;
}
