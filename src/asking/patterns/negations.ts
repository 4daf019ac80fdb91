import { folded, stemmed } from '../linking/name-keys.js';

/** Words that turn a question into its opposite, in the languages of the bundled model. */
const negations: ReadonlySet<string> = new Set(
  `not no never none nobody nothing neither nor without except unless cannot
  nicht kein keine keinen keinem keiner keines nie niemals niemand niemanden niemandem nichts ohne außer weder
  pas jamais aucun aucune personne rien sans sauf nunca ningún ninguno ninguna nadie nada sin salvo
  non mai nessun nessuno nessuna niente senza não nenhum nenhuma ninguém sem exceto`
    .split(/\s+/)
    .map((word) => stemmed(folded(word))),
);

/** @param key the word folded and stemmed */
export function isNegation(word: string, key: string): boolean {
  return negations.has(key) || /n['’]t$/i.test(word);
}
