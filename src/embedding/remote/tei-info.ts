import { z } from 'zod';
import type { CorollaryError } from '../../errors.js';
import type { RemoteModelEntry } from '../registry.js';
import type { HttpEndpoint } from './http-endpoint.js';

const info = z.object({
  model_id: z.string().optional(),
  max_input_length: z.number().int().positive().optional(),
  max_client_batch_size: z.number().int().positive().optional(),
});

/**
 * Asks text-embeddings-inference what it serves. An endpoint that does not tell (a proxy lets only /embed through) is
 * believed: its vectors are checked all the same.
 * @returns the texts that it takes in one request, if it says
 * @throws CorollaryError EMBEDDING_SPACE_UNAVAILABLE when it serves another model, or reads less of a text than the entry
 * says; CANCELLED
 */
export async function mostTextsOfTei(
  entry: RemoteModelEntry,
  endpoint: HttpEndpoint,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<number | undefined> {
  const answer = await endpoint
    .ask({ path: '/info', timeoutMs, mostBytes: 65_536, signal })
    .catch((error: CorollaryError) => {
      if (error.code === 'CANCELLED') throw error;
      return undefined;
    });
  const { data } = info.safeParse(answer?.json);
  const { model } = entry.endpoint;
  if (data?.model_id !== undefined && data.model_id !== model)
    throw endpoint.failure('lasting', `serves ${data.model_id}, not ${model}`);
  if (data?.max_input_length !== undefined && data.max_input_length < entry.maxTokens)
    throw endpoint.failure(
      'lasting',
      `reads ${data.max_input_length} tokens of a text, but the registry says ${entry.maxTokens}: ` +
        'vectors of longer texts would differ (see its --max-batch-tokens, or lower maxTokens)',
    );
  return data?.max_client_batch_size;
}
