import type { Application } from '../application.js';
import { CorollaryError } from '../errors.js';
import { decodeFactId } from '../knowledge/fact-id.js';
import type { AsOf } from '../knowledge/knowledge.js';
import type { RetrievalOptions } from '../retrieval/retrieval.js';
import type {
  AsOf as AsOfInput,
  InputMaybe,
  RetrievalOptions as RetrievalInput,
} from './generated/schema-types.js';
import { given } from './given.js';

/* Arguments that several fields take, as the stages below want them. */

export function asOfOf(input: InputMaybe<AsOfInput> | undefined): AsOf | null {
  if (input?.revision != null) return { revision: input.revision };
  return input?.time == null ? null : { time: input.time };
}

export function retrievalOptionsOf(input: RetrievalInput): RetrievalOptions {
  return given(input);
}

/**
 * The numbers of facts, from their ids.
 * @throws CorollaryError BAD_INPUT for what is no id, FACT_NOT_FOUND for a fact of another knowledge base
 */
export async function factNumbers(
  application: Application,
  ids: readonly string[],
  knowledgeBase: string | null | undefined,
): Promise<number[]> {
  const { id: own, name } = await application.knowledge.knowledgeBase(knowledgeBase);
  return ids.map((id) => {
    const key = decodeFactId(id);
    if (key.knowledgeBase === own) return key.id;
    throw new CorollaryError('FACT_NOT_FOUND', `${name} holds no fact ${id}`, { ids: [id] });
  });
}
