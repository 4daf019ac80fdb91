const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Runs of other characters than printable ASCII, with the ASCII neighbours that could make one grapheme with them. */
const unusual = /[ -~]?[^ -~]+(?:[ -~][^ -~]+)*[ -~]?/g;
/**
 * Characters that may make a grapheme of fewer than six bytes with a neighbour: marks and format characters of at most
 * two bytes, or behind a character of at most two, and the two ends of a line. Others are graphemes by themselves, or
 * make longer ones. Finding graphemes takes longer than all the rest of reading a text.
 */
const shortGrapheme =
  /\r|(?=[\0-\u07ff])[\p{M}\p{Cf}]|[\0-\u07ff][\p{M}\p{Grapheme_Extend}\p{Cf}\u0e33\u0eb3]/u;
/** Replacements that are remembered; most texts use far fewer characters. */
const mostKept = 16_384;

/**
 * SentencePiece's normalisation by a table that was compiled into the model (`precompiled_charsmap`): which strings of
 * one or a few characters become which others. For XLM-RoBERTa that is NFKC with changes of its own (nmt_nfkc).
 *
 * The table is the length of a trie in bytes, the trie, and the replacements, each ended by a zero byte
 * (sentencepiece/src/normalizer.cc). The trie is a Darts-clone double array (s-yata/darts-clone, include/darts.h).
 * Texts are replaced as Hugging Face's tokenizers do it (normalizers/precompiled.rs), which is what the published ids
 * were made with: a grapheme as a whole where it is shorter than six bytes, else character by character, and in both
 * cases by the shortest entry that it begins with.
 */
export class Charsmap {
  readonly #trie: Uint32Array;
  readonly #replacements: Buffer;
  readonly #asciiStays: boolean;
  readonly #kept = new Map<string, string | undefined>();

  /**
   * @param base64 as `tokenizer.json` has it.
   * @throws Error when that is no such table.
   */
  constructor(base64: string) {
    const bytes = Buffer.from(base64, 'base64');
    const length = bytes.length < 4 ? 0 : bytes.readUInt32LE(0);
    if (length === 0 || length % 4 !== 0 || length > bytes.length - 4)
      throw new Error("the tokenizer's precompiled_charsmap is damaged");
    this.#trie = Uint32Array.from({ length: length / 4 }, (_, i) => bytes.readUInt32LE(4 + 4 * i));
    this.#replacements = bytes.subarray(4 + length);
    const ascii = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i));
    this.#asciiStays = ascii.every((character) => this.#found(character) === undefined);
  }

  normalised(text: string): string {
    return this.#asciiStays ? text.replace(unusual, (part) => this.#replaced(part)) : this.#replaced(text);
  }

  #replaced(text: string): string {
    if (!shortGrapheme.test(text)) return this.#replacedByCharacter(text);
    let result = '';
    for (const { segment } of graphemes.segment(text)) {
      const whole = Buffer.byteLength(segment) < 6 ? this.#replacement(segment) : undefined;
      result += whole ?? this.#replacedByCharacter(segment);
    }
    return result;
  }

  #replacedByCharacter(text: string): string {
    let result = '';
    for (const character of text) result += this.#replacement(character) ?? character;
    return result;
  }

  #replacement(part: string): string | undefined {
    const kept = this.#kept.get(part);
    if (kept !== undefined || this.#kept.has(part)) return kept;
    const found = this.#found(part);
    if (this.#kept.size >= mostKept) this.#kept.clear();
    this.#kept.set(part, found);
    return found;
  }

  /** What the shortest entry that `part` begins with becomes. */
  #found(part: string): string | undefined {
    const trie = this.#trie;
    let at = offsetOf(trie[0]!);
    for (const byte of Buffer.from(part)) {
      if (byte === 0) return undefined;
      at ^= byte;
      const unit = trie[at] ?? 0;
      if ((unit & 0x8000_00ff) >>> 0 !== byte) return undefined;
      at ^= offsetOf(unit);
      const hasEntry = ((unit >>> 8) & 1) === 1;
      if (hasEntry) {
        const from = (trie[at] ?? 0) & 0x7fff_ffff;
        const to = this.#replacements.indexOf(0, from);
        return this.#replacements.toString('utf8', from, to === -1 ? undefined : to);
      }
    }
    return undefined;
  }
}

/** Of a unit of the double array: where its children begin. */
function offsetOf(unit: number): number {
  return (unit >>> 10) << ((unit & 0x200) >>> 6);
}
