"""Packs a trained table into model.onnx: four bits for each number, one scale for each row and each column.

    python3 export.py TABLE.npy OUT

The graph looks rows up before it unpacks them, so that the table stays small in memory as well:
input_ids, attention_mask [B, S] int64 -> token_embeddings [B, S, D] float32. The mask belongs to the pooling,
which is outside; in the graph it makes the rows of padding zero.
"""
import os
import sys

import numpy as np

import onnx_writer as onnx

LEVELS = 16
CLIPS = np.linspace(0.45, 1.0, 23)  # shares of a row's largest number that are tried as its range


def quantise(table):
    """([V, D] uint8 of 0..15, [V] scale) so that (q - 7.5) * scale is near the row: the least squared error."""
    largest = np.abs(table).max(1) + 1e-12
    best = np.full(len(table), np.inf)
    codes, scales = np.zeros(table.shape, np.uint8), np.zeros(len(table), np.float32)
    for clip in CLIPS:
        step = (largest * clip / 7.5).astype(np.float16).astype(np.float32) + np.float32(0)
        step = np.maximum(step, 6e-8)
        q = np.clip(np.round(table / step[:, None] + 7.5), 0, LEVELS - 1)
        restored = (q - 7.5) * step[:, None]
        # The scale that fits these codes best, in closed form.
        fitted = ((restored * table).sum(1) / np.maximum((restored**2).sum(1), 1e-12) * step).astype(np.float16).astype(np.float32)
        error = ((table - (q - 7.5) * fitted[:, None]) ** 2).sum(1)
        better = error < best
        best[better], scales[better] = error[better], fitted[better]
        codes[better] = q[better].astype(np.uint8)
    scales[np.abs(table).max(1) == 0] = 0
    return codes, scales


def dequantise(codes, scales):
    return (codes.astype(np.float32) - 7.5) * scales[:, None]


def build(codes, scales, columns):
    size, dimensions = codes.shape
    half = dimensions // 2
    packed = codes[:, :half] | codes[:, half:] << 4  # the low halves of the bytes are the first half of the row
    constants = [
        onnx.tensor("rows", onnx.UINT8, packed.shape, packed.tobytes()),
        onnx.tensor("scales", onnx.FLOAT16, (size, 1), scales.astype("<f2").tobytes()),
        onnx.tensor("columns", onnx.FLOAT, (dimensions,), columns.astype("<f4").tobytes()),
        onnx.tensor("four", onnx.UINT8, (1,), b"\x04"),
        onnx.tensor("low_mask", onnx.UINT8, (1,), b"\x0f"),
        onnx.tensor("middle", onnx.FLOAT, (1,), np.float32(7.5).tobytes()),
        onnx.tensor("last_axis", onnx.INT64, (1,), np.int64(-1).tobytes()),
    ]
    nodes = [
        onnx.node("Gather", ["rows", "input_ids"], ["packed"], axis=0),
        onnx.node("BitwiseAnd", ["packed", "low_mask"], ["low"]),
        onnx.node("BitShift", ["packed", "four"], ["high"], direction="RIGHT"),
        onnx.node("Concat", ["low", "high"], ["codes"], axis=-1),
        onnx.node("Cast", ["codes"], ["numbers"], to=onnx.FLOAT),
        onnx.node("Sub", ["numbers", "middle"], ["centred"]),
        onnx.node("Gather", ["scales", "input_ids"], ["half_scale"], axis=0),
        onnx.node("Cast", ["half_scale"], ["scale"], to=onnx.FLOAT),
        onnx.node("Cast", ["attention_mask"], ["mask"], to=onnx.FLOAT),
        onnx.node("Unsqueeze", ["mask", "last_axis"], ["mask_column"]),
        onnx.node("Mul", ["scale", "mask_column"], ["masked_scale"]),
        onnx.node("Mul", ["centred", "columns"], ["levelled"]),
        onnx.node("Mul", ["levelled", "masked_scale"], ["token_embeddings"]),
    ]
    ids = ["batch", "sequence"]
    return onnx.model(
        "corollary_mini",
        nodes,
        constants,
        [onnx.value_info("input_ids", onnx.INT64, ids), onnx.value_info("attention_mask", onnx.INT64, ids)],
        [onnx.value_info("token_embeddings", onnx.FLOAT, [*ids, dimensions])],
        opset=18,
        producer="corollary",
        metadata={"name": "corollary-mini", "licence": "Apache-2.0", "dimensions": str(dimensions)},
    )


def main(table_path, out):
    table = np.load(table_path).astype(np.float32)
    # The length of a text's mean is of no account; a common scale keeps the float16 scales well in range.
    table /= np.abs(table).max()
    # Nested dimensions make the first columns larger: each has a scale too, so that four bits are as good for all.
    columns = table.std(0)
    columns /= columns.mean()
    codes, scales = quantise(table / columns)
    restored = dequantise(codes, scales) * columns
    error = np.linalg.norm(restored - table) / np.linalg.norm(table)
    data = build(codes, scales, columns)
    with open(os.path.join(out, "model.onnx"), "wb") as file:
        file.write(data)
    print(f"{table.shape[0]} rows of {table.shape[1]}, {len(data)} bytes, relative error {error:.3f}")


if __name__ == "__main__":
    main(*sys.argv[1:3])
