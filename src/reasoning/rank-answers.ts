import type { EngineAnswer } from './engine.js';

/**
 * Best score first; then the smaller proof, then the order in which the engine gives them, which is the standard order of
 * their values: so it is always the same.
 */
export function rankAnswers(answers: readonly EngineAnswer[]): { answer: EngineAnswer; index: number }[] {
  return answers
    .map((answer, index) => ({ answer, index }))
    .sort(({ answer: a }, { answer: b }) => b.score - a.score || a.size - b.size);
}
