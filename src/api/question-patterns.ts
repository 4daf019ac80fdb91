import { parseModule } from '../knowledge/parsed-module.js';

/** The texts of `:- question("who owns {Service}?", ...)`. */
export function questionPatterns(source: string): string[] {
  const patterns: string[] = [];
  for (const { indicator, goal } of parseModule(source).declarations.others) {
    if (!indicator?.startsWith('question/') || goal.kind !== 'compound') continue;
    const text = goal.args[0];
    if (text?.kind === 'string') patterns.push(text.value);
    else if (text?.kind === 'atom') patterns.push(text.name);
  }
  return patterns;
}
