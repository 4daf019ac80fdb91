import fc from 'fast-check';
import { expect, test } from 'vitest';
import { languageOf, likelyLanguages } from '../../src/knowledge/sentence-language.js';
import { lexicalQuery } from '../../src/retrieval/lexical-query.js';
import { describeWithDatabase } from './with-database.js';
import { World } from './world.js';

test.each([
  ['english', 'The checkout is owned by the payments team.'],
  ['english', 'Pods die'],
  ['english', 'INC-4711'],
  ['english', 'libjpeg62 depends on libc6'],
  ['english', ''],
  ['german', 'Die Zahlungen werden verzögert, weil der Dienst nicht antwortet.'],
  ['french', 'Les paiements sont retardés dans la boutique.'],
  ['spanish', 'Los pagos de la tienda se retrasan por la noche.'],
  ['italian', 'I pagamenti del negozio sono in ritardo per la rete.'],
  ['portuguese', 'Os pagamentos da loja não são feitos à noite.'],
  ['dutch', 'De betalingen van de winkel worden niet verwerkt.'],
  ['swedish', 'Betalningarna är försenade och det går inte att handla.'],
  ['danish', 'Betalingerne er forsinkede, og jeg kan ikke handle efter det.'],
  ['finnish', 'Maksut ovat myöhässä, koska verkko on hidas ja se ei toimi.'],
  ['russian', 'Платежи не проходят, потому что сервис не отвечает.'],
  ['hungarian', 'A fizetések nem mennek át, mert a hálózat és a bolt lassú.'],
  ['turkish', 'Ödemeler gecikti ve bu ağ için çok yavaş.'],
  ['simple', 'Платеж задержан'],
  ['simple', '支付超时'],
  ['simple', 'Płatności opóźnione przez sklep, ponieważ sieć działa bardzo wolno nocą'],
])('a sentence is taken for %s: %s', (language, sentence) => {
  expect(languageOf(sentence)).toBe(language);
});

test('a text is most likely in the language of most of its frequent words', () => {
  expect(likelyLanguages('wer ist für die Zahlungen zuständig')[0]).toBe('german');
  expect(likelyLanguages('who is on call')[0]).toBe('english');
  expect(likelyLanguages('INC-4711')).toEqual([]);
});

describeWithDatabase('words', (open) => {
  const world = async (...sentences: string[]) => {
    const made = await World.create(await open());
    await made.say(...sentences);
    return async (text: string) => {
      const request = { ...(await made.now()), text, options: { channels: ['LEXICAL' as const] } };
      const { facts } = await made.retriever().search(request);
      return facts.map(({ fact }) => fact.sentence);
    };
  };

  test('meet as their language inflects them, in a knowledge base of several', async () => {
    const german = 'Die Zahlungen der Kunden werden nicht verarbeitet.';
    const french = "Les serveurs de la boutique ne répondent pas à l'heure.";
    const english = 'The mailers have been delivering letters twice.';
    const found = await world(german, french, english);
    expect(await found('Zahlung eines Kunden')).toEqual([german]);
    expect(await found('le serveur qui répond')).toEqual([french]);
    expect(await found('who delivers a letter')).toEqual([english]);
  });

  test('that are frequent in the language of the text find nothing in sentences of another', async () => {
    const german = 'Der Dienst heißt "Is the on", und er ist für alle Kunden nicht erreichbar.';
    const found = await world(german, 'A service of the team.');
    expect(await found('what is the on')).toEqual([]);
  });

  test('of the frequent kind only find nothing', async () => {
    const found = await world('To be or not to be');
    expect(await found('to be or not to be')).toEqual([]);
  });

  test('with a slip in them find the words that were meant', async () => {
    const payment = 'A payment of the checkout timed out.';
    const library = 'The package libjpeg62 reads pictures.';
    const found = await world(payment, library, 'Nothing of the kind.');
    expect(await found('paymnet')).toEqual([payment]);
    expect(await found('chekout')).toEqual([payment]);
    expect(await found('libjpeg8')).toEqual([library]);
    expect(await found('zzyzx')).toEqual([]);
  });

  test('find a code however it is joined, and no other number', async () => {
    const [code, other] = ['Incident INC-4711 is over.', 'Incident INC-4712 goes on.'];
    const found = await world(code, other, 'The year was 4713.');
    expect((await found('INC-4711'))[0]).toBe(code);
    expect(await found('INC4711')).toEqual([code]);
    expect(await found('4719')).toEqual([]);
  });

  test('that are there as they stand count more than ones that are like them, and leave these out', async () => {
    const [exact, like] = ['The checkout failed.', 'The checkouts3 failed.'];
    const found = await world(exact, like);
    expect(await found('checkout')).toEqual([exact]);
    const made = await World.create(await open());
    await made.say('The checkout failed.');
    const { id } = await made.knowledgeBase();
    const weightOf = async (text: string) =>
      (await lexicalQuery(made.database, id, text)).terms.find(({ documents }) => documents > 0)!.weight;
    expect(await weightOf('chekcout')).toBeLessThan((await weightOf('checkout')) / 2);
  });

  test('are analysed alike whatever a text holds: a sentence that has a letter or a number is found by itself', {
    timeout: 120_000,
  }, async () => {
    const database = await open();
    const text = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
      .filter((text) => !/[\0\p{Cs}]/u.test(text) && text.trim() !== '');
    await fc.assert(
      fc.asyncProperty(text, async (sentence) => {
        const made = await World.create(database);
        const [id] = await made.say(sentence);
        const request = {
          ...(await made.now()),
          text: sentence,
          options: { channels: ['LEXICAL' as const] },
        };
        const { facts } = await made.retriever().search(request);
        const { terms } = await lexicalQuery(database, (await made.knowledgeBase()).id, sentence);
        expect(facts.map(({ fact }) => fact.id)).toEqual(terms.length > 0 ? [id] : []);
      }),
      { numRuns: Number(process.env.TEST_RUNS ?? 30) },
    );
  });
});
