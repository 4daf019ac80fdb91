import { CorollaryError } from '../../errors.js';
import { type CosineQuantiles, cosineBefore, cosineQuantiles } from './cosine-quantiles.js';
import { GraphThread } from './graph-thread.js';
import type { Projection } from './projection.js';
import { checksumOf, projectionBytes } from './projection-bytes.js';

/** Graphs are kept in the database, and travel in one request. */
const LARGEST_GRAPH = 12 * 2 ** 20;
/** Sums that are taken in another order differ in their last bits. */
const SAME = 1e-4;

/** How ONNX marks a tensor whose numbers lie in another file: key `location` of its external data. */
const EXTERNAL = Buffer.from('\x0a\x08location', 'latin1');

/** A projection by a small ONNX graph: one input and one output, both [batch, dimensions] float32. It runs in a thread of its own. */
export class GraphProjection implements Projection {
  readonly method = 'GRAPH';
  readonly from: number;
  readonly to: number;
  readonly checksum: string;
  readonly #graph: Uint8Array;
  readonly #thread: GraphThread;
  readonly #quantiles: CosineQuantiles;

  private constructor(
    graph: Uint8Array,
    thread: GraphThread,
    from: number,
    to: number,
    quantiles: CosineQuantiles,
  ) {
    this.from = from;
    this.to = to;
    this.#graph = graph;
    this.#thread = thread;
    this.#quantiles = quantiles;
    this.checksum = checksumOf('GRAPH', from, to, graph);
  }

  /**
   * A graph that somebody brought, tried on `sample`.
   * @param sample unit vectors of one length, at least one
   * @throws CorollaryError BAD_INPUT that says what is wrong with it: no ONNX, too large, numbers in other files, another
   * shape, vectors that are not finite or that depend on those beside them
   */
  static async tried(graph: Uint8Array, sample: readonly Float32Array[]): Promise<GraphProjection> {
    const [first] = sample;
    if (first === undefined) throw unusable('there are no stored vectors to try it on');
    if (graph.length > LARGEST_GRAPH)
      throw unusable(`it has ${graph.length} bytes, at most ${LARGEST_GRAPH} go`);
    if (Buffer.from(graph.buffer, graph.byteOffset, graph.byteLength).includes(EXTERNAL)) {
      throw unusable('its numbers lie in another file: export it with everything in one');
    }
    const thread = await GraphThread.start(graph).catch((error: Error) => {
      throw unusable(error.message);
    });
    try {
      const tried = await thread.run(sample);
      const [alone] = await thread.run([first]);
      const to = alone!.length;
      if (to === 0) throw new Error('it gives vectors without dimensions');
      const odd = tried.findIndex((vector) => vector.some((component) => !Number.isFinite(component)));
      if (odd >= 0) throw new Error(`what it gives for vector ${odd} of the sample is not finite`);
      const largest = Math.max(...alone!.map(Math.abs));
      if (alone!.some((component, i) => Math.abs(component - tried[0]![i]!) > SAME * largest)) {
        throw new Error('what it gives for a vector depends on those beside it');
      }
      const quantiles = cosineQuantiles(sample, tried.map(unitLength));
      return new GraphProjection(graph, thread, first.length, to, quantiles);
    } catch (error) {
      await thread.stop();
      throw unusable((error as Error).message);
    }
  }

  /** One that was stored. @throws CorollaryError EMBEDDING_SPACE_UNAVAILABLE where this server cannot run it */
  static async stored(
    graph: Uint8Array,
    from: number,
    to: number,
    quantiles: CosineQuantiles,
  ): Promise<GraphProjection> {
    const thread = await GraphThread.start(graph).catch((error: Error) => {
      throw failed(error.message);
    });
    return new GraphProjection(graph, thread, from, to, quantiles);
  }

  async apply(vectors: readonly Float32Array[]): Promise<Float32Array[]> {
    const isZero = vectors.map((vector) => vector.every((component) => component === 0));
    const wanted = vectors.filter((_, index) => !isZero[index]);
    const projected = await this.#thread.run(wanted).catch((error: Error) => {
      throw failed(error.message);
    });
    if (projected.some((vector) => vector.some((component) => !Number.isFinite(component)))) {
      throw failed('it gave a vector that is not finite');
    }
    let at = 0;
    return vectors.map((_, index) =>
      isZero[index] ? new Float32Array(this.to) : unitLength(projected[at++]!),
    );
  }

  cosineBefore(cosine: number): number {
    return cosineBefore(this.#quantiles, cosine);
  }

  bytes(): Uint8Array {
    const { method, from, to } = this;
    return projectionBytes({ method, from, to, quantiles: this.#quantiles }, this.#graph);
  }

  stop(): Promise<void> {
    return this.#thread.stop();
  }
}

function unitLength(vector: Float32Array): Float32Array {
  let squares = 0;
  for (const component of vector) squares += component * component;
  const length = Math.sqrt(squares);
  return length === 0 ? vector : vector.map((component) => component / length);
}

const unusable = (why: string) =>
  new CorollaryError('BAD_INPUT', `The projection's graph cannot be used: ${why}.`);

const failed = (why: string) =>
  new CorollaryError('EMBEDDING_SPACE_UNAVAILABLE', `The projection's graph failed: ${why}.`);
