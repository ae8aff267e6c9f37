"""Made-up files of reads, the same for the same numbers: packed in any way; flipped, cut, spliced and doubled."""

import gzip
import struct
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pysam
from backports import zstd
from strict_reads import BASES, END_OF_BAM, Record

INDICES, BARCODES = ["AACC", "GGTT", "AACG", "NNNN"], ["ACGTAC", "TTTTTT", "GATTAC", "acgtac", "ACNTAC"]
PIECES = [
    b"\n",
    b"\r\n",
    b"@",
    b"+",
    b"\n+\n",
    b"@r1\n",
    b"\0" * 64,
    b"\xff",
    b"N",
    b" ",
    b"\n\n\n\n",
    b"A" * 200,
    b"\x1f\x8b",
    END_OF_BAM,
]
PACKED_AS = ["plain", "gzip", "members", "bgzf", "zstd", "frames"]
SUFFIXES = {"plain": "", "gzip": ".gz", "members": ".gz", "bgzf": ".gz", "zstd": ".zst", "frames": ".zst"}


def make_text(random: Random, mates: bool = False, indexed: bool = False) -> tuple[bytes, bytes]:
    """Make one to thirty records, and those of their mates: any letters and lengths, at times CRLF or no newline at the end.

    `mates` have names in /1 and /2 at times; where `indexed`, every name holds the index.
    """
    parts: tuple[list[str], list[str]] = ([], [])
    plus = random.random() < 0.1
    for number in range(random.randint(1, 30)):
        bases = random.choice(INDICES) + random.choice(["GGG", "GGG", "GGC"]) + random.choice(BARCODES)
        bases += "".join(random.choices("ACGT", k=random.randint(0, 20)))
        bases = bases[: random.randint(0, len(bases))] if random.random() < 0.1 else bases
        index = f" 1:N:0:{random.choice(INDICES)}+GGTT" if number % 2 or indexed else ""
        name = f"r{number}" + ("/1" if mates and number % 3 == 0 else "") + index
        parts[0].append(_record(random, name, bases, plus))
        parts[1].append(_record(random, name.replace("/1", "/2"), "".join(random.choices("ACGTN", k=random.randint(2, 9))), plus))
    ends = "\r\n" if random.random() < 0.15 else "\n"
    texts = ["".join(part).replace("\n", ends) for part in parts]
    return tuple(_without_last_newline(random, text, ends).encode() for text in texts)


def _without_last_newline(random: Random, text: str, ends: str) -> str:
    """Take the last newline off one text in five; not that of a read without bases, which would miss a line."""
    return text.removesuffix(ends) if random.random() < 0.2 and not text.endswith(2 * ends) else text


def _record(random: Random, name: str, bases: str, plus: bool) -> str:
    qualities = "".join(chr(random.randint(33, 126)) for _ in bases)
    return f"@{name}\n{bases}\n+{name if plus else ''}\n{qualities}\n"


def interleave(first: bytes, second: bytes) -> bytes:
    """Put the mates of each pair behind each other; for texts with the same ends of lines."""
    ends = b"\r\n" if b"\r\n" in first else b"\n"
    lines = [text.removesuffix(ends).split(ends) for text in (first, second)]
    records = [ends.join(part[at : at + 4]) + ends for at in range(0, len(lines[0]), 4) for part in lines]
    return b"".join(records)


def damage(random: Random, data: bytes) -> bytes:
    """Do one to three kinds of damage, each at a random place."""
    for _ in range(random.choice([1, 1, 1, 2, 3])):
        data = random.choice(DAMAGES)(random, data)
    return data


def _flip(random: Random, data: bytes) -> bytes:
    at = random.randrange(len(data) + 1)
    return data[:at] + bytes([data[at] ^ 1 << random.randrange(8)]) + data[at + 1 :] if at < len(data) else data


def _cut(random: Random, data: bytes) -> bytes:
    return data[: random.randrange(len(data) + 1)]


def _cut_front(random: Random, data: bytes) -> bytes:
    return data[random.randrange(min(len(data), 40) + 1) :]


def _take_out(random: Random, data: bytes) -> bytes:
    at = random.randrange(len(data) + 1)
    return data[:at] + data[at + random.randint(1, 30) :]


def _put_in(random: Random, data: bytes) -> bytes:
    at = random.randrange(len(data) + 1)
    return data[:at] + random.choice([random.choice(PIECES), random.randbytes(random.randint(1, 8))]) + data[at:]


def _overwrite(random: Random, data: bytes) -> bytes:
    at, piece = random.randrange(len(data) + 1), random.choice(PIECES)
    return data[:at] + piece + data[at + len(piece) :]


def _splice(random: Random, data: bytes) -> bytes:
    """Copy one part of the file to another place."""
    start, at = random.randrange(len(data) + 1), random.randrange(len(data) + 1)
    return data[:at] + data[start : start + random.randint(1, 200)] + data[at:]


def _swap_lines(random: Random, data: bytes) -> bytes:
    lines = data.split(b"\n")
    one, other = random.randrange(len(lines)), random.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


def _drop_records(random: Random, data: bytes) -> bytes:
    """Take whole records out of FASTQ, so that mates fall out of step."""
    lines = data.split(b"\n")
    at = 4 * random.randrange(len(lines) // 4 + 1)
    return b"\n".join(lines[:at] + lines[at + 4 * random.randint(1, 3) :])


def _append(random: Random, data: bytes) -> bytes:
    return data + random.choice([*PIECES, data, b"\0" * random.randint(1, 600)])


DAMAGES: list[Callable[[Random, bytes], bytes]] = [
    _flip,
    _flip,
    _cut,
    _cut,
    _cut_front,
    _take_out,
    _put_in,
    _overwrite,
    _splice,
    _swap_lines,
    _drop_records,
    _append,
]


def pack(random: Random, text: bytes, how: str) -> bytes:
    """Pack text; `members` and `frames` are several packed parts, one after the other."""
    if how == "plain":
        return text
    if how in ("zstd", "gzip"):
        return _packed(random, text, how)
    if how == "bgzf":
        return bgzf(text, random.randint(20, 400))
    parts = _parts(text, sorted(random.randrange(len(text) + 1) for _ in range(random.randint(1, 3))))
    return b"".join(_packed(random, part, "gzip" if how == "members" else "zstd") for part in parts)


def _parts(text: bytes, cuts: list[int]) -> list[bytes]:
    return [text[start:stop] for start, stop in zip([0, *cuts], [*cuts, len(text)], strict=True)]


def _packed(random: Random, text: bytes, how: str) -> bytes:
    level = random.choice([0, 1, 6, 9])
    if how == "gzip":
        return gzip.compress(text, level, mtime=0)
    return zstd.compress(text, options={zstd.CompressionParameter.checksum_flag: random.choice([0, 1])})


def bgzf(text: bytes, block: int) -> bytes:
    """Pack text as BGZF: gzip members that say how long they are, and an empty one at the end."""
    parts = (text[at : at + block] for at in range(0, len(text), block))
    return b"".join(map(_bgzf_block, parts)) + END_OF_BAM


def _bgzf_block(part: bytes) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    body = packer.compress(part) + packer.flush()
    header = struct.pack("<4BI2BHBBHH", 31, 139, 8, 4, 0, 0, 255, 6, 66, 67, 2, len(body) + 25)
    return header + body + struct.pack("<II", zlib.crc32(part), len(part))


def make_bam(random: Random) -> bytes:
    """Make the unpacked bytes of an unaligned BAM file."""
    header = b"@HD\tVN:1.6\n"
    parts = [b"BAM\1", struct.pack("<i", len(header)), header, struct.pack("<i", 0)]
    for number in range(random.randint(1, 30)):
        bases = random.choice(INDICES[:3]) + "GGG" + random.choice(BARCODES[:3]) + "A" * random.randint(0, 3)
        codes = [BASES.index(letter) for letter in bases]
        packed = bytes(high << 4 | low for high, low in zip(codes[::2], [*codes[1::2], 0], strict=False))
        name = f"r{number}".encode() + b"\0"
        fixed = struct.pack("<iiBBHHHiiii", -1, -1, len(name), 0, 4680, 0, 4, len(bases), -1, -1, 0)
        scores = bytes(random.randint(0, 93) for _ in bases)
        tags = b"BCZAACC\0" if random.random() < 0.3 else b""
        block = fixed + name + packed + scores + tags
        parts += [struct.pack("<i", len(block)), block]
    return b"".join(parts)


@cache
def make_cram(number: int) -> tuple[bytes, list[Record]]:
    """Make a CRAM file of a few unaligned reads, and give it with its records."""
    random = Random(number)
    records = []
    with TemporaryDirectory() as folder:
        path = Path(folder, "reads.cram")
        with pysam.AlignmentFile(str(path), "wc", header={"HD": {"VN": "1.6"}}) as out:
            for at in range(random.randint(1, 30)):
                bases = random.choice(INDICES[:3]) + "GGG" + random.choice(BARCODES[:3])
                records.append((f"r{at}", bases, "".join(chr(random.randint(33, 126)) for _ in bases)))
                read = pysam.AlignedSegment()
                read.query_name, read.query_sequence, read.flag = f"r{at}", bases, 4
                read.query_qualities = pysam.qualitystring_to_array(records[-1][2])
                out.write(read)
        return path.read_bytes(), records
