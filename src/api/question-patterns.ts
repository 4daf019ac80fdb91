import { parseModule } from '../knowledge/parsed-module.js';

/** The texts of `:- question("who owns {Service}?", ...)`. */
export function questionPatterns(source: string): string[] {
  return parseModule(source).declarations.questions.map(({ text }) => text);
}
