import type { SearchOutcome } from '../retrieval/retrieval.js';

/** What may have kept facts out of a list; null where nothing did. */
export function searchLimit({
  cut,
  exact,
}: Pick<SearchOutcome, 'cut' | 'exact'>): 'TOP_K' | 'APPROXIMATION' | null {
  if (cut) return 'TOP_K';
  return exact ? null : 'APPROXIMATION';
}
