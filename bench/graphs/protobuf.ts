/** Bytes that may be too many to be held at once: their number is known before they are made. */
export interface Stream {
  readonly length: number;
  readonly chunks: () => Iterable<Uint8Array>;
}

/** A field of a protobuf message: its number and value; a list of numbers is packed. */
export type Field = readonly [
  number: number,
  value: string | number | Uint8Array | Stream | readonly number[],
];

/** The encoding of a message (protobuf.dev/programming-guides/encoding). */
export function message(...fields: readonly Field[]): Stream {
  const parts = fields.flatMap(([number, value]): (Uint8Array | Stream)[] => {
    if (typeof value === 'number') return [varint(number << 3), varint(value)];
    const content = contentOf(value);
    return [varint((number << 3) | 2), varint(content.length), content];
  });
  return {
    length: parts.reduce((sum, { length }) => sum + length, 0),
    chunks: function* () {
      for (const part of parts) {
        if (part instanceof Uint8Array) yield part;
        else yield* part.chunks();
      }
    },
  };
}

/** All of it in memory. */
export function bytesOf(stream: Stream): Uint8Array {
  return Buffer.concat([...stream.chunks()]);
}

function contentOf(value: Exclude<Field[1], number>): Uint8Array | Stream {
  if (typeof value === 'string') return Buffer.from(value);
  if (value instanceof Uint8Array || 'chunks' in value) return value;
  return Buffer.concat(value.map(varint));
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    bytes.push(Number(rest & 127n) | (rest > 127n ? 128 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}
