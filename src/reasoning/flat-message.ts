/**
 * A message of any depth, flat: structured cloning goes down by recursion, which a list of some ten thousand elements
 * uses up (each of its cells holds the next).
 */
export interface FlatMessage {
  /** The message is the first. */
  readonly nodes: readonly FlatNode[];
}

type FlatNode =
  | { readonly kind: 'array' | 'set'; readonly values: readonly FlatValue[] }
  | {
      readonly kind: 'object' | 'map';
      readonly keys: readonly FlatValue[];
      readonly values: readonly FlatValue[];
    };

/** What has no parts, or the place of what has. */
type FlatValue = { readonly leaf: unknown } | { readonly node: number };

/** Of plain objects, arrays, maps and sets; anything else in it is left to be cloned as it is. */
export function flattened(message: object): FlatMessage {
  const places = new Map<object, number>([[message, 0]]);
  const found = [message];
  const flat = (value: unknown): FlatValue => {
    if (typeof value !== 'object' || value === null || !hasParts(value)) return { leaf: value };
    const known = places.get(value);
    if (known !== undefined) return { node: known };
    places.set(value, found.length);
    found.push(value);
    return { node: found.length - 1 };
  };
  const nodes: FlatNode[] = [];
  // It grows while it is walked.
  for (const value of found) {
    if (Array.isArray(value)) nodes.push({ kind: 'array', values: value.map(flat) });
    else if (value instanceof Set) nodes.push({ kind: 'set', values: [...value].map(flat) });
    else {
      const kind = value instanceof Map ? 'map' : 'object';
      const entries = value instanceof Map ? [...value] : Object.entries(value);
      const keys = entries.map(([key]) => flat(key));
      nodes.push({ kind, keys, values: entries.map(([, each]) => flat(each)) });
    }
  }
  return { nodes };
}

export function unflattened({ nodes }: FlatMessage): object {
  const values = nodes.map(({ kind }): object => {
    if (kind === 'array') return [];
    if (kind === 'set') return new Set();
    return kind === 'map' ? new Map() : {};
  });
  const valueAt = (flat: FlatValue) => ('leaf' in flat ? flat.leaf : values[flat.node]);
  for (const [i, node] of nodes.entries()) {
    const value = values[i];
    if (Array.isArray(value)) for (const each of node.values) value.push(valueAt(each));
    else if (value instanceof Set) for (const each of node.values) value.add(valueAt(each));
    else if (node.kind === 'object' || node.kind === 'map') {
      for (const [at, flat] of node.keys.entries()) {
        const key = valueAt(flat);
        if (value instanceof Map) value.set(key, valueAt(node.values[at]!));
        else Object.assign(value!, { [key as string]: valueAt(node.values[at]!) });
      }
    }
  }
  return values[0]!;
}

function hasParts(value: object): boolean {
  if (Array.isArray(value) || value instanceof Map || value instanceof Set) return true;
  return Object.getPrototypeOf(value) === Object.prototype;
}

/** Posts the message, flat where it is too deep. */
export function postAnyDepth(port: { postMessage(message: unknown): void }, message: object): void {
  try {
    port.postMessage(message);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    port.postMessage(flattened(message));
  }
}

export function receivedMessage<Message extends object>(message: Message | FlatMessage): Message {
  return 'nodes' in message ? (unflattened(message as FlatMessage) as Message) : message;
}
