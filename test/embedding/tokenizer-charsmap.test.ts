import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Charsmap } from '../../src/embedding/charsmap.js';
import { TextTokenizer } from '../../src/embedding/tokenizer.js';

/**
 * A table as SentencePiece compiles it. Its trie is a double array: a unit has in bits 0-7 the byte that leads to it, in
 * bit 8 whether an entry ends there, from bit 10 on what its place is xored with to find its children; the child by the
 * byte 0 holds the entry's value.
 */
function charsmapOf(entries: Readonly<Record<string, string>>): string {
  const replacements = Buffer.from(
    Object.values(entries)
      .map((text) => `${text}\0`)
      .join(''),
  );
  const values = Object.values(entries).map((_, i, all) =>
    Buffer.byteLength(`${all.slice(0, i).join('\0')}${i > 0 ? '\0' : ''}`),
  );
  const trie = new Map<number, number>();
  const keys = Object.keys(entries).map((key) => Buffer.from(key));
  let nextBase = 256;
  const place = (at: number, label: number, depth: number, under: readonly number[]) => {
    const base = nextBase;
    nextBase += 256;
    const ended = under.find((k) => keys[k]!.length === depth);
    trie.set(at, (((at ^ base) << 10) | (ended === undefined ? 0 : 0x100) | label) >>> 0);
    if (ended !== undefined) trie.set(base, (0x8000_0000 | values[ended]!) >>> 0);
    for (const byte of new Set(under.flatMap((k) => keys[k]![depth] ?? []))) {
      place(
        base ^ byte,
        byte,
        depth + 1,
        under.filter((k) => keys[k]![depth] === byte),
      );
    }
  };
  place(
    0,
    0,
    0,
    keys.map((_, k) => k),
  );
  const units = Buffer.alloc(4 * nextBase);
  for (const [at, unit] of trie) units.writeUInt32LE(unit, 4 * at);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(units.length);
  return Buffer.concat([length, units, replacements]).toString('base64');
}

describe('a charsmap', () => {
  const map = new Charsmap(
    charsmapOf({
      é: 'e',
      'a\u0301': 'á',
      '½': '1⁄2',
      '\r': ' ',
      '\u00ad': '',
      京: '都',
      あ: 'い',
      'o\u0308\u0301': 'ṍ',
    }),
  );

  it.each([
    ['plain ASCII ~ text', 'plain ASCII ~ text', 'leaves what it has no entry for'],
    ['Zürich 🦙 ж', 'Zürich 🦙 ж', 'leaves other characters without an entry'],
    ['café ½京', 'cafe 1⁄2都', 'replaces characters'],
    ['a\u0301b a\u0301', 'áb á', 'replaces a grapheme of two characters as a whole'],
    ['a\u0300', 'a\u0300', 'leaves a grapheme of which it knows only the beginning'],
    ['o\u0308\u0301', 'ṍ', 'replaces a grapheme of five bytes'],
    ['é\u0301', 'e', 'drops what follows the shortest entry that a short grapheme begins with'],
    ['あ\u0301', 'い', 'counts bytes, not characters'],
    ['京\u20dd', '都\u20dd', 'goes through a grapheme of six bytes by characters'],
    ['x\r\ny', 'x y', 'takes both ends of a line as one grapheme'],
    ['so\u00adft', 'soft', 'replaces by nothing'],
    ['', '', 'leaves nothing as it is'],
  ])('makes of %j %j: it %s', (text, expected) => {
    expect(map.normalised(text)).toBe(expected);
  });

  it('that changes ASCII is heeded everywhere', () => {
    expect(new Charsmap(charsmapOf({ A: 'a', B: 'b' })).normalised('ABC é A')).toBe('abC é a');
  });

  it.each(['', 'AAAA', 'AQAAAAA=', Buffer.from([255, 255, 0, 0, 1, 2]).toString('base64')])(
    'is refused when it is %j',
    (base64) => {
      expect(() => new Charsmap(base64)).toThrow('damaged');
    },
  );

  it('is what a tokenizer applies, alone or in a sequence', () => {
    const step = { type: 'Precompiled', precompiled_charsmap: charsmapOf({ '☎': 'a' }) };
    const vocab = ['<unk>', '▁', 'a', '☎'].map((piece): [string, number] => [piece, -1]);
    for (const normalizer of [step, { type: 'Sequence', normalizers: [step] }]) {
      const tokenizer = new TextTokenizer(
        {
          normalizer,
          pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always' },
          model: { type: 'Unigram', unk_id: 0, vocab },
        },
        10,
      );
      expect(tokenizer.tokenize('☎').ids).toEqual([1, 2]);
    }
  });
});

// The tokenizer of BGE-M3: data that does not belong to the project.
const path = join(
  resolve(fileURLToPath(new URL('../../../shared/data/xlmr', import.meta.url))),
  'tokenizer.json',
);
const isThere = existsSync(path);
if (!isThere) console.warn(`Skipped: the tests with the charsmap of BGE-M3, for want of ${path}.`);

describe.skipIf(!isThere)('the charsmap of BGE-M3', () => {
  const map = isThere
    ? new Charsmap(JSON.parse(readFileSync(path, 'utf8')).normalizer.normalizers[0].precompiled_charsmap)
    : undefined;

  it('is NFKC for letters, figures and signs of Unicode 9', () => {
    const text = 'ﬁ ①½ ㍿ ＡＢＣ Å ñ Ǆ ℌ ﷺ ｶ';
    expect(map!.normalised(text)).toBe(text.normalize('NFKC'));
  });

  it('composes only what fits five bytes, as the published ids were made', () => {
    expect(map!.normalised('e\u0301 ｶﾞ')).toBe('\u00e9 \u30ab\u3099');
  });

  it('keeps the wide tilde, drops control characters, makes spaces of the others', () => {
    expect(map!.normalised('～\u0001\u007f')).toBe('～');
    expect(map!.normalised('a\tb\nc\u00a0d\u200be\u3000f\ufeffg')).toBe('a b c d e f g');
  });

  it('gives a text what it gives its graphemes', () => {
    const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
    const unit = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 3 }),
      fc.constantFrom(
        ...'aéo½1 ～',
        'e\u0301',
        '\u0301',
        '\u0308',
        '\r',
        '\n',
        '\u200d',
        '👩',
        '🏽',
        '🇩',
        '🇪',
        '각',
        'ᄀ',
        'ᅡ',
        'ᆨ',
        'ำ',
        'ก',
        '\u0600',
        '\ufe0f',
        '\u20e3',
        'क',
        '्',
        'ष',
      ),
    );
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 12 }), (units) => {
        const text = units.join('').replace(/\p{Surrogate}/gu, '');
        const parts = Array.from(graphemes.segment(text), ({ segment }) => segment);
        // One grapheme is judged by characters, unless a shorter one stands for it: the definition, spelt out.
        const expected = parts.map((part) => {
          const whole = Buffer.byteLength(part) < 6;
          return whole ? map!.normalised(part) : Array.from(part, (c) => map!.normalised(c)).join('');
        });
        expect(map!.normalised(text)).toBe(expected.join(''));
      }),
      { numRuns: 2_000 },
    );
  });
});
