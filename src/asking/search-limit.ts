import type { SearchOutcome } from '../retrieval/retrieval.js';

/** What may have kept facts out of a list; null where nothing did. */
export function searchLimit({
  cut,
  exact,
}: Pick<SearchOutcome, 'cut' | 'exact'>): 'TOP_K' | 'APPROXIMATION' | null {
  if (cut) return 'TOP_K';
  return exact ? null : 'APPROXIMATION';
}

/** What may have kept better facts out of the part of a list that ends at `end`, or facts that would come behind it. */
export function pageLimit(
  found: Pick<SearchOutcome, 'cut' | 'exact' | 'certain' | 'facts'>,
  end: number,
): 'TOP_K' | 'APPROXIMATION' | null {
  if (end >= found.facts.length) return searchLimit(found);
  return found.exact || end <= found.certain ? null : 'APPROXIMATION';
}
