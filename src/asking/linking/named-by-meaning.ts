import { CorollaryError } from '../../errors.js';
import type { Term } from '../../prolog/term.js';
import type { EntityLinker, Link, Mention, Position } from './linker.js';

/** How near in meaning each name is to the text, in [0, 1]. @throws CorollaryError EMBEDDING_SPACE_UNAVAILABLE */
export type CompareNames = (text: string, names: readonly string[]) => Promise<readonly number[]>;

/** A constant that may stand where a name is wanted. */
export interface NamedConstant {
  readonly value: Term;
  readonly name: string;
  readonly positions: readonly Position[];
}

/** Words that stand where a name is wanted, and name nothing by their letters. */
export interface Unnamed {
  readonly text: string;
  /** Its words in the question. */
  readonly from: number;
  readonly to: number;
}

/** Each of them is embedded, once: where more might be meant, nothing is guessed. */
export const MOST_COMPARED_NAMES = 1_000;
/** A constant whose name is less similar to the text is not what it means. */
const LEAST_SIMILARITY = 0.6;
/** What a link by meaning is worth at most, beside one by letters. */
const WORTH = 0.9;
const MOST_LINKS = 3;

/**
 * `linker`, which takes the words for the constants that are nearest to them in meaning, too; undefined where none is near,
 * or the model is not there to tell.
 */
export async function namedByMeaning(
  linker: EntityLinker,
  { text, from, to }: Unnamed,
  constants: readonly NamedConstant[],
  compare: CompareNames,
): Promise<EntityLinker | undefined> {
  if (constants.length === 0 || constants.length > MOST_COMPARED_NAMES) return undefined;
  let similarities: readonly number[];
  try {
    similarities = await compare(
      text,
      constants.map(({ name }) => name.replaceAll('_', ' ')),
    );
  } catch (error) {
    if (error instanceof CorollaryError && error.code === 'EMBEDDING_SPACE_UNAVAILABLE') return undefined;
    throw error;
  }
  const links: Link[] = constants
    .map(({ value, positions }, i) => ({ value, positions, similarity: similarities[i]! }))
    .filter(({ similarity }) => similarity >= LEAST_SIMILARITY)
    .sort((a, b) => b.similarity - a.similarity)
    .slice(0, MOST_LINKS)
    .map(({ value, positions, similarity }) => ({
      value,
      positions,
      text,
      kind: 'EMBEDDING',
      score: WORTH * similarity,
    }));
  return links.length === 0 ? undefined : withMention(linker, { from, to, links });
}

function withMention(linker: EntityLinker, mention: Mention): EntityLinker {
  return {
    link: (text, at) => linker.link(text, at),
    mentions: (words, most) => [...linker.mentions(words, most), mention].sort(inOrder),
    occursAt: (value, position) => linker.occursAt(value, position),
    isOfKind: (value, position) => linker.isOfKind?.(value, position) ?? false,
  };
}

const inOrder = (a: Mention, b: Mention) => a.from - b.from || b.to - a.to;
