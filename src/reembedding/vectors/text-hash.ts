import { createHash } from 'node:crypto';

/** SHA-256 of a sentence in UTF-8, as 64 hexadecimal digits: tells whether a vector is of the words that a fact has now. */
export const textHash = (sentence: string): string => createHash('sha256').update(sentence).digest('hex');
