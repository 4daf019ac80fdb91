/** The least `count` items in order, then the rest as they come. */
export function leastFirst<T>(items: readonly T[], count: number, order: (a: T, b: T) => number): T[] {
  if (count <= 0) return [...items];
  const least: T[] = [];
  const rest: T[] = [];
  for (const item of items) {
    if (least.length === count && order(item, least[count - 1]!) > 0) {
      rest.push(item);
      continue;
    }
    let [low, high] = [0, least.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (order(item, least[middle]!) < 0) high = middle;
      else low = middle + 1;
    }
    least.splice(low, 0, item);
    if (least.length > count) rest.push(least.pop()!);
  }
  return [...least, ...rest];
}
