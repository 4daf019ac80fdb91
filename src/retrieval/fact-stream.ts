import { DenseStream, type StreamParts } from './dense-stream.js';
import { checkOptions, checkText, lacking } from './options.js';
import type { Meaning } from './pinned-space.js';
import { RankedStream } from './ranked-stream.js';
import type { FactStream } from './streamed-facts.js';

/** Facts that a stream gives where the request does not say how many (`topK`); it may say no more than this. */
export const MOST_STREAMED = 1_000;

/**
 * Embeds the text and reads the first facts.
 * @throws SpaceChanged; CorollaryError as `Retriever.search`
 */
export async function openFactStream(parts: StreamParts, meaning: Meaning): Promise<FactStream> {
  const { request, search } = parts;
  const { embedder } = meaning;
  checkText(request.text);
  const options = checkOptions({ ...request.options, topK: request.options?.topK ?? MOST_STREAMED });
  if (options.rerank && !embedder.outputs.has('tokens')) {
    throw lacking('rerank', 'vectors of single tokens for late interaction');
  }
  if (options.channels.has('SPARSE') && !embedder.outputs.has('sparse')) {
    throw lacking('channels', 'the channel SPARSE');
  }
  if (!options.channels.has('DENSE')) {
    const { topK } = options;
    const found = await search({
      ...request,
      options: { ...request.options, topK, rerank: false },
    });
    return new RankedStream(topK, found);
  }
  const started = performance.now();
  const { signal } = request;
  const [embedded] = await embedder.embed([request.text], 'query', { ...(signal && { signal }) });
  const embedMs = performance.now() - started;
  const stream = new DenseStream(parts, meaning, options, embedded!.dense, embedMs);
  await stream.open();
  return stream;
}
