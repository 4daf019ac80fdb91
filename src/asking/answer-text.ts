import { type SentenceRules, sentenceFor } from '../knowledge/sentences.js';
import { readTerm } from '../prolog/reader.js';
import { indicatorOf } from '../prolog/term.js';
import type { ScoredAnswer } from '../reasoning/reasoning.js';

export type Templates = SentenceRules['templates'];

/**
 * The goal in words; of a goal of several parts, the sentences of those that have a template. The parts are read from
 * the proof, where each has all its values.
 */
export function answerText({ goal, proof }: ScoredAnswer, templates: Templates): string | null {
  const whole = sentenceFor(goal, templates);
  const root = proof?.nodes[0];
  if (whole !== null || proof === null || root === undefined || root.rule !== undefined) return whole;
  const sentences = root.children
    .map((child) => proof.nodes[child]!)
    .filter(({ kind }) => kind !== 'NEGATION' && kind !== 'BUILTIN')
    .flatMap((node) => sentenceFor(node.goal, templates) ?? []);
  return sentences.length === 0 ? null : sentences.join('; ');
}

/** Goals that have other goals as parts; `call/N` besides. */
const ofParts = new Set([',/2', ';/2', '->/2', '*->/2', 'once/1', 'ignore/1']);

/** Whether answers to this goal can be put into words only with their proofs at hand. */
export function textNeedsProof(goal: string, templates: Templates): boolean {
  if (templates.size === 0) return false;
  let indicator: string | undefined;
  try {
    indicator = indicatorOf(readTerm(goal).term);
  } catch {
    // Whoever evaluates it says what is wrong with it.
    return false;
  }
  return indicator !== undefined && (ofParts.has(indicator) || indicator.startsWith('call/'));
}
