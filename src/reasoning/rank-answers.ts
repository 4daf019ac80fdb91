import type { EngineAnswer } from './engine.js';

/** Best score first; then the smaller proof, then the text of the values, so that the order is always the same. */
export function rankAnswers(answers: readonly EngineAnswer[]): { answer: EngineAnswer; index: number }[] {
  return answers
    .map((answer, index) => ({ answer, index }))
    .sort(
      ({ answer: a }, { answer: b }) =>
        b.score - a.score || a.size - b.size || (a.values < b.values ? -1 : a.values > b.values ? 1 : 0),
    );
}
