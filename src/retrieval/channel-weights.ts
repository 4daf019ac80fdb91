import type { Embedder } from '../embedding/embedder.js';
import type { Channel } from './retrieval.js';

export interface ChannelWeights {
  readonly dense: number;
  readonly sparse: number;
  readonly lexical: number;
}

/** FlagEmbedding weighs BGE-M3's dense scores twice as much as its sparse ones. */
const SPARSE_TO_DENSE = 0.5;

/**
 * How much each of the channels counts in fusion, together 1. The weights are the model's: that of its vectors, the rest of 1
 * for BM25, and that of its lexical weights (half of what its vectors have, where the registry does not say), over their sum.
 */
export function channelWeights(
  channels: ReadonlySet<Channel>,
  { fusionWeight, sparseFusionWeight }: Pick<Embedder, 'fusionWeight' | 'sparseFusionWeight'>,
): ChannelWeights {
  const dense = channels.has('DENSE') ? fusionWeight : 0;
  const sparse = channels.has('SPARSE') ? (sparseFusionWeight ?? SPARSE_TO_DENSE * fusionWeight) : 0;
  const lexical = channels.has('LEXICAL') ? 1 - fusionWeight : 0;
  const sum = dense + sparse + lexical;
  if (sum > 0) return { dense: dense / sum, sparse: sparse / sum, lexical: lexical / sum };
  const equal = (channel: Channel) => (channels.has(channel) ? 1 / channels.size : 0);
  return { dense: equal('DENSE'), sparse: equal('SPARSE'), lexical: equal('LEXICAL') };
}
