import { once } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flattened, postAnyDepth, receivedMessage, unflattened } from '../../src/reasoning/flat-message.js';

const parts = fc.letrec((tie) => ({
  message: fc.oneof(
    { depthSize: 'small' },
    fc.oneof(fc.string(), fc.integer(), fc.bigInt(), fc.double(), fc.constantFrom(null, undefined, true)),
    fc.array(tie('message')),
    fc.dictionary(fc.string(), tie('message'), { noNullPrototype: true }),
    fc.array(fc.tuple(fc.string(), tie('message'))).map((entries) => new Map(entries)),
    fc.array(tie('message')).map((values) => new Set(values)),
  ),
}));

describe('A message that was made flat', () => {
  it('is what it was', () => {
    fc.assert(
      fc.property(parts.message, (part) => {
        const message = { part };
        expect(unflattened(structuredClone(flattened(message)))).toEqual(message);
      }),
    );
  });

  it('keeps a part that it holds twice as one', () => {
    const shared = ['part'];
    const { first, second } = unflattened(flattened({ first: shared, second: shared })) as {
      first: unknown;
      second: unknown;
    };
    expect(first).toBe(second);
  });
});

describe('A message', () => {
  it('arrives however deep it is', async () => {
    let nested: unknown = 'innermost';
    for (let depth = 0; depth < 100_000; depth++) nested = { nested };
    const { port1, port2 } = new MessageChannel();
    const arrived = once(port2, 'message') as Promise<[object]>;
    postAnyDepth(port1, { nested });
    let inner: unknown = receivedMessage((await arrived)[0]);
    let depth = -1;
    for (; typeof inner === 'object'; depth++) inner = (inner as { nested: unknown }).nested;
    port1.close();
    expect([inner, depth]).toEqual(['innermost', 100_000]);
  });
});
