import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Gazetteer } from '../../../src/asking/linking/gazetteer.js';
import type { Link, Position } from '../../../src/asking/linking/linker.js';
import { editsBetween } from '../../../src/asking/linking/trigram-index.js';
import { readTerm } from '../../../src/prolog/reader.js';
import { atom, type Term } from '../../../src/prolog/term.js';
import { displayTerm } from '../../../src/prolog/writer.js';

const numRuns = Number(process.env.TEST_RUNS ?? 100);

/** Facts in Prolog text; their arguments are the constants. */
function gazetteerOf(...facts: string[]): Gazetteer {
  const gazetteer = new Gazetteer();
  for (const fact of facts) count(gazetteer, fact, 1);
  return gazetteer;
}

function count(gazetteer: Gazetteer, fact: string, facts: number): void {
  const { name, args } = readTerm(fact).term as Term & { name: string; args: Term[] };
  for (const [argument, value] of args.entries()) {
    gazetteer.count({ predicate: name, arity: args.length, argument, value, facts });
  }
}

const position = (predicate: string, arity: number, argument: number): Position => ({
  predicate,
  arity,
  argument,
});
const shown = (links: readonly Link[]) => links.map(({ value, kind }) => `${displayTerm(value)} ${kind}`);

const places = gazetteerOf(
  'lies_in(new_york, usa)',
  "lies_in('Zürich', switzerland)",
  'lies_in(\'San José\', "Costa Rica")',
  'sells(kiosk, gift_cards)',
  'sells(kiosk, 42)',
  "sells('Straße', 2.5)",
  'sells(cache, city)',
  'team(payments)',
  'team(inventory)',
);

describe('A text is linked', () => {
  it.each([
    ['to the constant that it spells', 'new_york', ['new_york EXACT']],
    ['whatever its case and signs', 'New York', ['new_york NORMALISED']],
    ['whether or not there is a space', 'NewYork', ['new_york NORMALISED']],
    ['with or without accents', 'zurich', ["'Zürich' NORMALISED"]],
    ['with a sharp s in two letters', 'Strasse', ["'Straße' NORMALISED"]],
    ['to a string', 'costa rica', ['"Costa Rica" NORMALISED']],
    ['in the singular', 'gift card', ['gift_cards NORMALISED']],
    ['in the plural', 'caches', ['cache NORMALISED']],
    ['in a plural of another kind', 'cities', ['city NORMALISED']],
    ['in the genitive', "New York's", ['new_york NORMALISED']],
    ['to a number that facts hold', '42', ['42 NUMBER']],
    ['to a number that no fact holds', '1,312', ['1312 NUMBER']],
    ['to a number with decimals', '2.50', ['2.5 NUMBER']],
    ['in spite of two letters that were swapped', 'inventroy', ['inventory TRIGRAM']],
    ['in spite of a letter too many', 'paymments', ['payments TRIGRAM']],
    ['in spite of a letter too few', 'new yrk', ['new_york TRIGRAM']],
    ['to nothing where there is nothing like it', 'somewhere else', []],
    ['to nothing where it is short and another word', 'tea', []],
    ['to nothing where it is empty', ' -', []],
  ])('%s', (_, text, expected) => {
    expect(shown(places.link(text))).toEqual(expected);
  });

  it('to several constants, the surest first, and only to those that stand where one is wanted', () => {
    const gazetteer = gazetteerOf("city('New York')", 'state(new_york)', 'state(ohio)');
    expect(shown(gazetteer.link('New York'))).toEqual(["'New York' EXACT", 'new_york NORMALISED']);
    expect(shown(gazetteer.link('New York', [position('state', 1, 0)]))).toEqual(['new_york NORMALISED']);
    expect(shown(gazetteer.link('New York', [position('river', 1, 0)]))).toEqual([]);
    expect(gazetteer.link('New York')[0]?.positions).toEqual([position('city', 1, 0)]);
  });

  it('to a constant by its aliases, as long as they hold', () => {
    const gazetteer = gazetteerOf('city(new_york)');
    gazetteer.countAlias('Big Apple', atom('new_york'), 1);
    gazetteer.countAlias('Big Apple', atom('new_york'), 1);
    gazetteer.countAlias('atlantis', atom('atlantis'), 1);
    expect(shown(gazetteer.link('big apples'))).toEqual(['new_york ALIAS']);
    expect(shown(gazetteer.link('atlantis'))).toEqual([]);
    gazetteer.countAlias('Big Apple', atom('new_york'), -1);
    expect(shown(gazetteer.link('big apple'))).toEqual(['new_york ALIAS']);
    gazetteer.countAlias('Big Apple', atom('new_york'), -1);
    expect(shown(gazetteer.link('big apple'))).toEqual([]);
  });
});

describe('The mentions of a question', () => {
  const words = 'what does the gift cards of New York cost in 42'.split(' ');
  const told = (mentions = places.mentions(words)) =>
    mentions.map(({ from, to, links }) => `${words.slice(from, to).join(' ')}: ${shown(links).join(', ')}`);

  it('are all spans that name something', () => {
    expect(told()).toEqual([
      'gift cards: gift_cards NORMALISED',
      'New York: new_york NORMALISED',
      '42: 42 NUMBER',
    ]);
  });

  it('are found in spans of as many words as are wanted', () => {
    expect(told(places.mentions(words, 1))).toEqual(['42: 42 NUMBER']);
  });

  it('overlap, the longest first', () => {
    const gazetteer = gazetteerOf('a(york)', 'a(new_york)', 'a(new_york_city)');
    const found = gazetteer.mentions(['new', 'york', 'city']);
    expect(found.map(({ from, to }) => [from, to])).toEqual([
      [0, 3],
      [0, 2],
      [1, 2],
    ]);
  });

  it('forgive slips only where that is wanted', () => {
    const slip = ['who', 'owns', 'inventroy'];
    expect(places.mentions(slip)).toEqual([]);
    expect(places.tolerant.mentions(slip).map(({ links }) => shown(links))).toEqual([['inventory TRIGRAM']]);
  });
});

describe('A constant is of a kind', () => {
  const needs = position('needs', 2, 0);
  const world = gazetteerOf(
    ...['a1', 'b1', 'c1', 'd1', 'leaf'].map((each) => `service(${each})`),
    'needs(a1, leaf)',
    'needs(b1, leaf)',
    'needs(c1, d1)',
    'owner(a1, red)',
    'owner(b1, blue)',
    'owner(c1, green)',
    'tier(a1, 1)',
    'tier(b1, 2)',
    'tier(c1, 3)',
    'severity(i1, 1)',
    'severity(i2, 2)',
    'severity(i3, 3)',
    'severity(i4, 4)',
  );

  it('that others have who stand where it does not', () => {
    expect(world.occursAt(atom('leaf'), needs)).toBe(false);
    expect(world.isOfKind(atom('leaf'), needs)).toBe(true);
    expect(world.isOfKind(atom('a1'), needs)).toBe(true);
    expect(world.isOfKind(atom('red'), needs)).toBe(false);
    expect(world.isOfKind(atom('unheard_of'), needs)).toBe(false);
  });

  it('but a number is not: it may count anything', () => {
    const [four] = world.link('4');
    expect(world.isOfKind(four!.value, position('tier', 2, 1))).toBe(false);
  });
});

describe('What the linker knows', () => {
  const name = fc.constantFrom('alpha', 'beta', 'gamma_ray', 'Delta Wing', '7', '3.5', '"a text"');
  const fact = fc
    .tuple(fc.constantFrom('p', 'q'), name, name)
    .map(
      ([predicate, a, b]) =>
        `${predicate}(${/^[A-Z]/.test(a) ? `'${a}'` : a}, ${/^[A-Z]/.test(b) ? `'${b}'` : b})`,
    );

  it('is what a new one of the same facts would know, in whatever order they came and went', () => {
    fc.assert(
      fc.property(fc.array(fact, { maxLength: 12 }), fc.array(fact, { maxLength: 12 }), (kept, gone) => {
        const changed = new Gazetteer();
        // What goes may be counted before what it takes back, as the changes of one revision may be.
        for (const each of gone) count(changed, each, -1);
        for (const each of [...kept, ...gone].reverse()) count(changed, each, 1);
        const fresh = gazetteerOf(...kept);
        expect(changed.size).toBe(fresh.size);
        for (const text of ['alpha', 'beta', 'gamma ray', 'delta wing', '7', '3.5', 'a text', 'alhpa']) {
          const links = (of: Gazetteer) =>
            of.link(text).map((link) => ({
              ...link,
              positions: [...link.positions].map((each) => JSON.stringify(each)).sort(),
            }));
          const byValue = (all: ReturnType<typeof links>) =>
            [...all].sort((a, b) => displayTerm(a.value).localeCompare(displayTerm(b.value)));
          expect(byValue(links(changed))).toEqual(byValue(links(fresh)));
          for (const predicate of ['p', 'q']) {
            for (const argument of [0, 1]) {
              const at = position(predicate, 2, argument);
              for (const { value } of fresh.link(text)) {
                expect(changed.occursAt(value, at)).toBe(fresh.occursAt(value, at));
              }
            }
          }
        }
      }),
      { numRuns },
    );
  });

  it('takes any text without complaint', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(fc.string({ unit: 'grapheme' })), (text, words) => {
        for (const { score } of places.link(text)) expect(score > 0 && score <= 1).toBe(true);
        for (const { from, to, links } of places.tolerant.mentions(words)) {
          expect(from < to && to <= words.length && links.length > 0).toBe(true);
        }
      }),
      { numRuns },
    );
  });

  it('finds every name that one edit has spoilt, if it has eight letters', () => {
    const names = ['inventory', 'storefront', 'recommendations', 'payment_gateway'];
    const gazetteer = gazetteerOf(...names.map((each) => `service(${each})`));
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.nat(), fc.constantFrom('', 'x', 'ab'), (of, at, letters) => {
        const spoilt = of.slice(0, at % of.length) + letters + of.slice((at % of.length) + 1);
        expect(gazetteer.link(spoilt).map(({ value }) => displayTerm(value))).toContain(of);
      }),
      { numRuns },
    );
  });
});

describe('Edits between two words', () => {
  it.each([
    ['word', 'word', 0],
    ['word', 'wrod', 1],
    ['word', 'words', 1],
    ['word', 'ward', 1],
    ['word', 'drow', 3],
    ['', 'abc', 3],
  ])('%s and %s are %i apart', (a, b, edits) => {
    expect(editsBetween(a, b, 5)).toBe(edits);
    expect(editsBetween(b, a, 5)).toBe(edits);
  });
});
