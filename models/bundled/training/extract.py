"""Reads the unpacked Debian packages of sources.tsv and writes the training text.

    python3 extract.py CACHE WORK

CACHE/root holds the unpacked packages, CACHE/descriptions the lists Translation-en, Translation-de, … (see
fetch.sh). WORK receives
  pairs.tsv     kind, group, text, text     two texts that mean the same or belong together
  sections.tsv  group, heading, text        running prose; sentences are separated by a tab-free " ¶ "
  heldout.tsv   as pairs.tsv                1 pair in 40, never trained on; glosses by synset
"""
import collections
import glob
import gzip
import html
import os
import re
import struct
import sys
import zlib

import translations

HERE = os.path.dirname(os.path.abspath(__file__))
SENTENCE_END = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[\"'(\[]*[A-Z0-9])")
ABBREVIATION = re.compile(r"\b(e\.g|i\.e|etc|vs|cf|Mr|Mrs|Dr|St|No|approx)\.$")


def held_out(key):
    """True for a fixed fortieth of the keys."""
    return zlib.crc32(key.encode()) % 40 == 0


def one_line(text):
    return re.sub(r"\s+", " ", text).strip()


def sentences(text):
    found, rest = [], ""
    for part in SENTENCE_END.split(text):
        rest = f"{rest} {part}".strip()
        if not ABBREVIATION.search(rest):
            found.append(rest)
            rest = ""
    return found + [rest] if rest else found


def read_sources():
    with open(os.path.join(HERE, "sources.tsv"), encoding="utf-8") as lines:
        return [line.rstrip("\n").split("\t") for line in lines if line.strip() and not line.startswith("#")]


# WordNet -------------------------------------------------------------------------------------------

RELATED = {"+": "derived", "\\": "derived", "&": "similar", "^": "similar", "@": "broader", "*": "entails", ">": "entails"}


def read_wordnet(paths):
    """{(pos, offset): (lemmas, definition, examples, pointers)}; format: wndb(5WN)."""
    synsets = {}
    for path in sorted(paths):
        for line in open(path, encoding="utf-8"):
            if line.startswith("  "):
                continue
            head, gloss = line.rstrip().split(" | ", 1)
            field = head.split()
            count = int(field[3], 16)
            lemmas = [re.sub(r"\((a|p|ip)\)$", "", word).replace("_", " ") for word in field[4 : 4 + 2 * count : 2]]
            at = 4 + 2 * count
            pointers = [
                (field[p], field[p + 2].replace("s", "a"), field[p + 1], field[p + 3])
                for p in range(at + 1, at + 1 + 4 * int(field[at]), 4)
            ]
            examples = [one_line(text) for text in re.findall(r'"([^"]+)"', gloss)]
            definition = one_line(re.split(r'[;:]?\s*"', gloss, maxsplit=1)[0]).strip("; ")
            synsets[(field[2].replace("s", "a"), field[0])] = (lemmas, definition, examples, pointers)
    return synsets


def wordnet_pairs(synsets):
    for (pos, offset), (lemmas, definition, examples, pointers) in synsets.items():
        key = f"synset {pos}{offset}"
        if definition:
            for lemma in lemmas:
                yield key, "gloss", definition, lemma
            for example in examples:
                yield key, "example", definition, example
        for i, lemma in enumerate(lemmas):
            for other in lemmas[i + 1 :]:
                yield None, "synonym", lemma, other
        for symbol, other_pos, other, ends in pointers:
            if symbol not in RELATED or (other_pos, other) not in synsets:
                continue
            relation, target = RELATED[symbol], synsets[(other_pos, other)][0]
            if ends != "0000":
                yield None, relation, lemmas[int(ends[:2], 16) - 1], target[int(ends[2:], 16) - 1]
            else:
                yield None, relation, lemmas[0], target[0]


# Forms of a word: inflections, compounds, abbreviations ----------------------------------------------

# The detachment rules of morphy(7WN).
ENDINGS = {
    "n": [("s", ""), ("ses", "s"), ("xes", "x"), ("zes", "z"), ("ches", "ch"), ("shes", "sh"), ("men", "man"), ("ies", "y")],
    "v": [("s", ""), ("ies", "y"), ("es", "e"), ("es", ""), ("ed", "e"), ("ed", ""), ("ing", "e"), ("ing", "")],
    "a": [("er", ""), ("est", ""), ("er", "e"), ("est", "e")],
}


def inflection_pairs(words, synsets, folder):
    """(inflected, base) for the words of the corpora, by rule and by WordNet's lists of exceptions."""
    bases = {pos: {lemma.lower() for key, entry in synsets.items() if key[0] == pos for lemma in entry[0]} for pos in ENDINGS}
    for path in sorted(glob.glob(os.path.join(folder, "*.exc"))):
        for line in open(path, encoding="utf-8"):
            inflected, *originals = line.split()
            if inflected in words:
                yield from ((inflected, base.replace("_", " ")) for base in originals)
    for pos, rules in ENDINGS.items():
        for word in words:
            for ending, replacement in rules:
                base = word[: len(word) - len(ending)] + replacement
                if word.endswith(ending) and len(base) > 2 and base in bases[pos]:
                    yield word, base


def compound_pairs(words, bigrams):
    """("timeout", "time out"): words that also occur written apart."""
    for (first, second), count in bigrams.items():
        joined = first + second
        if min(len(first), len(second)) > 2 and count >= 3 and words.get(joined, 0) >= 5:
            yield joined, f"{first} {second}"
            yield joined, f"{first}-{second}"


def abbreviation_pairs(text):
    """("TLS", "Transport Layer Security") where a text introduces it in parentheses."""
    for match in re.finditer(r"\(([A-Z]{2,6})s?\)", text):
        short = match.group(1)
        before = re.findall(r"[A-Za-z]+", text[max(0, match.start() - 100) : match.start()])[-len(short) :]
        if [word[0].lower() for word in before] == list(short.lower()):
            yield short, " ".join(before)


# Verses, novels, the Jargon File -------------------------------------------------------------------


def read_verses(folder):
    """{(testament, number): verse} of a SWORD zText module, in order, without markup."""
    verses = {}
    for part in ("ot", "nt"):
        blocks, index, data = (open(f"{folder}/{part}.{ending}", "rb").read() for ending in ("bzs", "bzv", "bzz"))
        texts = {}
        for at in range(0, len(index), 10):
            block, start, size = struct.unpack("<IIH", index[at : at + 10])
            if size == 0:
                continue
            if block not in texts:
                offset, packed, _ = struct.unpack("<III", blocks[block * 12 : block * 12 + 12])
                texts[block] = zlib.decompress(data[offset : offset + packed])
            markup = texts[block][start : start + size].decode("utf-8", "replace")
            markup = re.sub(r"<note.*?</note>|<title.*?</title>", "", markup, flags=re.S)
            text = one_line(html.unescape(re.sub(r"<[^>]+>", "", markup)))
            if len(text) > 20:
                verses[part, at] = text
    return verses


def verse_pairs(first, second):
    """Aligns two translations whose verse counts differ, by word overlap near the last match."""
    bags = [frozenset(re.findall(r"[a-z]+", verse.lower())) for verse in second]
    at = 0
    for verse in first:
        bag = frozenset(re.findall(r"[a-z]+", verse.lower()))
        span = range(max(0, at - 10), min(len(second), at + 40))
        score, best = max(((len(bag & bags[j]) / (len(bag | bags[j]) or 1), -abs(j - at - 1)), j) for j in span)
        if score[0] >= 0.3:
            at = best
            yield verse, second[best]


def read_novels(path):
    """The text of an R lazy-load database: every CHARSXP of its zlib chunks, joined into paragraphs."""
    data = open(path, "rb").read()
    at = 0
    while at + 4 < len(data):
        unpacker = zlib.decompressobj()
        try:
            text = unpacker.decompress(data[at + 4 :])
        except zlib.error:
            return
        at = len(data) - len(unpacker.unused_data)
        lines = [
            text[m.end() : m.end() + struct.unpack(">I", m.group(1))[0]].decode("utf-8", "replace")
            for m in re.finditer(rb"\x00[\x04\x00\x01]\x00\x09(\x00\x00..)", text, flags=re.S)
        ]
        paragraph = []
        for line in lines + [""]:
            if line.strip():
                paragraph.append(line)
            elif paragraph:
                yield one_line(" ".join(paragraph)).replace("_", "")
                paragraph = []


def read_jargon(folder):
    """(term, definition) of a dictd database: headwords start a line, definitions are indented."""
    text = gzip.open(f"{folder}/jargon.dict.dz", "rt", encoding="utf-8").read()
    for entry in re.split(r"\n\n(?=\S)", text):
        term, _, body = entry.partition("\n")
        body = re.sub(r"\[[^\]]*\]|[{}]", "", one_line(body))
        if 0 < len(term) < 40 and len(body) > 60:
            yield one_line(term), body


# Documentation -------------------------------------------------------------------------------------

DROPPED = re.compile(r"<(script|style|pre|nav|header|footer|head|svg|math|form|table class=\"(?:index|docutils option))\b.*?</\1[^>]*>", re.S | re.I)
BLOCK = re.compile(r"<(/?)(h[1-6]|p|dt|dd|li|div|section|ul|ol|td|th|tr|table|body|blockquote|br)\b[^>]*>", re.I)
SKIPPED_PATH = re.compile(r"genindex|modindex|_modules|/search|_sources|/api/twisted|py-modindex|license|bookindex|/mod/directives|/contributor/api|sitemap|man-toc|user_guide/cookbook", re.I)


def read_html(text):
    """Yields ("heading", level, text), ("term", 0, text) and ("text", 0, text) in order."""
    text = DROPPED.sub(" ", text)
    tag, at = "", 0
    for match in list(BLOCK.finditer(text)) + [None]:
        end = match.start() if match else len(text)
        piece = text[at:end]
        if piece.strip():
            line = one_line(html.unescape(re.sub(r"<[^>]+>", "", piece))).replace("¶", "").strip()
            if line:
                if tag[:1] == "h":
                    yield "heading", int(tag[1]), line
                elif tag == "dt":
                    yield "term", 0, line
                else:
                    yield "text", 0, line
        if match:
            at = match.end()
            tag = "" if match.group(1) else match.group(2).lower()


def read_markdown(text):
    text = re.sub(r"^---\n.*?\n---\n|```.*?```|<!--.*?-->", "", text, flags=re.S)
    for paragraph in re.split(r"\n\s*\n|\n(?=[#*-] ?)", text):
        line = re.sub(r"\[([^\]]*)\]\([^)]*\)|[`*]", r"\1", one_line(paragraph))
        heading = re.match(r"(#+)\s*(.*)", line)
        if heading:
            yield "heading", len(heading.group(1)), heading.group(2)
        elif line:
            yield "text", 0, line.lstrip("- ")


def is_prose(text):
    letters = sum(c.isalpha() or c == " " for c in text)
    return len(text) >= 40 and letters / len(text) > 0.85 and text.count(" ") >= 6


def read_documents(root, pattern, seen):
    """(heading path, [paragraph]) for every section; paragraphs seen before are left out."""
    for path in sorted(glob.glob(os.path.join(root, pattern), recursive=True)):
        real = os.path.realpath(path)
        if real in seen or SKIPPED_PATH.search(path) or not os.path.isfile(real):
            continue
        seen.add(real)
        data = (gzip.open if path.endswith(".gz") else open)(path, "rb").read().decode("utf-8", "replace")
        parts = read_markdown(data) if ".md" in path else read_html(data)
        headings, paragraphs, term = {}, [], ""
        for kind, level, text in parts:
            if kind == "heading":
                if paragraphs:
                    yield headings, paragraphs
                headings = {k: v for k, v in headings.items() if k < level}
                headings[level] = re.sub(r"^[\d.]+\s+|[#¶]$|^Chapter \d+\. ", "", text)
                paragraphs, term = [], ""
            elif kind == "term":
                term = text
            elif is_prose(text) and text not in seen:
                seen.add(text)
                paragraphs.append((term if 0 < len(term) < 60 else "", text))
                term = ""
        if paragraphs:
            yield headings, paragraphs


# Package descriptions ------------------------------------------------------------------------------


def read_paragraph_file(path):
    """The stanzas of a Debian control file as dictionaries; continuation lines keep their newlines."""
    stanza, field = {}, None
    for line in open(path, encoding="utf-8", errors="replace"):
        line = line.rstrip("\n")
        if not line:
            if stanza:
                yield stanza
            stanza = {}
        elif line[0] in " \t":
            stanza[field] += "\n" + line[1:]
        else:
            field, _, value = line.partition(": ")
            stanza[field] = value
    if stanza:
        yield stanza


BOILERPLATE = re.compile(r"^(this (dummy |meta|transitional|virtual )?package (contains|provides|includes|is)|homepage|note)\b", re.I)


def description_paragraphs(text):
    """The summary, then the paragraphs."""
    summary, _, body = text.partition("\n")
    return [summary, *(one_line(p) for p in re.split(r"\n\s*\.\s*\n", body) if p.strip())]


def description_pairs(path):
    seen = set()
    for stanza in read_paragraph_file(path):
        summary, _, body = stanza.get("Description-en", "").partition("\n")
        paragraphs = [one_line(p) for p in re.split(r"\n\s*\.\s*\n", body)]
        paragraphs = [p for p in paragraphs if is_prose(p) and p not in seen]
        seen.update(paragraphs)
        if not paragraphs:
            continue
        name = stanza.get("Package", "")
        main = [p for p in paragraphs if not BOILERPLATE.match(p)] or paragraphs
        short = re.sub(r"\s*[-–(]\s*(documentation|common files|development files?|headers|debug symbols|library|data files)[^)]*\)?$", "", summary)
        yield name, short, main


def main(cache, work):
    os.makedirs(work, exist_ok=True)
    root = os.path.join(cache, "root")
    files = {name: open(os.path.join(work, f"{name}.tsv"), "w", encoding="utf-8") for name in ("pairs", "heldout", "sections")}

    def pair(kind, group, first, second, key=None):
        first, second = one_line(first), one_line(second)
        if first and second and first.lower() != second.lower():
            target = "heldout" if held_out(first + second if key is None else key) else "pairs"
            files[target].write(f"{kind}\t{group}\t{first}\t{second}\n")

    def section(group, heading, texts):
        """Runs of at most eight sentences; held-out headings go with their first paragraph."""
        run = [s for text in texts for s in sentences(text) if 15 < len(s) < 500]
        for at in range(0, len(run), 8):
            files["sections"].write(f"{group}\t{heading}\t{' ¶ '.join(run[at:at + 8])}\n")

    for number, line in enumerate(open(os.path.join(HERE, "operations.txt"), encoding="utf-8")):
        if not line.startswith("#"):
            expressions = line.strip().split("; ")
            for i, first in enumerate(expressions):
                for second in expressions[i + 1 :]:
                    pair("operations", f"line {number}", first, second, key=line)

    def translation(language, group, foreign, english):
        """All languages of one English text are held out together."""
        if (language, foreign) not in known:
            known.add((language, foreign))
            pair("translation", f"{language} {group}", foreign, english, key=english)

    known, seen, verses = set(), set(), []
    translated = {
        "catalogue": translations.read_catalogues,
        "pak": translations.read_paks,
        "cldr": translations.read_cldr,
        "jar": translations.read_jars,
        "manual": lambda root, pattern: translations.read_manuals(root, pattern, read_html),
    }
    for package, _, group, pattern in read_sources():
        if group == "wordnet":
            wordnet_folder = os.path.dirname(os.path.join(root, pattern))
            synsets = read_wordnet(glob.glob(os.path.join(root, pattern)))
            for key, kind, first, second in wordnet_pairs(synsets):
                pair(kind, "wordnet", first, second, key)
        elif group == "jargon":
            for term, body in read_jargon(os.path.dirname(os.path.join(root, pattern))):
                pair("definition", "jargon", term, " ".join(sentences(body)[:3]))
                section("jargon", term, [body])
        elif group == "verse":
            verses.append(read_verses(os.path.join(root, pattern)))
            if len(verses) == 2:
                first, second = (list(each.values()) for each in verses)
                for old, new in verse_pairs(first, second):
                    pair("verse", "verse", old, new)
                for at in range(0, len(second), 6):
                    section("verse", "", second[at : at + 6])
        elif group == "verse-es":  # counted as the first, the King James version
            for place, text in read_verses(os.path.join(root, pattern)).items():
                translation("es", "verse", text, verses[0].get(place, ""))
        elif group in translated:
            for language, foreign, english in translated[group](root, pattern):
                translation(language, group, foreign, english)
        elif group == "novels":
            for text in read_novels(os.path.join(root, pattern)):
                section("novels", "", [text])
        else:
            for headings, paragraphs in read_documents(root, pattern, seen):
                names = [headings[k] for k in sorted(headings)]
                title = ": ".join(names[-2:])
                texts = [text for _, text in paragraphs]
                if names and len(names[-1]) > 3 and held_out(title + texts[0]):
                    pair("heading", group, title, texts[0], key=title + texts[0])
                    continue
                for term, text in paragraphs:
                    if re.search(r"[A-Za-z]{3}", term) and not term.endswith(":"):
                        pair("definition", group, term, text)
                section(group, title if len(title) < 120 else names[-1], texts)
        print(package, {name: file.tell() // 1000 for name, file in files.items()}, flush=True)

    for path in glob.glob(os.path.join(cache, "descriptions", "*Translation-en")):
        for name, short, paragraphs in description_pairs(path):
            pair("description", "packages", short, paragraphs[0])
            pair("package", "packages", name.replace("-", " "), short)
            section("packages", short, paragraphs)

    for language, foreign, english in translations.described(
        os.path.join(cache, "descriptions"), read_paragraph_file, description_paragraphs
    ):
        for text, original in zip(foreign, english):
            translation(language, "packages", text, original)
        if len(foreign) > 1 and not held_out(english[0]) and not held_out(english[1]):
            pair("abroad", language, foreign[0], foreign[1])

    for file in files.values():
        file.flush()
    words, bigrams, abbreviations = collections.Counter(), collections.Counter(), set()
    for name in ("pairs", "sections"):
        for line in open(os.path.join(work, f"{name}.tsv"), encoding="utf-8"):
            if line.startswith(("translation", "abroad")):
                continue
            text = " ".join(line.split("\t")[1 if name == "sections" else 2 :])
            abbreviations.update(abbreviation_pairs(text))
            run = re.findall(r"[a-z]+|[^a-z \-]", text.lower())
            words.update(run)
            bigrams.update(zip(run, run[1:]))
    for first, second in sorted(set(inflection_pairs(words, synsets, wordnet_folder))):
        pair("inflection", "forms", first, second)
    for first, second in sorted(set(compound_pairs(words, bigrams))):
        pair("compound", "forms", first, second)
    for first, second in sorted(abbreviations):
        pair("abbreviation", "forms", first, second)
    for file in files.values():
        file.close()


if __name__ == "__main__":
    main(*sys.argv[1:3])
