"""Writes an ONNX file without the onnx package: the few messages of onnx.proto that a small graph needs."""
import struct

FLOAT, UINT8, INT64, FLOAT16 = 1, 2, 7, 10


def varint(value):
    value &= 0xFFFFFFFFFFFFFFFF
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def integer(field, value):
    return varint(field << 3) + varint(value)


def chunk(field, data):
    data = data.encode() if isinstance(data, str) else data
    return varint(field << 3 | 2) + varint(len(data)) + data


def tensor(name, kind, shape, data):
    """TensorProto: dims 1, data_type 2, name 8, raw_data 9 (little endian)."""
    return b"".join(integer(1, size) for size in shape) + integer(2, kind) + chunk(8, name) + chunk(9, data)


def value_info(name, kind, shape):
    """ValueInfoProto; a string in the shape is a symbolic size."""
    sizes = b"".join(chunk(1, chunk(2, size) if isinstance(size, str) else integer(1, size)) for size in shape)
    return chunk(1, name) + chunk(2, chunk(1, integer(1, kind) + chunk(2, sizes)))


def attribute(name, value):
    """AttributeProto: f 2, i 3, s 4, type 20 (1 float, 2 int, 3 string)."""
    if isinstance(value, float):
        return chunk(1, name) + varint(2 << 3 | 5) + struct.pack("<f", value) + integer(20, 1)
    if isinstance(value, int):
        return chunk(1, name) + integer(3, value) + integer(20, 2)
    return chunk(1, name) + chunk(4, value) + integer(20, 3)


def node(operator, inputs, outputs, **attributes):
    """NodeProto: input 1, output 2, name 3, op_type 4, attribute 5."""
    return (
        b"".join(chunk(1, name) for name in inputs)
        + b"".join(chunk(2, name) for name in outputs)
        + chunk(3, outputs[0] + "_node")
        + chunk(4, operator)
        + b"".join(chunk(5, attribute(name, value)) for name, value in attributes.items())
    )


def model(graph_name, nodes, initializers, inputs, outputs, opset, producer, metadata):
    """ModelProto: ir_version 1, producer_name 2, graph 7, opset_import 8, metadata_props 14."""
    graph = (
        b"".join(chunk(1, item) for item in nodes)
        + chunk(2, graph_name)
        + b"".join(chunk(5, item) for item in initializers)
        + b"".join(chunk(11, item) for item in inputs)
        + b"".join(chunk(12, item) for item in outputs)
    )
    properties = b"".join(chunk(14, chunk(1, key) + chunk(2, value)) for key, value in metadata.items())
    return integer(1, 8) + chunk(2, producer) + chunk(7, graph) + chunk(8, chunk(1, "") + integer(2, opset)) + properties
