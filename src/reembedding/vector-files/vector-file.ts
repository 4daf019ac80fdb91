import { z } from 'zod';

/** What the vectors of a file are: its first line, or in a binary COPY file the header's extension area. */
export interface VectorFileHeader {
  readonly format: 'corollary-vectors';
  readonly version: 1;
  readonly model: string;
  readonly dimensions: number;
  /** Of the space: vectors of another one are never mixed in. */
  readonly fingerprint: string;
}

/** A sentence's vector. */
export interface VectorRow {
  /** Id of the fact, as the API gives it. */
  readonly fact: string;
  /** SHA-256 of the sentence that was embedded, hexadecimal. */
  readonly textHash: string;
  /** [dimensions]; null for a sentence that is to be embedded (JSON Lines only). */
  readonly vector: Float32Array | null;
  /** The sentence; JSON Lines have it, for who is to embed it. */
  readonly text?: string;
}

/** A row as it was read, and where it stood, for messages: "line 7", "byte 1203". */
export interface ReadRow extends VectorRow {
  readonly where: string;
}

export interface VectorFile {
  readonly header: VectorFileHeader;
  /** To be read once, in one go. @throws VectorFileFault */
  readonly rows: AsyncIterable<ReadRow>;
}

/** A file that is not what it should be. The message says where. */
export class VectorFileFault extends Error {
  override readonly name = 'VectorFileFault';

  constructor(
    /** "line 7", "byte 1203" */
    readonly where: string,
    readonly why: string,
  ) {
    super(`${where}: ${why}`);
  }
}

const headerShape = z.object({
  format: z.literal('corollary-vectors'),
  version: z.literal(1),
  model: z.string().min(1),
  dimensions: z.int().min(1).max(16_000),
  fingerprint: z.string().min(1),
});

/** @throws VectorFileFault */
export function headerFrom(text: string, where: string): VectorFileHeader {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new VectorFileFault(where, 'there is no header {"format": "corollary-vectors", …}');
  }
  const parsed = headerShape.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join('.') || 'it';
  throw new VectorFileFault(where, `the header is not right: ${field}: ${issue?.message}`);
}
