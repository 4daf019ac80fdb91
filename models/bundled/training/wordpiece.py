"""The tokenizer: a BERT-style WordPiece vocabulary, its tokenizer.json, and a fast encoder for training.

    python3 wordpiece.py WORK OUT [SIZE]

Counts the words of WORK/pairs.tsv and WORK/sections.tsv, each language for itself, and writes OUT/tokenizer.json. A static model has
one row per piece and no layers to put pieces together again, so the vocabulary is whole words by frequency
first; a sixth of it is pieces (## and word beginnings) for what remains.
"""
import collections
import json
import os
import re
import sys
import unicodedata

SPECIAL = ["[PAD]", "[UNK]"]
CONTINUES = "##"
WORD_LIMIT = 100
SIZE = 74752  # with rows of 194 bytes and some 17 here, just below 16 MB
SHARE_OF_A_LANGUAGE = 1 / 16
ASCII_PUNCTUATION = set("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")


def character_classes():
    """What BertNormalizer and BertPreTokenizer do with each character: '' (dropped), ' ', or kept."""
    table, punctuation = {}, []
    for code in range(0x110000):
        char = chr(code)
        category = unicodedata.category(char)
        if char in "\t\n\r" or char.isspace() and category[0] == "Z":
            table[code] = " "
        elif code in (0, 0xFFFD) or category in ("Cc", "Cf", "Co", "Cs") or category == "Mn":
            table[code] = None
        elif 0x4E00 <= code <= 0x9FFF or 0x3400 <= code <= 0x4DBF or 0xF900 <= code <= 0xFAFF:
            table[code] = f" {char} "
        elif category[0] == "P" or char in ASCII_PUNCTUATION:
            punctuation.append(re.escape(char))
    return table, "".join(punctuation)


TABLE, PUNCTUATION = character_classes()
PRE_TOKEN = re.compile(f"[^ {PUNCTUATION}]+|[{PUNCTUATION}]")


def words(text):
    """Lower-case, accent-free words and single punctuation marks."""
    if not text.isascii():
        text = unicodedata.normalize("NFD", text)
    return PRE_TOKEN.findall(text.translate(TABLE).lower())


class Encoder:
    """Text to token ids by greedy longest match; remembers the words it has met."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.vocabulary = json.load(file)["model"]["vocab"]
        self.unknown = self.vocabulary["[UNK]"]
        self.known = {}

    def pieces(self, word):
        ids, start = [], 0
        while start < len(word) <= WORD_LIMIT:
            for end in range(len(word), start, -1):
                piece = self.vocabulary.get((CONTINUES if start else "") + word[start:end])
                if piece is not None:
                    break
            else:
                return [self.unknown]
            ids.append(piece)
            start = end
        return ids or [self.unknown]

    def __call__(self, text):
        ids = []
        for word in words(text):
            if word not in self.known:
                self.known[word] = self.pieces(word)
            ids += self.known[word]
        return ids


def choose(counts, size):
    """The vocabulary, most useful first: characters, whole words, then pieces of the other words."""
    characters = collections.Counter()
    for word, count in counts.items():
        for char in word:
            characters[char] += count
    chosen = dict.fromkeys(SPECIAL)
    for char, count in characters.most_common(1200):
        if count >= 20:
            chosen[char] = chosen[CONTINUES + char] = None
    ranked = [word for word, count in counts.most_common() if count >= 3]
    split = max(0, size - len(chosen) - size // 6)
    for word in ranked[:split]:
        chosen[word] = None
    gains = collections.Counter()
    for word in counts:
        if word in chosen or not word.isalpha():
            continue
        weight = min(counts[word], 20)
        for end in range(2, len(word)):
            gains[word[:end]] += weight * (end - 1)
            gains[CONTINUES + word[end:]] += weight * (len(word) - end - 1)
        for start in range(2, min(len(word) - 3, 8)):
            for end in range(start + 3, min(len(word), start + 6)):
                gains[CONTINUES + word[start:end]] += weight * (end - start - 1) // 3
    for piece, _ in gains.most_common():
        if len(chosen) >= size:
            break
        chosen[piece] = None
    return list(chosen)


def write_tokenizer(vocabulary, path):
    special = [
        {"id": i, "content": token, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
        for i, token in enumerate(SPECIAL)
    ]
    tokenizer = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": special,
        "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "strip_accents": True, "lowercase": True},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": None,
        "decoder": {"type": "WordPiece", "prefix": CONTINUES, "cleanup": True},
        "model": {
            "type": "WordPiece",
            "unk_token": "[UNK]",
            "continuing_subword_prefix": CONTINUES,
            "max_input_chars_per_word": WORD_LIMIT,
            "vocab": {piece: i for i, piece in enumerate(vocabulary)},
        },
    }
    with open(path, "w", encoding="utf-8") as file:
        json.dump(tokenizer, file, ensure_ascii=False, separators=(",", ":"))


def words_by_language(work):
    """{language: counts}. The English sides of translations are left out: most are counted as English text already."""
    counts = collections.defaultdict(collections.Counter)
    for line in open(os.path.join(work, "pairs.tsv"), encoding="utf-8"):
        kind, group, first, second = line.rstrip("\n").split("\t")
        if kind == "translation":
            counts[group.split(" ")[0]].update(words(first))
        else:
            counts[group if kind == "abroad" else "en"].update(words(f"{first} {second}"))
    for line in open(os.path.join(work, "sections.tsv"), encoding="utf-8"):
        counts["en"].update(words(" ".join(line.split("\t")[1:])))
    return counts


def main(work, out, size=SIZE):
    by_language = words_by_language(work)
    english = sum(by_language["en"].values())
    counts = collections.Counter()
    for language, found in by_language.items():
        # Every other language counts as if it had this share of the English text, however much of it there is.
        factor = 1 if language == "en" else SHARE_OF_A_LANGUAGE * english / sum(found.values())
        for word, count in found.items():
            if count >= 3:
                counts[word] += factor * count
    vocabulary = choose(counts, int(size))
    write_tokenizer(vocabulary, os.path.join(out, "tokenizer.json"))
    known = set(vocabulary)
    for language, found in sorted(by_language.items()):
        covered = sum(count for word, count in found.items() if word in known) / sum(found.values())
        print(f"{language}: {len(found)} words, {covered:.2%} of the running text in one piece")
    print(f"{len(vocabulary)} pieces")


if __name__ == "__main__":
    main(*sys.argv[1:])
