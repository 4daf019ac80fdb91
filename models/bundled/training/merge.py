"""Makes one table of several that were trained apart: side by side, then turned and cut to the first dimensions.

    python3 merge.py WORK TOKENIZER OUT.npy TABLE.npy TABLE.npy ... [--dimensions 384]

The cosine of vectors put side by side is the mean of the models' opinions, which errs less than each alone. The
principal directions of the texts' vectors keep most of it in as many dimensions as one model had, the first
dimensions the most, as nested ones need.
"""
import argparse

import numpy as np

from train import matrix, normalised, read_corpora

TEXTS = 60_000


def text_vectors(table, texts, numbers):
    """Unit vectors [texts, dimensions] of these texts."""
    ids = np.concatenate([texts.flat[texts.starts[n] : texts.starts[n] + texts.lengths[n]] for n in numbers])
    return normalised(matrix(ids, texts.lengths[numbers], len(table)) @ table)[0]


def merged(tables, texts, dimensions, seed=1):
    rng = np.random.default_rng(seed)
    numbers = rng.choice(np.flatnonzero(texts.lengths > 2), TEXTS, replace=False)
    # The length of the first one's rows is that of all: none outweighs another, and the rate of training still fits.
    lengths = [np.linalg.norm(table, axis=1).mean() for table in tables]
    length = lengths[0]
    wide = np.concatenate([table * (length / own) for table, own in zip(tables, lengths)], axis=1)
    vectors = text_vectors(wide, texts, numbers)
    values, directions = np.linalg.eigh(vectors.T @ vectors)
    order = np.argsort(-values)
    kept = values[order][:dimensions].sum() / values.sum()
    print(f"{kept:.1%} of the texts' vectors lies in {dimensions} of {wide.shape[1]} directions", flush=True)
    table = wide @ directions[:, order[:dimensions]].astype(np.float32)
    return table * (length / np.linalg.norm(table, axis=1).mean())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("work")
    parser.add_argument("tokenizer")
    parser.add_argument("out")
    parser.add_argument("tables", nargs="+")
    parser.add_argument("--dimensions", type=int, default=384)
    options = parser.parse_args()
    texts, _, _ = read_corpora(options.work, options.tokenizer)
    np.save(options.out, merged([np.load(path) for path in options.tables], texts, options.dimensions))


if __name__ == "__main__":
    main()
