"""A slow, strict reader, made to judge the project's: packed data go through the standard library, text is cut at newlines.

`BadFileError` says that a file is none, and where it can say so the first record that is wrong (from 1).
"""

import gzip
import re
import struct
import zlib
from collections import Counter
from itertools import zip_longest

from backports import zstd

END_OF_BAM = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")
BASES = "=ACMGRSVTWYHKDBN"
COMPLEMENT = str.maketrans("ACGTN", "TGCAN")
INDICES = {"AACC": "a", "GGTT": "b"}
Record = tuple[str, str, str]


class BadFileError(Exception):
    """This is no file of reads."""

    def __init__(self, record: int | None = None):
        super().__init__(record)
        self.record = record


def read_any(name: str, data: bytes) -> list[Record]:
    """Give the records (name, bases, qualities) of a file."""
    records = parse_bam(data) if name.endswith(".bam") else parse_fastq(unpacked(name, data))
    if not records:
        raise BadFileError
    return records


def unpacked(name: str, data: bytes) -> bytes:
    """Give what is packed."""
    suffixes = {".gz": b"\x1f\x8b", ".zst": b"\x28\xb5\x2f\xfd"}
    if any(name.endswith(suffix) and not data.startswith(magic) for suffix, magic in suffixes.items()):
        raise BadFileError
    try:
        if data.startswith(b"\x1f\x8b"):
            return gzip.decompress(data)
        return zstd.decompress(data) if data.startswith(suffixes[".zst"]) else data
    except (EOFError, OSError, zlib.error, zstd.ZstdError, struct.error):
        raise BadFileError from None


def parse_fastq(text: bytes) -> list[Record]:
    """Read four lines a record; a last newline may be missing, and a carriage return may stand at the end of a line."""
    if not text:
        return []
    lines = text.removesuffix(b"\n").split(b"\n")
    records = []
    for number, (header, bases, plus, qualities) in enumerate(zip_longest(*[iter(lines)] * 4), start=1):
        if qualities is None:
            raise BadFileError(number)
        fields = [line.removesuffix(b"\r") for line in (header, bases, plus, qualities)]
        records.append(_record(*fields, number))
    return records


def _record(header: bytes, bases: bytes, plus: bytes, qualities: bytes, number: int) -> Record:
    if not (header + bases + plus + qualities).isascii():
        raise BadFileError
    if header[:1] != b"@" or plus[:1] != b"+" or plus[1:] not in (b"", header[1:]) or len(bases) != len(qualities):
        raise BadFileError(number)
    return header[1:].decode(), bases.decode(), qualities.decode()


def parse_bam(data: bytes) -> list[Record]:
    """Read the single reads of an unaligned BAM file by the letter of its specification."""
    if not data.endswith(END_OF_BAM):
        raise BadFileError
    try:
        text = _unpacked_bgzf(data)
        magic, length = struct.unpack_from("<4si", text)
        if magic != b"BAM\1" or struct.unpack_from("<i", text, 8 + length)[0] != 0:
            raise BadFileError
        at, records = 12 + length, []
        while at < len(text):
            size = struct.unpack_from("<i", text, at)[0]
            records.append(_bam_record(text[at + 4 : at + 4 + size], size))
            at += 4 + size
    except (struct.error, UnicodeDecodeError, zlib.error):
        raise BadFileError from None
    return records


def _unpacked_bgzf(data: bytes) -> bytes:
    """Unpack block by block, each as long as it says."""
    parts, at = [], 0
    while at < len(data):
        magic, extra, size = struct.unpack_from("<I6xH4xH", data, at)
        block = data[at : at + size + 1]
        part = zlib.decompress(block[12 + extra : -8], -15)
        if magic != 0x04088B1F or zlib.crc32(part) != struct.unpack("<I", block[-8:-4])[0]:
            raise BadFileError
        parts.append(part)
        at += size + 1
    return b"".join(parts)


def _bam_record(block: bytes, size: int) -> Record:
    _, _, name, _, _, cigars, flag, bases, _, _, _ = struct.unpack_from("<iiBBHHHiiii", block)
    if len(block) != size or flag & 0x901 or bases < 0:
        raise BadFileError
    start = 32 + name + 4 * cigars
    codes = block[start : start + (bases + 1) // 2]
    letters = "".join(BASES[code >> 4] + BASES[code & 15] for code in codes)[:bases]
    start += len(codes)
    scores = block[start : start + bases]
    if len(scores) != bases or (scores[:1] != b"\xff" and max(scores, default=0) > 94):
        raise BadFileError
    qualities = "I" * bases if scores[:1] == b"\xff" else "".join(chr(33 + score) for score in scores)
    if flag & 16:
        letters, qualities = letters.translate(COMPLEMENT)[::-1], qualities[::-1]
    return block[32 : 32 + name].split(b"\0")[0].decode("ascii"), letters, qualities


def header_index(name: str) -> str:
    """Give the index in a record's name, in capitals."""
    found = re.search(r" [12]:[YN]:[0-9]+:([A-Za-z+]+)( |$)", name)
    if found is None:
        raise BadFileError
    return found[1].upper()


def in_step(first: list[Record], second: list[Record]) -> list[tuple[Record, Record]]:
    """Pair the records of two files of mates, which have one name, or the same one with /1 and /2."""
    for number, (one, other) in enumerate(zip_longest(first, second), start=1):
        if one is None or other is None:
            raise BadFileError(number)
        here, there = (re.split("[ \t\0]", record[0])[0] for record in (one, other))
        mates = here[:-1] == there[:-1] and here[-2:] in ("/1", ".1") and there[-2:] in ("/2", "/3", "/4", ".2", ".3", ".4")
        if here != there and not mates:
            raise BadFileError(number)
    return list(zip(first, second, strict=True))


def count(units: list[tuple[Record, ...]], kind: str) -> tuple[dict[str, dict[str, int]], dict[str, list[Record]]]:
    """Count reads of `sample[4] GGG barcode[6]`, and collect the records of each sample.

    Parameters
    ----------
    units : the records of each cluster
    kind : of the layout: ``header`` has the index in the name, before `+` and four letters; ``limited`` asks for at most 2
        expected errors in the barcode (a letter that is no quality is one), and ``molecules`` for a UMI of 3 bases in the second
        read, and counts each once
    """
    counts: dict[str, Counter] = {name: Counter() for name in INDICES.values()}
    own: dict[str, list[Record]] = {name: [] for name in INDICES.values()}
    molecules = set()
    for first, *others in units:
        name, bases, qualities = first
        letters, scores = bases.upper(), [ord(letter) - 33 for letter in qualities[7:13]]
        errors = sum(10 ** (-score / 10) if 0 <= score <= 93 else 1 for score in scores)
        index = header_index(name) if kind == "header" else letters[:4]
        sample = INDICES.get(index[:4])
        if sample is None:
            continue
        own[sample].append(first)
        umi = others[0][1].upper()[:3] if kind == "molecules" else ""
        barcode = letters[7:13]
        fits = letters[4:7] == "GGG" and len(barcode) == 6 and set(barcode + umi) <= set("ACGT")
        if (kind == "limited" and errors > 2) or (kind == "header" and (index[4:5] != "+" or len(index) < 9)):
            continue
        if kind == "molecules" and (len(umi) < 3 or (sample, barcode, umi) in molecules):
            continue
        if fits:
            molecules.add((sample, barcode, umi))
            counts[sample][barcode] += 1
    return counts, own
