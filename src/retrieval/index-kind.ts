/**
 * What an index over vectors is over: half floats; or one bit per dimension, its sign, which takes a sixteenth of the memory
 * for the vectors and is ranked exactly afterwards.
 */
export const indexKinds = ['halfvec', 'bit'] as const;
export type IndexKind = (typeof indexKinds)[number];
