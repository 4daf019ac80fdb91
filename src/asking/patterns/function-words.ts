/**
 * Words that say little by themselves, in the languages of the bundled model: articles, auxiliaries, prepositions,
 * pronouns and polite phrases. They count less than others when a question is held against a pattern; none is left out,
 * since "who" and "what" may be all that two patterns differ in. Words of negation are no function words: to overlook one
 * is to answer the opposite.
 */
export const functionWords: ReadonlySet<string> = new Set(
  `a an the this that these those of to in on at by for from with as and or is are was were be been being am do does did
  done has have had will would shall should can could may might must it its there here i me my we us our you your he him
  his she her they them their please tell show give list find name all any some each every just also too very still now
  what which who whom whose when where why how much many
  der die das den dem des ein eine einen einem einer eines ist sind war waren sein wird werden wurde wurden hat haben
  hatte hatten von zu zum zur in im an am auf aus bei mit für und oder es er sie ich wir ihr uns mir mich bitte zeige
  nenne alle auch noch was wer wen wem wessen wann wo warum wie viel viele welche welcher welches welchen welchem
  le la les l un une des du de d au aux est sont était étaient être a ont avait avec pour dans sur par et ou il elle ils
  elles je nous vous on qui que quoi quel quelle quels quelles quand où pourquoi comment combien
  el los las una unos unas del al es son era eran ser ha han había con para por en y o quién qué cuál cuáles cuándo dónde
  il lo gli i uno di da del della dei delle al alla è sono ha hanno con per su e chi che cosa quale quali quando dove
  o os as um uma uns umas do da dos das na nos nas é são foi eram tem têm com por em quem qual quais quando onde`
    .split(/\s+/)
    .filter((each) => each !== ''),
);
