import { type Field, message, type Stream } from './protobuf.js';

/** Element types, as onnx.proto3 numbers them. */
export const elementType = { float: 1, uint8: 2, int8: 3, int32: 6, int64: 7 } as const;
export type ElementType = keyof typeof elementType;

/** A constant of the graph. */
export interface Tensor {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly number[];
  /** Little-endian, row-major. */
  readonly data: Stream;
}

export interface Node {
  readonly type: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, number | readonly number[]>>;
}

/** An input or output of the graph; a dimension that varies has a name. */
export interface Value {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly (string | number)[];
}

export interface Graph {
  readonly nodes: readonly Node[];
  readonly tensors: readonly Tensor[];
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
}

/** Where the bytes of a tensor stand in a file beside the model. */
export interface Place {
  readonly file: string;
  readonly offset: number;
}

/**
 * A model file (onnx.proto3, ModelProto). Opset 12: the last one whose graphs onnxruntime recognises as BERT's when it
 * looks for attention to fuse, and the last one whose ReduceMean, Softmax and Unsqueeze take their axes as attributes.
 * @param external of the tensors whose bytes lie in another file; a file above 2 GB cannot be read as protobuf.
 */
export function onnxModel(graph: Graph, external: ReadonlyMap<string, Place> = new Map()): Stream {
  const fields: Field[] = [
    ...graph.nodes.map((node): Field => [1, nodeMessage(node)]),
    [2, 'generated'],
    ...graph.tensors.map((tensor): Field => [5, tensorMessage(tensor, external.get(tensor.name))]),
    ...graph.inputs.map((input): Field => [11, valueMessage(input)]),
    ...graph.outputs.map((output): Field => [12, valueMessage(output)]),
  ];
  return message([1, 7], [2, 'corollary'], [7, message(...fields)], [8, message([1, ''], [2, 12])]);
}

/** A tensor whose numbers are at hand. */
export function constant(
  name: string,
  dims: readonly number[],
  numbers: Float32Array | BigInt64Array | Int8Array | Uint8Array,
): Tensor {
  const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  return { name, type: typeOf(numbers), dims, data: { length: bytes.length, chunks: () => [bytes] } };
}

function typeOf(numbers: Float32Array | BigInt64Array | Int8Array | Uint8Array): ElementType {
  if (numbers instanceof Float32Array) return 'float';
  if (numbers instanceof BigInt64Array) return 'int64';
  return numbers instanceof Int8Array ? 'int8' : 'uint8';
}

function tensorMessage({ name, type, dims, data }: Tensor, place: Place | undefined): Stream {
  const head: Field[] = [
    [1, dims],
    [2, elementType[type]],
    [8, name],
  ];
  if (place === undefined) return message(...head, [9, data]);
  const entry = (key: string, value: string | number): Field => [13, message([1, key], [2, String(value)])];
  const where = [entry('location', place.file), entry('offset', place.offset), entry('length', data.length)];
  return message(...head, ...where, [14, 1]);
}

function valueMessage({ name, type, dims }: Value): Stream {
  const shape = dims.map(
    (dim): Field => [1, typeof dim === 'number' ? message([1, dim]) : message([2, dim])],
  );
  return message([1, name], [2, message([1, message([1, elementType[type]], [2, message(...shape)])])]);
}

function nodeMessage({ type, inputs, outputs, attributes = {} }: Node): Stream {
  const int = 2;
  const ints = 7;
  return message(
    ...inputs.map((name): Field => [1, name]),
    ...outputs.map((name): Field => [2, name]),
    [4, type],
    ...Object.entries(attributes).map(
      ([name, value]): Field => [
        5,
        typeof value === 'number'
          ? message([1, name], [3, value], [20, int])
          : message([1, name], [8, value], [20, ints]),
      ],
    ),
  );
}
