"""Trains the table: one row per piece, a text's embedding is the mean of its rows, made unit length.

    python3 train.py WORK TOKENIZER OUT.npy [--dimensions 384] [--steps 6000] [--seed 1]

Symmetric InfoNCE over in-batch negatives, each batch from one kind of pair and one group of sources, so that
the negatives are of the same sort as the answer; once over all dimensions, once over the first so many, so that
they can be cut off (Matryoshka representation learning, Kusupati et al. 2022). Adam touches only the rows of the batch.
"""
import argparse
import os
import time

import numpy as np
from scipy import sparse

from wordpiece import Encoder

SCALE = 14.0  # of the cosine, before the softmax
MOST_TOKENS = 96  # of a text, in training
TOKEN_DROPOUT = 0.1
OVERLAP_DROPOUT = 0.35  # share of the pairs whose second text loses the words of the first
NESTED = (256, 128, 64)  # one of these a batch, beside all dimensions, over half of its pairs
NESTED_WEIGHT = 0.5
SIF = 1e-3  # a of a/(a+p), Arora, Liang & Ma 2017

# Share of the batches. The last four are cut from running text.
MIX = {
    "gloss": 0.24, "synonym": 0.06, "derived": 0.03, "similar": 0.015, "broader": 0.02, "example": 0.06,
    "inflection": 0.025, "compound": 0.005, "abbreviation": 0.01, "operations": 0.04,
    "description": 0.10, "package": 0.015, "definition": 0.04, "verse": 0.03,
    "translation": 0.18, "abroad": 0.03,
    "heading": 0.10, "cloze": 0.16, "adjacent": 0.08, "self": 0.05,
}  # fmt: skip
FROM_TEXT = ("heading", "cloze", "adjacent", "self")
# Kinds whose shared words stay: the likeness is the point.
OVERLAP_KEPT = ("gloss", "synonym", "derived", "similar", "broader", "inflection", "compound", "abbreviation", "operations", "self")
SELF_DROPOUT = 0.4  # a sentence against itself, both with this share of the tokens missing (Gao, Yao & Chen 2021)


class Texts:
    """Token ids of many texts in one flat array."""

    def __init__(self):
        self.parts, self.lengths = [], []

    def add(self, ids):
        self.parts.append(np.asarray(ids, np.int32))
        self.lengths.append(len(ids))
        return len(self.lengths) - 1

    def freeze(self):
        self.flat = np.concatenate(self.parts)
        self.lengths = np.asarray(self.lengths, np.int64)
        self.starts = np.concatenate([[0], np.cumsum(self.lengths)[:-1]])
        del self.parts


def read_corpora(work, tokenizer):
    """Texts, {(kind, group): [n, 2] text numbers}, {group: ([heading number], [first sentence, last])}."""
    cache = os.path.join(work, "corpora.npz")
    texts = Texts()
    if os.path.exists(cache) and os.path.getmtime(cache) > os.path.getmtime(tokenizer):
        stored = np.load(cache)
        texts.parts, texts.lengths = [stored["flat"]], stored["lengths"]
        texts.freeze()
        arrays = {name: stored[name] for name in stored.files}
    else:
        encode, pairs, sections = Encoder(tokenizer), {}, {}
        for line in open(os.path.join(work, "pairs.tsv"), encoding="utf-8"):
            kind, group, first, second = line.rstrip("\n").split("\t")
            pairs.setdefault((kind, group), []).append((texts.add(encode(first)), texts.add(encode(second))))
        for line in open(os.path.join(work, "sections.tsv"), encoding="utf-8"):
            group, heading, body = line.rstrip("\n").split("\t")
            title = texts.add(encode(heading))
            numbers = [texts.add(encode(sentence)) for sentence in body.split(" ¶ ")]
            sections.setdefault(group, []).append((title, numbers[0], numbers[-1] + 1))
        texts.freeze()
        arrays = {f"pairs/{kind}/{group}": np.array(rows) for (kind, group), rows in pairs.items()}
        arrays |= {f"sections/{group}": np.array(rows) for group, rows in sections.items()}
        np.savez(cache, flat=texts.flat, lengths=texts.lengths, **arrays)
    pairs = {tuple(name.split("/")[1:]): rows for name, rows in arrays.items() if name.startswith("pairs/")}
    sections = {name.split("/")[1]: rows for name, rows in arrays.items() if name.startswith("sections/")}
    return texts, pairs, sections


def spans(starts, lengths):
    """The concatenation of arange(start, start + length)."""
    ends = np.cumsum(lengths)
    return np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - (ends - lengths), lengths)


class Sampler:
    """Draws batches: two lists of (ids, lengths)."""

    def __init__(self, texts, pairs, sections, size, random):
        self.texts, self.pairs, self.sections, self.size, self.random = texts, pairs, sections, size, random
        self.kinds = [kind for kind in MIX if kind in FROM_TEXT or any(key[0] == kind for key in pairs)]
        share = np.array([MIX[kind] for kind in self.kinds])
        self.share = share / share.sum()

    def _group(self, groups, power=0.7):
        names, rows = zip(*groups.items())
        weight = np.array([len(r) for r in rows], float) ** power
        return rows[self.random.choice(len(names), p=weight / weight.sum())]

    def _text(self, numbers):
        lengths = self.texts.lengths[numbers]
        starts = self.texts.starts[numbers]
        cut = np.minimum(lengths, MOST_TOKENS)
        return self.texts.flat[spans(starts, cut)], cut

    def _run(self, first, last):
        """The sentences first..last-1 as one text."""
        start = self.texts.starts[first]
        length = self.texts.starts[last - 1] + self.texts.lengths[last - 1] - start
        cut = np.minimum(length, MOST_TOKENS)
        return self.texts.flat[spans(start, cut)], cut

    def _from_text(self, kind):
        rows = self._group({g: r for g, r in self.sections.items() if kind != "heading" or g not in ("novels", "verse", "jargon")})
        rows = rows[self.random.integers(len(rows), size=self.size)]
        title, first, last = rows.T
        if kind == "heading":
            begin = first + (self.random.random(len(rows)) * (last - first)).astype(np.int64)
            begin = np.where(self.random.random(len(rows)) < 0.5, first, begin)
            keep = self.texts.lengths[title] > 0
            end = np.minimum(last, begin + self.random.integers(1, 4, size=len(rows)))
            return self._text(title[keep]), self._run(begin[keep], end[keep])
        rows = rows[last - first >= 2]
        _, first, last = rows.T
        if kind == "self":
            at = first + (self.random.random(len(rows)) * (last - first)).astype(np.int64)
            at = at[self.texts.lengths[at] >= 6]
            return self._text(at), self._text(at)
        if kind == "adjacent":
            at = first + (self.random.random(len(rows)) * (last - first - 1)).astype(np.int64)
            return self._text(at), self._text(at + 1)
        # Inverse cloze: a sentence against those after it, or before it where it is the last half.
        at = first + (self.random.random(len(rows)) * (last - first)).astype(np.int64)
        after = (at - first < (last - first) / 2) & (at + 1 < last)
        begin = np.where(after, at + 1, first)
        end = np.where(after, last, np.maximum(at, first + 1))
        keep = (end > begin) & ((at < begin) | (at >= end))
        return self._text(at[keep]), self._run(begin[keep], end[keep])

    def batch(self):
        kind = self.kinds[self.random.choice(len(self.kinds), p=self.share)]
        if kind in FROM_TEXT:
            return kind, *self._from_text(kind)
        groups = {g: r for (k, g), r in self.pairs.items() if k == kind}
        if kind == "operations":  # one pair of each line, so that no line is its own false negative; synonyms fill up
            filling = self.pairs["synonym", "wordnet"]
            rows = [filling[self.random.integers(len(filling), size=self.size - len(groups))]]
            rows = np.concatenate(rows + [r[[self.random.integers(len(r))]] for r in groups.values()])
        else:
            # The square root, so that no language is drowned by Italian, which has most package descriptions.
            rows = self._group(groups, 0.5 if kind in ("translation", "abroad") else 0.7)
            rows = rows[self.random.integers(len(rows), size=self.size)]
        return kind, self._text(rows[:, 0]), self._text(rows[:, 1])


def without_duplicates(first, second, rng):
    """Rows whose texts both occur once in the batch; the others would be false negatives."""
    keep = np.ones(len(first[1]), bool)
    for ids, lengths in (first, second):
        salt = rng.integers(1, 2**62, size=len(lengths) and ids.max(initial=0) + 1)
        owner = np.repeat(np.arange(len(lengths)), lengths)
        digest = np.zeros(len(lengths), np.int64)
        np.add.at(digest, owner, salt[ids])
        _, at = np.unique(digest, return_index=True)
        once = np.zeros(len(lengths), bool)
        once[at] = True
        keep &= once & (lengths > 0)
    return keep


def matrix(ids, lengths, size):
    """[texts, pieces] with one 1 for each token."""
    indptr = np.concatenate([[0], np.cumsum(lengths)])
    return sparse.csr_matrix((np.ones(len(ids), np.float32), ids, indptr), shape=(len(lengths), size))


def dropped(first, second, kind, size, rng):
    """Token dropout on both texts, and on some pairs the removal of shared words from the second."""
    result = []
    owner = [np.repeat(np.arange(len(lengths)), lengths) for _, lengths in (first, second)]
    for side, (ids, lengths) in enumerate((first, second)):
        keep = rng.random(len(ids)) >= (SELF_DROPOUT if kind == "self" else TOKEN_DROPOUT)
        if side == 1 and kind not in OVERLAP_KEPT:
            chosen = rng.random(len(lengths)) < OVERLAP_DROPOUT
            shared = np.isin(owner[1] * size + ids, owner[0] * size + first[0])
            left = np.bincount(owner[1][~shared], minlength=len(lengths))
            keep &= ~(shared & (chosen & (left >= 3))[owner[1]])
        count = np.bincount(owner[side][keep], minlength=len(lengths))
        keep |= (count == 0)[owner[side]]
        result.append((ids[keep], np.bincount(owner[side][keep], minlength=len(lengths))))
    return result


def select(text, keep):
    ids, lengths = text
    return ids[np.repeat(keep, lengths)], lengths[keep]


def normalised(sums):
    norms = np.linalg.norm(sums, axis=1, keepdims=True) + 1e-9
    return sums / norms, norms


def nested_loss(sums, half, size):
    """The loss of the first `size` dimensions of the sums [texts, dimensions], and its gradient with respect to them.

    The first `half` rows are the first texts of the pairs, the others the second."""
    units, norms = normalised(sums[:, :size])
    loss, da, db = loss_and_gradients(units[:half], units[half:])
    d = np.concatenate([da, db])
    return loss, (d - units * (d * units).sum(1, keepdims=True)) / norms


def loss_and_gradients(a, b):
    """Symmetric InfoNCE of unit rows a, b; the gradients are with respect to them."""
    exp = (SCALE * a) @ b.T
    exp -= SCALE
    np.exp(exp, out=exp)
    by_row, by_column = exp.sum(1), exp.sum(0)
    diagonal = np.arange(len(a))
    right = exp[diagonal, diagonal]
    loss = -0.5 * (np.log(right / by_row) + np.log(right / by_column)).mean()
    exp *= np.add.outer(0.5 / by_row, 0.5 / by_column)
    exp[diagonal, diagonal] -= 1.0
    exp *= SCALE / len(a)
    return loss, exp @ b, exp.T @ a


class Adam:
    """Lazy Adam: only the rows of the batch, one second moment per row, bias corrected by the row's own count."""

    def __init__(self, table, beta1=0.9, beta2=0.99):
        self.table, self.beta1, self.beta2 = table, beta1, beta2
        self.mean = np.zeros_like(table)
        self.square = np.zeros(len(table), np.float32)
        self.count = np.zeros(len(table), np.float32)

    def step(self, rows, gradient, rate):
        mean = self.mean[rows]
        mean *= self.beta1
        mean += (1 - self.beta1) * gradient
        self.mean[rows] = mean
        square = self.beta2 * self.square[rows] + (1 - self.beta2) * (gradient**2).mean(1)
        self.square[rows] = square
        count = self.count[rows] + 1
        self.count[rows] = count
        factor = rate / (1 - self.beta1**count) / (np.sqrt(square / (1 - self.beta2**count)) + 1e-10)
        self.table[rows] -= mean * factor[:, None].astype(np.float32)


def first_table(texts, size, dimensions, rng):
    """Random rows whose length is the square root of the SIF weight, the special pieces zero."""
    counts = np.bincount(texts.flat, minlength=size)
    weight = SIF / (SIF + counts / counts.sum())
    table = rng.standard_normal((size, dimensions), np.float32) * np.sqrt(weight)[:, None].astype(np.float32)
    table[:2] = 0
    return table


def train(texts, pairs, sections, size, options, report=None):
    rng = np.random.default_rng(options.seed)
    table = np.load(options.start) if options.start else first_table(texts, size, options.dimensions, rng)
    adam = Adam(table)
    sampler = Sampler(texts, pairs, sections, options.batch, rng)
    begun, running = time.time(), None
    for step in range(options.steps):
        kind, first, second = sampler.batch()
        keep = without_duplicates(first, second, rng)
        first, second = select(first, keep), select(second, keep)
        if len(first[1]) < 64:
            continue
        first, second = dropped(first, second, kind, size, rng)
        ids = np.concatenate([first[0], second[0]])
        rows, inverse = np.unique(ids, return_inverse=True)
        m = matrix(inverse, np.concatenate([first[1], second[1]]), len(rows))
        sums, half = m @ table[rows], len(first[1])
        loss, d = nested_loss(sums, half, options.dimensions)
        inner, some = rng.choice(NESTED), half // 2  # half of the pairs: a quarter of the work
        chosen = np.r_[:some, half : half + some]
        d[chosen, :inner] += NESTED_WEIGHT * nested_loss(sums[chosen], some, inner)[1]
        gradient = m.T @ d
        special = rows < 2
        gradient[special] = 0
        adam.step(rows, gradient, options.rate * (1 - step / options.steps))
        running = loss if running is None else 0.99 * running + 0.01 * loss
        if (step + 1) % options.every == 0:
            print(f"step {step + 1} loss {running:.3f} {time.time() - begun:.0f} s", report(table) if report else "", flush=True)
    return table


def parse(arguments=None):
    parser = argparse.ArgumentParser()
    parser.add_argument("work")
    parser.add_argument("tokenizer")
    parser.add_argument("out")
    parser.add_argument("--dimensions", type=int, default=384)
    parser.add_argument("--steps", type=int, default=8000)
    parser.add_argument("--batch", type=int, default=1024)
    parser.add_argument("--rate", type=float, default=0.08)
    parser.add_argument("--every", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", help="a table to train on; default: random rows")
    return parser.parse_args(arguments)


def main():
    options = parse()
    texts, pairs, sections = read_corpora(options.work, options.tokenizer)
    size = len(Encoder(options.tokenizer).vocabulary)
    print(f"{len(texts.lengths)} texts, {len(texts.flat)} tokens", flush=True)
    np.save(options.out, train(texts, pairs, sections, size, options))


if __name__ == "__main__":
    main()
