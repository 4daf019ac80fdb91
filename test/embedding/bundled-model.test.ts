import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Embedder } from '../../src/embedding/embedder.js';
import { openEmbedder } from '../../src/embedding/open-embedder.js';
import {
  bundledModel,
  onnxEntryOf,
  readRegistry,
  shippedModelsDirectory,
} from '../../src/embedding/registry.js';

const sts = resolve(fileURLToPath(new URL('../../../shared/data/sts/sts-dev.csv', import.meta.url)));
if (!existsSync(sts)) console.warn(`Skipped: semantic textual similarity, whose data is not at ${sts}.`);

let embedder: Embedder;
beforeAll(async () => {
  embedder = await openEmbedder(bundledModel);
});
afterAll(() => embedder?.stop());

const inEnglish = [
  'The password is wrong.',
  'The file could not be opened.',
  'The connection to the network was interrupted.',
  'A new user was created.',
  'This program plays music.',
  'The pictures are kept in a database.',
];
const said = {
  German: [
    'Das Passwort ist falsch.',
    'Die Datei konnte nicht geöffnet werden.',
    'Die Verbindung zum Netzwerk wurde unterbrochen.',
    'Ein neuer Benutzer wurde angelegt.',
    'Dieses Programm spielt Musik ab.',
    'Die Bilder werden in einer Datenbank gespeichert.',
  ],
  French: [
    'Le mot de passe est incorrect.',
    "Le fichier n'a pas pu être ouvert.",
    'La connexion au réseau a été interrompue.',
    'Un nouvel utilisateur a été créé.',
    'Ce programme joue de la musique.',
    'Les images sont conservées dans une base de données.',
  ],
  Spanish: [
    'La contraseña es incorrecta.',
    'No se pudo abrir el archivo.',
    'La conexión con la red se ha interrumpido.',
    'Se ha creado un nuevo usuario.',
    'Este programa reproduce música.',
    'Las imágenes se guardan en una base de datos.',
  ],
  Italian: [
    'La password è errata.',
    'Non è stato possibile aprire il file.',
    'La connessione alla rete è stata interrotta.',
    'È stato creato un nuovo utente.',
    'Questo programma riproduce musica.',
    'Le immagini sono conservate in una base di dati.',
  ],
  Portuguese: [
    'A senha está errada.',
    'Não foi possível abrir o arquivo.',
    'A conexão com a rede foi interrompida.',
    'Um novo usuário foi criado.',
    'Este programa toca música.',
    'As imagens são guardadas num banco de dados.',
  ],
};

const cosine = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);

describe('the bundled model', () => {
  it('is registered as its own card describes it', async () => {
    const card = JSON.parse(await readFile(join(shippedModelsDirectory, 'bundled/model.json'), 'utf8'));
    const entry = onnxEntryOf(await readRegistry(), bundledModel);
    expect(entry).toMatchObject({
      name: card.name,
      licence: card.licence,
      languages: card.languages,
      dimensions: card.dimensions,
      truncatableTo: card.truncatableTo,
      maxTokens: card.maxTokens,
      pooling: card.pooling,
      normalise: card.normalise,
      calibration: card.calibration,
      fusion: card.fusion,
    });
    expect([entry.graph.inputs.ids, entry.graph.inputs.mask, entry.graph.output]).toEqual([
      ...card.inputs,
      card.output,
    ]);
  });

  it('takes sixteen megabytes at most, and the files are those of the card', async () => {
    const folder = join(shippedModelsDirectory, 'bundled');
    const card = JSON.parse(await readFile(join(folder, 'model.json'), 'utf8'));
    const sizes = Object.keys(card.bytes).map((name) => statSync(join(folder, name)).size);
    expect(sizes).toEqual(Object.values(card.bytes));
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(16_000_000);
    for (const [name, sum] of Object.entries(card.sha256)) {
      const found = createHash('sha256').update(await readFile(join(folder, name)));
      expect(found.digest('hex'), name).toBe(sum);
    }
  });

  it.each([
    [
      'like a payment time-out',
      'Card payments failed because the payment gateway did not answer within its timeout.',
      [
        'The search index was rebuilt with the wrong language settings.',
        'A certificate expired and mobile clients could not log in.',
        'Disk space ran out on the image server.',
        'Emails to customers were sent twice after a retry.',
        'The warehouse printer stopped and parcels were not labelled.',
      ],
    ],
    [
      'a doctor for children',
      'A pediatrician is a physician who treats infants and young patients.',
      [
        'A carpenter builds furniture out of wood.',
        'The lawyer defended her client in court.',
        'The pilot landed the plane in heavy fog.',
        'A chef prepares meals in a restaurant.',
        'The painter mixed blue and yellow.',
      ],
    ],
  ])('puts a sentence of the same meaning nearer to %j than five others', async (query, match, others) => {
    const [asked] = await embedder.embed([query], 'query');
    const [near, ...far] = await embedder.embed([match, ...others], 'passage');
    const best = cosine(asked!.dense, near!.dense);
    for (const [i, other] of far.entries())
      expect(best, others[i]).toBeGreaterThan(cosine(asked!.dense, other.dense));
    expect(embedder.similarityOf(best)).toBeGreaterThan(0.5);
  });

  it('gives a text the same vector alone and among others, whatever their length', async () => {
    const texts = [
      'payment time-out',
      'the quick brown fox '.repeat(20),
      'a',
      'orders and refunds of customers',
    ];
    const together = await embedder.embed(texts, 'passage');
    for (const [i, text] of texts.entries()) {
      const [alone] = await embedder.embed([text], 'passage', { bulk: true });
      expect(Math.abs(cosine(alone!.dense, together[i]!.dense) - 1)).toBeLessThan(1e-5);
    }
  });

  it('gives zeros, not nonsense, for a text that it knows nothing of', async () => {
    const answers = await embedder.embed(['', '  ', '🦙🦙🦙'], 'query');
    for (const { dense } of answers) expect(dense.every((x) => x === 0)).toBe(true);
  });

  it.each(Object.entries(said))('knows what is said in %s among English sentences', async (_, sentences) => {
    const english = await embedder.embed(inEnglish, 'passage');
    const right = (await embedder.embed(sentences, 'query')).filter((asked, i) => {
      const cosines = english.map(({ dense }) => cosine(asked.dense, dense));
      return cosines.indexOf(Math.max(...cosines)) === i;
    });
    expect(right.length).toBeGreaterThanOrEqual(inEnglish.length - 1);
  });

  it.skipIf(!existsSync(sts)).each([
    [384, 0.77],
    [256, 0.77],
    [128, 0.76],
    [64, 0.74],
  ])(
    'agrees with people about the similarity of sentences, with %i dimensions',
    async (dimensions, floor) => {
      await using cut = await openEmbedder(bundledModel, { dimensions });
      const rows = readFileSync(sts, 'utf8')
        .split('\n')
        .map((line) => line.split('\t'))
        .filter((columns) => columns.length >= 7);
      expect(rows).toHaveLength(1500);
      const [first, second] = await Promise.all(
        [5, 6].map((column) =>
          cut.embed(
            rows.map((row) => row[column]!),
            'passage',
            { bulk: true },
          ),
        ),
      );
      const cosines = rows.map((_, i) => cosine(first![i]!.dense, second![i]!.dense));
      const judged = rows.map((row) => Number(row[4]));
      expect(spearman(cosines, judged)).toBeGreaterThan(floor);
    },
  );
});

/** Spearman's rank correlation: Pearson's of the ranks, ties at their mean rank. */
function spearman(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [ranks(a), ranks(b)];
  const mean = (x.length - 1) / 2;
  const covariance = x.reduce((sum, rank, i) => sum + (rank - mean) * (y[i]! - mean), 0);
  const deviation = (values: readonly number[]) =>
    Math.sqrt(values.reduce((sum, rank) => sum + (rank - mean) ** 2, 0));
  return covariance / (deviation(x) * deviation(y));
}

function ranks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((i, j) => values[i]! - values[j]!);
  const result = new Array<number>(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    for (const i of order.slice(start, end)) result[i] = (start + end - 1) / 2;
    start = end;
  }
  return result;
}
