/** The names that `wanted` may have been meant for, nearest first: at most three. */
export function nearNames(wanted: string, names: Iterable<string>): string[] {
  const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');
  const target = plain(wanted.slice(wanted.lastIndexOf('/') + 1));
  if (target === '') return [];
  return [...names]
    .map((name) => {
      const candidate = plain(name);
      const holds = candidate.includes(target) || target.includes(candidate);
      return { name, distance: holds ? 0 : editDistance(target, candidate) };
    })
    .filter(({ distance }) => distance <= Math.max(2, Math.floor(target.length / 3)))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ name }) => name);
}

/** Levenshtein's distance. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(previous[j]! + 1, row[j - 1]! + 1, change));
    }
    previous = row;
  }
  return previous[b.length]!;
}
