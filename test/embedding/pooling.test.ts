import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { finished, layerNormalised, normalised, pooled } from '../../src/embedding/pooling.js';

// Two texts of three positions, width two: [[1,2],[3,4],[5,6]] and [[10,20],[30,40],[50,60]].
const embeddings = { data: Float32Array.of(1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60), tokens: 3, width: 2 };

describe('pooling', () => {
  it('takes the first token for cls, the last for last, all for mean', () => {
    const span = { first: 0, count: 3 };
    expect([...pooled(embeddings, 0, span, 'cls')]).toEqual([1, 2]);
    expect([...pooled(embeddings, 0, span, 'last')]).toEqual([5, 6]);
    expect([...pooled(embeddings, 0, span, 'mean')]).toEqual([3, 4]);
  });

  it('never counts padding, on the right or on the left', () => {
    expect([...pooled(embeddings, 1, { first: 0, count: 2 }, 'mean')]).toEqual([20, 30]);
    expect([...pooled(embeddings, 1, { first: 0, count: 2 }, 'last')]).toEqual([30, 40]);
    expect([...pooled(embeddings, 1, { first: 1, count: 2 }, 'cls')]).toEqual([30, 40]);
    expect([...pooled(embeddings, 1, { first: 1, count: 2 }, 'mean')]).toEqual([40, 50]);
  });

  it('gives zeros for a text of no tokens', () => {
    expect([...pooled(embeddings, 0, { first: 0, count: 0 }, 'mean')]).toEqual([0, 0]);
  });
});

describe('finishing a vector', () => {
  const numbers = fc.float32Array({
    minLength: 2,
    maxLength: 40,
    noNaN: true,
    noDefaultInfinity: true,
    min: -100,
    max: 100,
  });

  it('gives unit length, or zeros for zeros', () => {
    fc.assert(
      fc.property(numbers, (vector) => {
        const length = Math.hypot(...normalised(vector));
        if (vector.every((x) => x === 0)) expect(length).toBe(0);
        else if (Math.hypot(...vector) > 1e-15) expect(length).toBeCloseTo(1, 5);
      }),
    );
  });

  it('refuses a number that is not finite', () => {
    expect(() => normalised(Float32Array.of(1, Number.NaN))).toThrow('not finite');
    expect(() => normalised(Float32Array.of(1, Number.POSITIVE_INFINITY))).toThrow('not finite');
  });

  it('normalises a layer to mean zero and variance one', () => {
    const vector = layerNormalised(Float32Array.of(1, 2, 3, 4, 10));
    const mean = vector.reduce((a, b) => a + b) / 5;
    const variance = vector.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 5;
    expect(mean).toBeCloseTo(0, 5);
    expect(variance).toBeCloseTo(1, 3);
  });

  it('normalises the layer before the slice, and the length after it', () => {
    const whole = Float32Array.of(3, -1, 7, 2);
    const layer = layerNormalised(whole);
    const expected = normalised(layer.slice(0, 2));
    expect(finished(whole, { layerNorm: true, dimensions: 2, normalise: true })).toEqual(expected);
    expect([...finished(whole, { layerNorm: false, dimensions: 3, normalise: false })]).toEqual([3, -1, 7]);
  });
});
