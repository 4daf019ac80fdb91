/**
 * The simplest thing that could be done instead of learning: the training question whose words are most like the question's
 * (cosine of tf-idf, names left out), its goal with the question's names for its own. Declines where a name is missing.
 */
export function nearestQuestions(examples, alignQuestion, linker, wordsOf) {
  const patterns = examples.map(({ question, goal }) => {
    const { text, slots, goal: open } = alignQuestion(question, goal, linker);
    return {
      words: wordsOf(text.replaceAll(/\{[^}]*\}/g, ' ')).map(({ text: word }) => word.toLowerCase()),
      slots,
      goal: open,
    };
  });
  const documents = new Map();
  for (const { words } of patterns)
    for (const word of new Set(words)) documents.set(word, (documents.get(word) ?? 0) + 1);
  const weight = (word) => Math.log((1 + patterns.length) / (1 + (documents.get(word) ?? 0)));
  const vectorOf = (words) => {
    const vector = new Map();
    for (const word of words) vector.set(word, (vector.get(word) ?? 0) + weight(word));
    const length = Math.hypot(...vector.values()) || 1;
    return new Map([...vector].map(([word, value]) => [word, value / length]));
  };
  const vectors = patterns.map(({ words }) => vectorOf(words));
  return (question) => {
    const words = wordsOf(question);
    const taken = words.map(() => false);
    const names = [];
    const mentions = [...linker.mentions(words.map(({ text }) => text))].sort(
      (a, b) => b.to - b.from - (a.to - a.from),
    );
    for (const { from, to, links } of mentions) {
      // Short words such as "in" and "me" are also abbreviations of names.
      if (taken.slice(from, to).includes(true) || links[0].text.length < 4) continue;
      taken.fill(true, from, to);
      names.push({ from, value: links[0].value });
    }
    names.sort((a, b) => a.from - b.from);
    const vector = vectorOf(words.filter((_, at) => !taken[at]).map(({ text }) => text.toLowerCase()));
    let best;
    patterns.forEach((pattern, index) => {
      if (pattern.slots.length !== names.length) return;
      let cosine = 0;
      for (const [word, value] of vector) cosine += value * (vectors[index].get(word) ?? 0);
      if (best === undefined || cosine > best.cosine) best = { cosine, pattern };
    });
    if (best === undefined) return undefined;
    const values = new Map(best.pattern.slots.map(({ name }, index) => [name, names[index].value]));
    return { goal: best.pattern.goal, values };
  };
}
