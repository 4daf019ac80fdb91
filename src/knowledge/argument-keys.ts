import { createHash } from 'node:crypto';

/**
 * The hash under which facts are found by an argument: of the predicate, the argument's position (from 0) and
 * its canonical text. 53 bits, so that it is exact as a JavaScript number and a bigint column. Different
 * arguments may share a key, if rarely: whoever looks facts up by it compares the argument too.
 */
export function argumentKey(predicate: string, arity: number, position: number, canonical: string): number {
  const digest = createHash('sha256')
    .update(`${arity}/${position}/${predicate.length}/${predicate}${canonical}`)
    .digest();
  return digest.readUIntBE(0, 6) * 32 + (digest[6]! >> 3);
}

/** What makes two facts the same: the first 16 bytes of SHA-256 of the canonical text. */
export function factHash(prolog: string): string {
  return createHash('sha256').update(prolog).digest('hex').slice(0, 32);
}
