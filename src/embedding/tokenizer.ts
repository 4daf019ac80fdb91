import { readFile } from 'node:fs/promises';
import { Tokenizer } from '@huggingface/tokenizers';
import { z } from 'zod';
import { Charsmap } from './charsmap.js';
import type { LongTexts } from './embedder.js';
import type { Vocabulary } from './sparse-head.js';
import { windowsOf } from './windows.js';

/** A text as a model reads it. */
export interface ReadText {
  /** Token ids, special ones included, of at most `maxTokens` each; at least one window. */
  readonly windows: readonly (readonly number[])[];
  /** That were read: overlaps count once. */
  readonly tokens: number;
  readonly truncated: boolean;
  readonly known: boolean;
}

export interface TokenizedText {
  /** Special tokens included; at most `maxTokens`. */
  readonly ids: readonly number[];
  /** The text had more tokens than the model reads: the rest is left out, the closing special token stays. */
  readonly truncated: boolean;
  /** At least one token of the text itself (prefix aside) is in the vocabulary. */
  readonly known: boolean;
}

const tokenizerJson = z.looseObject({
  added_tokens: z
    .array(z.looseObject({ id: z.number(), content: z.string(), special: z.boolean().default(false) }))
    .default([]),
  normalizer: z.unknown().default(null),
  pre_tokenizer: z.unknown().default(null),
  post_processor: z.unknown().default(null),
  decoder: z.unknown().default(null),
  padding: z.looseObject({ pad_id: z.number() }).nullish(),
  model: z.looseObject({
    // Files of old releases leave it out.
    type: z.enum(['WordPiece', 'Unigram', 'BPE']).optional(),
    unk_token: z.string().nullish(),
    unk_id: z.number().nullish(),
    vocab: z.custom<Record<string, number> | [string, number][]>(
      (value) => typeof value === 'object' && value !== null,
    ),
  }),
});
type TokenizerJson = z.output<typeof tokenizerJson>;

/** Of an upper bound on the characters of a token: text beyond `maxTokens` times this is cut off unread. */
const charactersPerToken = 64;

/**
 * Text → token ids by a `tokenizer.json` of Hugging Face tokenizers.
 *
 * A text cannot name a special token. The tokenizer that splits texts has none: they are no added tokens of its, and
 * their entries in the vocabulary are renamed to strings that begin with a lone surrogate, which no text contains
 * (lone surrogates of a text become U+FFFD). So `<s>` or `[CLS]` in a text is the characters that it is written with,
 * also where normalisation makes it (`＜s＞`). The special tokens around the text are put there by id.
 */
export class TextTokenizer implements Vocabulary {
  readonly padId: number;
  /** All special tokens, the one for the unknown among them. */
  readonly specialIds: ReadonlySet<number>;
  readonly #tokenizer: Tokenizer;
  readonly #maxTokens: number;
  readonly #before: readonly number[];
  readonly #after: readonly number[];
  /** Ids that say nothing about a text: the unknown token, and a word boundary alone. */
  readonly #empty: ReadonlySet<number | undefined>;
  readonly #prefixLengths = new Map<string, number>();

  /** @throws Error when `json` is not a tokenizer that can be read. */
  constructor(json: unknown, maxTokens: number) {
    const parsed = tokenizerJson.parse(json);
    const special = specialIds(parsed);
    this.specialIds = new Set(special.values());
    this.#tokenizer = new Tokenizer(withoutSpecialTokens(parsed, special), {});
    applyCharsmaps(this.#tokenizer.normalizer as LibraryNormalizer | null);
    this.#maxTokens = maxTokens;
    const idOf = (token: string) => {
      const id = special.get(token) ?? this.#tokenizer.token_to_id(token);
      if (id === undefined) throw new Error(`the tokenizer's template names ${token}, which has no id`);
      return id;
    };
    const around = templateAround(this.#tokenizer);
    this.#before = around.before.map(idOf);
    this.#after = around.after.map(idOf);
    this.padId = parsed.padding?.pad_id ?? special.get('<pad>') ?? special.get('[PAD]') ?? 0;
    this.#empty = new Set([this.#tokenizer.model?.unk_token_id, this.#tokenizer.token_to_id('▁')]);
  }

  /** @throws Error that says what is wrong with the file. */
  static async load(path: string, maxTokens: number): Promise<TextTokenizer> {
    return new TextTokenizer(JSON.parse(await readFile(path, 'utf8')), maxTokens);
  }

  /** @param prefix what the model wants before a text of this role, such as `query: `. */
  tokenize(text: string, prefix = ''): TokenizedText {
    const most = this.#maxTokens * charactersPerToken;
    const read = withoutLoneSurrogates(text.length > most ? text.slice(0, most) : text);
    const all = this.#contentIds(prefix + read);
    const room = this.#maxTokens - this.#before.length - this.#after.length;
    const content = all.length > room ? all.slice(0, room) : all;
    return {
      ids: [...this.#before, ...content, ...this.#after],
      truncated: all.length > room || text.length > most,
      known: this.#isKnown(read, prefix, all),
    };
  }

  /**
   * As `tokenize` does; or, for `windows`, to its end: each window has the special tokens around it and the prefix before
   * it, the first is what `tokenize` gives, and windows of which nothing is known are left out.
   */
  read(text: string, prefix: string, long: LongTexts): ReadText {
    const { ids, truncated, known } = this.tokenize(text, prefix);
    if (!truncated || long === 'truncate') return { windows: [ids], tokens: ids.length, truncated, known };
    const whole = withoutLoneSurrogates(text);
    const all = this.#contentIds(prefix + whole);
    const around = this.#before.length + this.#after.length;
    const room = this.#maxTokens - around;
    const shared = prefix === '' ? 0 : Math.min(sharedLength(this.#contentIds(prefix), all), room - 1);
    const opening = [...this.#before, ...all.slice(0, shared)];
    const parts = windowsOf(all.slice(shared), room - shared);
    const telling = parts.filter((ids) => ids.some((id) => !this.#empty.has(id)));
    return {
      windows: (telling.length > 0 ? telling : parts).map((part) => [...opening, ...part, ...this.#after]),
      tokens: all.length + around,
      truncated: false,
      known: this.#isKnown(whole, prefix, all),
    };
  }

  /** The piece of an id as the vocabulary has it, such as `▁payment`. */
  pieceOf(id: number): string {
    return this.#tokenizer.id_to_token(id) ?? '';
  }

  #isKnown(text: string, prefix: string, ids: readonly number[]): boolean {
    if (text.trim() === '') return false;
    if (prefix === '') return ids.some((id) => !this.#empty.has(id));
    let prefixLength = this.#prefixLengths.get(prefix);
    if (prefixLength === undefined) {
      prefixLength = this.#contentIds(prefix).length;
      this.#prefixLengths.set(prefix, prefixLength);
    }
    // Only a text that adds little to the prefix, or nothing known, is worth a second look without it.
    const rest = ids.slice(prefixLength + 1);
    return (
      rest.some((id) => !this.#empty.has(id)) || this.#contentIds(text).some((id) => !this.#empty.has(id))
    );
  }

  #contentIds(text: string): number[] {
    return this.#tokenizer.encode(text, { add_special_tokens: false }).ids;
  }
}

/** A normaliser of the library: one step, a sequence of them, or SentencePiece's table. */
interface LibraryNormalizer {
  normalize: (text: string) => string;
  readonly normalizers?: readonly (LibraryNormalizer | null)[];
  readonly charsmap?: string | null;
}

/** The library has today's NFKC in place of the table that a model was trained with. */
function applyCharsmaps(normalizer: LibraryNormalizer | null): void {
  normalizer?.normalizers?.forEach(applyCharsmaps);
  if (typeof normalizer?.charsmap !== 'string') return;
  const charsmap = new Charsmap(normalizer.charsmap);
  normalizer.normalize = (text) => charsmap.normalised(text);
}

function withoutLoneSurrogates(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\uFFFD');
}

function sharedLength(a: readonly number[], b: readonly number[]): number {
  const differs = a.findIndex((id, i) => id !== b[i]);
  return differs === -1 ? a.length : differs;
}

/** Added tokens that are special, and the token for the unknown, with their ids. */
function specialIds(json: TokenizerJson): Map<string, number> {
  const special = new Map(
    json.added_tokens.filter((token) => token.special).map(({ content, id }) => [content, id]),
  );
  const { vocab, unk_token: unknown, unk_id: unknownId } = json.model;
  if (Array.isArray(vocab)) {
    const piece = typeof unknownId === 'number' ? vocab[unknownId]?.[0] : undefined;
    if (piece !== undefined && typeof unknownId === 'number') special.set(piece, unknownId);
  } else if (typeof unknown === 'string' && vocab[unknown] !== undefined) {
    special.set(unknown, vocab[unknown]);
  }
  return special;
}

function withoutSpecialTokens(json: TokenizerJson, special: ReadonlyMap<string, number>): object {
  const renamed = (token: string) => (special.has(token) ? `\uD800${token}` : token);
  const { vocab, unk_token: unknown } = json.model;
  return {
    ...json,
    added_tokens: json.added_tokens.filter((token) => !special.has(token.content)),
    model: {
      ...json.model,
      ...(typeof unknown === 'string' && { unk_token: renamed(unknown) }),
      vocab: Array.isArray(vocab)
        ? vocab.map(([token, score]) => [renamed(token), score])
        : Object.fromEntries(Object.entries(vocab).map(([token, id]) => [renamed(token), id])),
    },
  };
}

/** The special tokens that the tokenizer's template puts before and after a single text. */
function templateAround(tokenizer: Tokenizer): { before: string[]; after: string[] } {
  const text = '\uD800';
  const tokens = tokenizer.post_processor?.post_process([text], null, true).tokens ?? [text];
  const at = tokens.indexOf(text);
  return { before: tokens.slice(0, at), after: tokens.slice(at + 1) };
}
