/**
 * BM25 (Robertson & Zaragoza 2009, "The Probabilistic Relevance Framework: BM25 and Beyond") with the parameters
 * that Anserini found best for short passages, and Lucene's idf, which never falls below 0.
 */
export const K1 = 0.9;
export const B = 0.4;

/** ln(1 + (sentences − df + ½) / (df + ½)); `documents` is df, how many of the sentences hold the lexeme. */
export function inverseDocumentFrequency(documents: number, sentences: number): number {
  return Math.log(1 + (Math.max(0, sentences - documents) + 0.5) / (documents + 0.5));
}

/** What no sentence can exceed for lexemes of these idf: every lexeme so often that its saturation reaches k1 + 1. */
export function bestPossibleBm25(idfs: Iterable<number>): number {
  let sum = 0;
  for (const idf of idfs) sum += idf * (K1 + 1);
  return sum;
}
