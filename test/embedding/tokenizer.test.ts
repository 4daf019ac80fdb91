import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TextTokenizer } from '../../src/embedding/tokenizer.js';
import { tinyTokenizer } from './tiny-model.js';

const { json } = tinyTokenizer(['pay', '##ment', 'cls']);
const tokenizer = new TextTokenizer(json, 12);
const [pad, unknown, cls, sep] = [0, 1, 2, 3];

describe('a WordPiece tokenizer', () => {
  it('puts the special tokens of its template around a text', () => {
    const { ids, truncated, known } = tokenizer.tokenize('payment');
    expect(ids).toHaveLength(4);
    expect([ids.at(0), ids.at(-1)]).toEqual([cls, sep]);
    expect({ truncated, known }).toEqual({ truncated: false, known: true });
    expect(tokenizer.padId).toBe(pad);
  });

  it.each(['[CLS]', '[SEP]', '[PAD]', '[UNK]', 'pay [SEP] pay', '[CLS][CLS]', '[cls]', '\uD800[CLS]'])(
    'reads %j as the characters that it is written with',
    (text) => {
      const inside = tokenizer.tokenize(text).ids.slice(1, -1);
      expect(inside.length).toBeGreaterThan(0);
      for (const special of [pad, cls, sep]) expect(inside).not.toContain(special);
    },
  );

  it('cannot be made to write a special token by any text', () => {
    const parts = fc.constantFrom(
      '[',
      'CLS',
      ']',
      '[CLS]',
      '[SEP]',
      '[PAD]',
      ' ',
      'pay',
      '\u0000',
      '\u200b',
      '\uD800',
      '\uDC00',
      '＜',
      '[\u0001CLS]',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(parts, fc.string({ unit: 'binary' })), { maxLength: 8 }), (texts) => {
        const { ids } = tokenizer.tokenize(texts.join(''));
        for (const id of ids.slice(1, -1)) expect([pad, cls, sep]).not.toContain(id);
        expect(ids.every((id) => Number.isInteger(id))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('cuts a long text, keeps the closing special token, and says so', () => {
    const { ids, truncated } = tokenizer.tokenize('a b c d e f g h i j k l m n o p');
    expect(ids).toHaveLength(12);
    expect(ids.at(-1)).toBe(sep);
    expect(truncated).toBe(true);
    expect(tokenizer.tokenize('a b c d e f g h i j').truncated).toBe(false);
  });

  it('does not read a text of megabytes to its end', () => {
    const started = performance.now();
    const { ids, truncated } = tokenizer.tokenize('pay '.repeat(5_000_000));
    expect(performance.now() - started).toBeLessThan(500);
    expect([ids.length, truncated]).toEqual([12, true]);
  });

  it.each([
    ['', false],
    [' \n\t', false],
    ['\u0001', false],
    ['🦙🦙', false],
    ['🦙 pay', true],
    ['payment', true],
  ])('finds in %j a known token: %s', (text, known) => {
    expect(tokenizer.tokenize(text).known).toBe(known);
    expect(tokenizer.tokenize(text, 'pay: ').known).toBe(known);
  });

  it('reads the prefix before the text', () => {
    const plain = tokenizer.tokenize('pay a').ids;
    expect(tokenizer.tokenize('a', 'pay ').ids).toEqual(plain);
  });

  it('gives the unknown token its id', () => {
    expect(tokenizer.tokenize('🦙').ids).toEqual([cls, unknown, sep]);
  });

  it('refuses a file that is no tokenizer', () => {
    expect(() => new TextTokenizer({ hello: 1 }, 12)).toThrow();
    expect(() => new TextTokenizer({ model: { type: 'Magic', vocab: {} } }, 12)).toThrow();
  });
});

describe('a Unigram tokenizer', () => {
  const pieces: [string, number][] = [
    ['<s>', 0],
    ['<pad>', 0],
    ['</s>', 0],
    ['<unk>', 0],
    ['▁', -2],
    ['<', -3],
    ['>', -3],
    ['s', -3],
    ['/', -3],
    ['▁hi', -4],
  ];
  const special = (id: string) => ({ SpecialToken: { id, type_id: 0 } });
  const unigram = new TextTokenizer(
    {
      added_tokens: pieces
        .slice(0, 4)
        .map(([content], id) => ({ id, content, special: true, normalized: false })),
      normalizer: { type: 'NFKC' },
      pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always' },
      post_processor: {
        type: 'TemplateProcessing',
        single: [special('<s>'), { Sequence: { id: 'A', type_id: 0 } }, special('</s>')],
        pair: [],
      },
      decoder: null,
      model: { type: 'Unigram', unk_id: 3, vocab: pieces },
    },
    20,
  );

  it('reads the name of a special token as characters, also where normalisation makes it', () => {
    expect(unigram.tokenize('<s>').ids).toEqual([0, 4, 5, 7, 6, 2]);
    expect(unigram.tokenize('hi</s>').ids).toEqual([0, 9, 5, 8, 7, 6, 2]);
    expect(unigram.tokenize('＜s＞').ids).toEqual([0, 4, 5, 7, 6, 2]);
  });

  it('counts neither the unknown token nor a bare word boundary as known', () => {
    expect(unigram.tokenize('🦙').known).toBe(false);
    expect(unigram.tokenize('hi').known).toBe(true);
  });
});
