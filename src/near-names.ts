/** Up to three of `names` that a person may have meant by `wanted`, nearest first: for error messages. */
export function nearNames(wanted: string, names: Iterable<string>): string[] {
  const target = plain(wanted);
  const furthest = Math.max(1, Math.floor(wanted.length / 3));
  return [...names]
    .map((name) => ({ name, distance: distanceOf(target, plain(name)) }))
    .filter(({ distance }) => distance <= furthest)
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map(({ name }) => name);
}

/** Case, dots and underscores are what people mix up most. */
const plain = (name: string) => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/** A name that holds the other, and is not much shorter than it, is near: `m3` is no hint, `bge-m3` is. */
function distanceOf(a: string, b: string): number {
  const [shorter, longer] = a.length < b.length ? [a, b] : [b, a];
  if (shorter.length >= 4 && longer.includes(shorter)) return 1;
  return editDistance(a, b);
}

/** Levenshtein's distance: insertions, deletions and replacements of one character. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = previous[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, previous[column]! + 1, current[column - 1]! + 1));
    }
    previous = current;
  }
  return previous[b.length]!;
}
