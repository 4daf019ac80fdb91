/** Half-precision bits of numbers that binary16 holds exactly. */
export function halves(numbers: ArrayLike<number>): Uint8Array {
  const bits = Uint16Array.from(numbers, (x) => {
    if (x === 0) return 0;
    const sign = x < 0 ? 0x8000 : 0;
    const exponent = Math.floor(Math.log2(Math.abs(x)));
    if (exponent < -14) return sign | (Math.abs(x) * 2 ** 24);
    return sign | ((exponent + 15) << 10) | ((Math.abs(x) / 2 ** exponent - 1) * 1024);
  });
  return new Uint8Array(bits.buffer);
}

export function floats(numbers: ArrayLike<number>): Uint8Array {
  return new Uint8Array(Float32Array.from(numbers).buffer);
}

/** What `torch.save` writes for a state dictionary: a zip whose entries are stored, the tensors' bytes at multiples of 64. */
export function torchFile(
  name: string,
  storages: readonly Uint8Array[],
  { kind = 'FloatStorage', method = 0 }: { kind?: string; method?: number } = {},
): Uint8Array {
  const pickle = storages.map(
    (_, i) =>
      `X\u0007\0\0\0storageq\u0004ctorch\n${kind}\nq\u0005X\u0001\0\0\0${i}q\u0006X\u0003\0\0\0cpuq\u0007`,
  );
  const entries: [string, Uint8Array][] = [
    [
      'data.pkl',
      Buffer.from(`\u0080\u0002ccollections\nOrderedDict\nq\0)Rq\u0001(${pickle.join('')}u.`, 'latin1'),
    ],
    ['byteorder', Buffer.from('little')],
    ...storages.map((bytes, i): [string, Uint8Array] => [`data/${i}`, bytes]),
    ['version', Buffer.from('3\n')],
  ];
  const local: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [entry, bytes] of entries) {
    const path = Buffer.from(`${name}/${entry}`);
    const filling = Buffer.alloc((64 - ((at + 30 + path.length) % 64)) % 64);
    const header = Buffer.alloc(30);
    header.writeUInt32LE(0x04034b50, 0);
    header.writeUInt16LE(method, 8);
    header.writeUInt16LE(path.length, 26);
    header.writeUInt16LE(filling.length, 28);
    const listed = Buffer.alloc(46);
    listed.writeUInt32LE(0x02014b50, 0);
    listed.writeUInt16LE(method, 10);
    listed.writeUInt32LE(bytes.length, 20);
    listed.writeUInt32LE(bytes.length, 24);
    listed.writeUInt16LE(path.length, 28);
    listed.writeUInt32LE(at, 42);
    directory.push(listed, path);
    local.push(header, path, filling, Buffer.from(bytes));
    at += 30 + path.length + filling.length + bytes.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...local, ...directory, end]);
}

export function safetensorsFile(
  tensors: Readonly<Record<string, { dtype: string; shape: readonly number[]; bytes: Uint8Array }>>,
): Uint8Array {
  let at = 0;
  const header = Object.entries(tensors).map(([name, { dtype, shape, bytes }]) => {
    const from = at;
    at += bytes.length;
    return [name, { dtype, shape, data_offsets: [from, at] }];
  });
  const json = Buffer.from(JSON.stringify({ __metadata__: { format: 'pt' }, ...Object.fromEntries(header) }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, ...Object.values(tensors).map(({ bytes }) => bytes)]);
}
