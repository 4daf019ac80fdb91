"""Texts of Debian packages in two languages: (language, foreign text, English text).

Each reader takes the root of the unpacked packages and the glob of sources.tsv. Package descriptions are
apart (`described`), since they also give pairs within one language.
"""
import gettext
import glob
import html
import os
import re
import struct
import xml.etree.ElementTree as xml
import zipfile

LANGUAGES = ("de", "fr", "es", "it", "pt")
REGIONS = {"pt_BR": "pt", "pt-BR": "pt", "pt-br": "pt", "pt%5fBR": "pt"}
MARKUP = re.compile(r"<[^>]*>|%(\([^)]*\))?[-+ #0-9.*]*(ll|l|z)?[a-zA-Z]|\$\{?\w+\}?|\{[^{}]*\}|[&_](?=\w)")


def language_of(name):
    name = REGIONS.get(name, name)
    return name if name in LANGUAGES else None


def clean(text):
    """A message without placeholders, tags and access keys; '' for what is no text."""
    if "plural," in text or "select," in text:
        return ""
    text = re.sub(r"\s+", " ", MARKUP.sub(" ", html.unescape(text))).strip(" :.\"'»«“”")
    return text if sum(c.isalpha() for c in text) >= 4 and len(text) < 600 else ""


def read_catalogues(root, pattern):
    """Gettext's compiled messages, …/LANGUAGE/LC_MESSAGES/….mo, their keys in English."""
    for path in sorted(glob.glob(os.path.join(root, pattern), recursive=True)):
        language = language_of(path.split("/")[-3])
        if language:
            with open(path, "rb") as file:
                messages = gettext.GNUTranslations(file)._catalog
            for key, text in messages.items():
                if key and isinstance(key, str):
                    yield language, clean(text), clean(key.split("\x04")[-1])


def read_pak(path):
    """{message number: text} of a Chromium resource pack, version 5."""
    data = open(path, "rb").read()
    version, _, count, _ = struct.unpack("<IIHH", data[:12])
    assert version == 5, path
    entries = [struct.unpack("<HI", data[12 + 6 * i : 18 + 6 * i]) for i in range(count + 1)]
    return {number: data[start:end].decode("utf-8", "replace") for (number, start), (_, end) in zip(entries, entries[1:])}


def read_paks(root, pattern):
    """Chromium's messages; their numbers are the same in all languages of one version."""
    english = read_pak(os.path.join(root, os.path.dirname(pattern), "en-US.pak"))
    for path in sorted(glob.glob(os.path.join(root, pattern))):
        language = language_of(os.path.basename(path)[:-4])
        if language:
            for number, text in read_pak(path).items():
                yield language, clean(text), clean(english.get(number, ""))


def cldr_texts(path):
    """{what: text}: names of emoji, their search words, and the names of languages, territories, units and times."""
    texts = {}
    for node in xml.parse(path).getroot().iter("annotation"):
        words = (node.text or "").split(" | ")
        if node.get("type") == "tts":
            texts["name", node.get("cp")] = words[0]
        elif node.get("cp"):
            texts["words", node.get("cp")] = ", ".join(words)
    def walk(node, at):
        here = (*at, node.tag, *sorted(node.attrib.items()))
        if len(node) == 0 and node.text and not node.get("alt"):
            texts[here] = node.text
        for child in node:
            if child.tag not in ("identity", "characters", "delimiters", "numbers", "layout", "contextTransforms"):
                walk(child, here)
    if "/main/" in path:
        for child in xml.parse(path).getroot():
            if child.tag in ("localeDisplayNames", "dates", "units"):
                walk(child, ())
    return texts


def read_cldr(root, pattern):
    """Unicode's Common Locale Data: pattern is a folder with one file for each language."""
    english = cldr_texts(os.path.join(root, pattern, "en.xml"))
    for language in LANGUAGES:
        for what, text in cldr_texts(os.path.join(root, pattern, f"{language}.xml")).items():
            yield language, clean(text), clean(english.get(what, ""))


def properties(data):
    text = re.sub(r"\\\n\s*", "", data.decode("utf-8", "replace"))
    for key, value in re.findall(r"^([\w.]+)\s*=\s*(.*)$", text, re.M):
        yield key, re.sub(r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m.group(1), 16)), value).replace("''", "'")


def read_jars(root, pattern):
    """Java messages: LocalStrings.properties, and LocalStrings_LANGUAGE.properties in another jar."""
    found = {}
    for path in sorted(glob.glob(os.path.join(root, pattern), recursive=True)):
        with zipfile.ZipFile(path) as jar:
            for name in jar.namelist():
                match = re.fullmatch(r"(.*)/LocalStrings(?:_(\w+))?\.properties", name)
                if match:
                    for key, value in properties(jar.read(name)):
                        found.setdefault(match.group(2) or "en", {})[match.group(1), key] = value
    for name, messages in found.items():
        language = language_of(name)
        if language:
            for key, text in messages.items():
                yield language, clean(text), clean(found["en"].get(key, ""))


def read_manuals(root, pattern, blocks):
    """Pages translated block by block: those sections whose translation has as many blocks as the English one.

    `blocks` takes a page's text and gives (kind, level, text); pattern is the folder of the languages."""
    def sections(path):
        data = open(path, "rb").read()
        charset = re.search(rb"charset=([\w-]+)", data)
        result = [[]]
        for kind, _, text in blocks(data.decode(charset.group(1).decode() if charset else "utf-8", "replace")):
            if kind == "heading":
                result.append([])
            result[-1].append(text)
        return result

    for folder in sorted(glob.glob(os.path.join(root, pattern, "*"))):
        language = language_of(os.path.basename(folder))
        for path in sorted(glob.glob(f"{folder}/**/*.html", recursive=True)) if language else ():
            original = os.path.join(root, pattern, "en", os.path.relpath(path, folder))
            if os.path.exists(original):
                foreign, english = sections(path), sections(original)
                for one, other in zip(foreign, english) if len(foreign) == len(english) else ():
                    for text, translated in zip(one, other) if len(one) == len(other) else ():
                        yield language, clean(text), clean(translated)


def described(folder, stanzas, paragraphs_of):
    """Package descriptions: (language, foreign paragraphs, English paragraphs), the first of each the summary.

    Only those of as many paragraphs as the English description of the same checksum."""
    english = {}
    for path in sorted(glob.glob(os.path.join(folder, "*Translation-en"))):
        for stanza in stanzas(path):
            english[stanza.get("Description-md5")] = paragraphs_of(stanza.get("Description-en", ""))
    for path in sorted(glob.glob(os.path.join(folder, "*Translation-*"))):
        name = path.rsplit("-", 1)[1]
        language = language_of(name)
        for stanza in stanzas(path) if language else ():
            key = f"Description-{name.replace('%5f', '_')}"
            foreign, original = paragraphs_of(stanza.get(key, "")), english.get(stanza.get("Description-md5"), [])
            if len(foreign) == len(original) and foreign != original:
                yield language, foreign, original
