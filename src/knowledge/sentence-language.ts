import { type SQL, sql } from 'drizzle-orm';

/** A text search configuration of PostgreSQL's. `simple` takes words as they are: for every other language. */
export type Language = (typeof languages)[number];

/**
 * Words that hardly any sentence of a language is without. Languages that share one are told apart by the others, so
 * each list has what its neighbours spell otherwise.
 */
const frequentWords = {
  english: `a an and are as at be been by can do does for from had has have how i if in is it its my no not of on or our
    she that the their they this to was we were what when where which while who why will with would you your after
    before during than there these then but he her his so under into only more over`,
  german: `aber als am an auf aus bei das dem den der des die durch ein eine einem einen einer eines er es für hat ich im
    in ist kein keine mit nach nicht noch oder ohne sich sie sind über um und unter von vor war was wenn wer werden
    wie wird wo zu zum zur`,
  french: `à au aux avec ce ces cette dans de des du elle en est et il ils je la le les leur mais ne nous ou où par pas
    pour qu que qui sa se ses son sont sur un une vous été être ont plus sans`,
  spanish: `al como con cuando de del desde donde el ella en entre es está este esta estas estos ha hay la las lo los más
    muy no o para pero por que qué se ser sin sobre su sus un una y ya fue son`,
  italian: `al alla alle anche che chi come con da dal dalla degli dei del della delle di e è gli ha i il in la le lo ma
    nel nella non per più perché quando se si sono su sul sulla un una uno questo questa dove`,
  portuguese: `a ao aos as com como da das de do dos e é ela ele em entre foi há isso já mais mas na nas no nos não o os ou
    para pela pelo por qual quando que quem se sem ser seu sua são um uma está`,
  dutch: `aan als bij dan dat de deze die dit door een en er geen had heeft het hij hoe ik in is kan maar met na naar
    niet nog of om onder ook op over te tot uit van voor waar was wat we wie worden wordt ze zich zijn zonder`,
  danish: `af alle at da de den der det dette du efter eller en er et for fra han har hun hvad hvor hvem i ikke ind jeg
    kan med men mod når og om op på sig skal som til ud uden under var ved vi være blev bliver`,
  swedish: `att av blev bli blir den det detta du där efter eller en ett för från han har hon hur i inte jag kan med men
    mot när och om på sig ska som till under upp ut utan vad var vem vi vid är över`,
  norwegian: `alle at av da de den der det dette du eller en er et etter for fra han har hun hva hvem hvor hvordan i ikke
    jeg kan med men mot når og om opp på seg skal som til under uten ut var ved vi være ble blir`,
  finnish: `ei että hän hänen ja jo joka jos kanssa kuin kun me mikä minä mitä mutta myös ne niin nyt oli olla on ovat se
    sekä sen siitä sitä tai tämä tämän vain vielä voi`,
  russian: `а без бы в во все вы для до его ее если же за из или и им их как к когда который мы на не него нет но о он она
    они от по при с со так то только у уже что это я`,
  hungarian: `a az és egy ez ezt azt hogy nem is de ha van volt meg már csak mint még vagy ki mi mit el be fel le után
    között alatt szerint lesz lett`,
  turkish: `ama bir bu çok da daha de değil en gibi için ile ise kadar ki mi mu ne neden olan olarak sonra şu ve veya ya
    çünkü her hiç nasıl`,
} as const;

const languages = [...(Object.keys(frequentWords) as (keyof typeof frequentWords)[]), 'simple' as const];

const languagesByWord = new Map<string, (keyof typeof frequentWords)[]>();
for (const [language, words] of Object.entries(frequentWords)) {
  for (const word of words.split(/\s+/)) {
    const others = languagesByWord.get(word) ?? [];
    languagesByWord.set(word, [...others, language as keyof typeof frequentWords]);
  }
}

/** What most sentences of a knowledge base are in, and what one is taken for that gives no sign. */
const USUAL: Language = 'english';
/** A text of so many words without a frequent word of any language that is known here is of another one. */
const LONG = 8;
/** A language is known by its frequent words, and they come early. */
const WORDS_READ = 200;

interface Signs {
  readonly words: number;
  /** Known languages by how many of the words are among their frequent ones, only those with any. */
  readonly hits: ReadonlyMap<Language, number>;
}

/**
 * The language that a sentence's words are stemmed by: the one with most of its frequent words in it. Besides the usual
 * one a language needs two of them, or one and a letter that English lacks, since single words are shared too often
 * ("die", "in"). `simple` for long sentences without a known word, and for letters that are not Latin, Russian excepted.
 */
export function languageOf(sentence: string): Language {
  const { words, hits } = signsOf(sentence);
  const [best = USUAL, most = 0] = rank(hits)[0] ?? [];
  if (best !== USUAL && (most >= 2 || /[^\p{ASCII}\P{L}]/u.test(sentence))) return best;
  if (hits.size > 0) return USUAL;
  const isLatin = /\p{Script=Latin}/u.test(sentence) || !/\p{L}/u.test(sentence);
  return isLatin && words < LONG ? USUAL : 'simple';
}

/** Languages that a text may be in, most likely first; the ones that nothing speaks for are not among them. */
export function likelyLanguages(text: string): Language[] {
  return rank(signsOf(text).hits).map(([language]) => language);
}

/** The lexemes of a sentence in a language, both SQL of type text; none of null. */
export const lexemesOf = (language: SQL, sentence: SQL): SQL =>
  sql`to_tsvector(${language}::regconfig, coalesce(${sentence}, ''))`;

function signsOf(text: string): Signs {
  const hits = new Map<Language, number>();
  let words = 0;
  for (const [word] of text
    .slice(0, 20 * WORDS_READ)
    .toLowerCase()
    .matchAll(/[\p{L}\p{M}]+/gu)) {
    if (++words > WORDS_READ) break;
    for (const language of languagesByWord.get(word) ?? []) hits.set(language, (hits.get(language) ?? 0) + 1);
  }
  return { words, hits };
}

/** Most hits first; the usual language before others, these by name. */
function rank(hits: ReadonlyMap<Language, number>): [Language, number][] {
  return [...hits].sort(
    ([a, x], [b, y]) => y - x || Number(b === USUAL) - Number(a === USUAL) || (a < b ? -1 : 1),
  );
}
