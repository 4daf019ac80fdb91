import { float32OfHalves } from './half-precision.js';

/** Signatures of the zip format (PKWARE APPNOTE 4.3). */
const endOfDirectory = 0x06054b50;
const directoryEntry = 0x02014b50;
const localEntry = 0x04034b50;

/**
 * The numbers of each tensor in a file that `torch.save` wrote, in the order in which they were saved: a zip archive,
 * not compressed, with one entry `NAME/data/0`, `NAME/data/1`, … for each (pytorch/caffe2/serialize/inline_container.h).
 * Shapes and names stand in a pickle, which is a program and is not run; only the kind of number is looked up there.
 * @throws Error for a file that is not such, or holds other numbers than fp32 and fp16
 */
export function torchStoragesOf(file: Uint8Array): readonly Float32Array[] {
  const entries = storedEntries(file);
  const ending = (end: string) => [...entries].find(([name]) => name.endsWith(end))?.[1];
  const pickle = ending('/data.pkl');
  if (pickle === undefined) throw new Error('it is no file that torch.save wrote');
  if (Buffer.from(ending('/byteorder') ?? []).toString() === 'big')
    throw new Error('its numbers are big-endian; save it on another machine');
  const kinds = new Set(
    Buffer.from(pickle)
      .toString('latin1')
      .match(/\w+Storage\b/g),
  );
  const [kind] = kinds;
  if (kinds.size !== 1 || (kind !== 'FloatStorage' && kind !== 'HalfStorage'))
    throw new Error(`its numbers are ${[...kinds].join(', ')}; FloatStorage or HalfStorage is read`);
  const storages: Float32Array[] = [];
  for (let i = 0; ; i++) {
    const bytes = ending(`/data/${i}`);
    if (bytes === undefined) return storages;
    // A copy begins where numbers may. Buffer's own slice would be none.
    const { buffer } = Uint8Array.from(bytes);
    storages.push(
      kind === 'FloatStorage' ? new Float32Array(buffer) : float32OfHalves(new Uint16Array(buffer)),
    );
  }
}

function storedEntries(file: Uint8Array): Map<string, Uint8Array> {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  // The end record is 22 bytes and a comment, which torch leaves empty.
  const end = bytes.length - 22;
  if (end < 0 || bytes.readUInt32LE(end) !== endOfDirectory)
    throw new Error('it is no zip archive, or was cut off');
  const entries = new Map<string, Uint8Array>();
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    if (at + 46 > end || bytes.readUInt32LE(at) !== directoryEntry)
      throw new Error('its zip directory is damaged');
    const [method, size] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 24)];
    const lengths = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset));
    const name = bytes.toString('utf8', at + 46, at + 46 + lengths[0]!);
    const local = bytes.readUInt32LE(at + 42);
    if (method !== 0) throw new Error(`its entry ${name} is compressed`);
    if (local + 30 > end || bytes.readUInt32LE(local) !== localEntry)
      throw new Error('its zip directory is damaged');
    const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    if (from + size > end) throw new Error(`its entry ${name} was cut off`);
    entries.set(name, bytes.subarray(from, from + size));
    at += 46 + lengths.reduce((sum, length) => sum + length, 0);
  }
  return entries;
}
