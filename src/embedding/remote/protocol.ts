/** One way of asking for vectors over HTTP. */
export interface EmbeddingProtocol {
  readonly path: string;
  /** The body of a request for these texts. */
  request(texts: readonly string[]): object;
  /**
   * The body that makes the endpoint read only the beginning of a text that it refused as too long; undefined where
   * there is none, or where it does so of itself.
   */
  truncating?(texts: readonly string[], maxTokens: number): object;
  /**
   * What came back, in the order of the texts.
   * @throws WrongAnswer for another shape
   */
  read(json: unknown, headers: Headers, count: number): Rows;
}

export interface Rows {
  /** [texts]; not checked yet. */
  readonly rows: readonly unknown[];
  /** Of all texts together, as far as the endpoint says. */
  readonly tokens?: number | undefined;
}

/** A count out of JSON or a header, if it is one. */
export function countOf(value: unknown): number | undefined {
  const count = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : undefined;
}
