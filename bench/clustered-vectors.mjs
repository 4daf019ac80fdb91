/**
 * Unit vectors around centres, vector n in cluster n mod `clusters`, and others near a centre that is asked for.
 * @param {{ count: number, dimensions: number, clusters: number, random: () => number }} shape
 */
export function clusteredVectors({ count, dimensions, clusters, random }) {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const centres = Array.from({ length: clusters }, () => Float32Array.from({ length: dimensions }, normal));
  // Random numbers by the hundred thousand cost more than the database: noise is cut from a long piece, anywhere.
  const noise = Float32Array.from({ length: 2 ** 20 }, normal);
  const near = (cluster) => {
    const [one, two] = [random(), random()].map((at) => Math.floor(at * (noise.length - dimensions)));
    const vector = centres[cluster].map((x, d) => x + noise[one + d] + noise[two + d]);
    const norm = Math.hypot(...vector);
    return vector.map((x) => x / norm);
  };
  const made = Array.from({ length: count }, (_, n) => near(n % clusters));
  return { near, of: (n) => made[n] };
}
