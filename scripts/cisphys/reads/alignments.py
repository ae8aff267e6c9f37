"""Reads from unaligned BAM and CRAM: single reads, or pairs whose mates follow each other."""

from collections.abc import Iterator
from contextlib import contextmanager
from os import SEEK_END
from pathlib import Path

import dnaio

from cisphys.errors import InputError
from cisphys.reads.cram_check import check_cram

BGZF = b"\x1f\x8b\x08\x04"
DAMAGED = (OSError, ValueError, OverflowError, NotImplementedError)  # what pysam raises where a file is
END_OF_BGZF = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")  # SAM specification, section 4.1.2


def is_alignments(path: Path) -> bool:
    """Say by its name whether a file is BAM or CRAM."""
    return path.suffix.lower() in (".bam", ".cram")


def is_bgzf(start: bytes) -> bool:
    """Say by its first 16 bytes whether a file is BGZF."""
    return start.startswith(BGZF) and start[12:14] == b"BC"


def read_single(path: Path) -> Iterator[dnaio.SequenceRecord]:
    """Yield the records of a file of single reads.

    Raises
    ------
    InputError : the file is cut, damaged, holds no reads, or holds pairs
    """
    for number, (read, record) in enumerate(_alignments(path), start=1):
        if read.is_paired or read.is_secondary or read.is_supplementary:
            remedy = "If it holds the mates of pairs in turn, write interleaved into the column read2"
            raise InputError("only single, unaligned reads are taken", path=path, where=f"record {number}", remedy=remedy)
        yield record


def read_pairs(path: Path) -> Iterator[tuple[dnaio.SequenceRecord, dnaio.SequenceRecord]]:
    """Yield the pairs of a file in which mates follow each other, the first mate first.

    Raises
    ------
    InputError : the file is cut, damaged or empty, or two records that follow each other are not the mates of one pair
    """
    reads = _alignments(path)
    for number, (one, record) in enumerate(reads):
        other, mate = next(reads, (None, None))
        where = f"records {2 * number + 1} and {2 * number + 2}"
        if other is None or record.id != mate.id or one.is_read1 == other.is_read1:
            problem = f"'{record.id}' and '{mate.id if mate else 'nothing'}' are not the two mates of one pair"
            raise InputError(problem, path=path, where=where, remedy="Order the file by name: samtools collate")
        yield (record, mate) if one.is_read1 else (mate, record)


def _alignments(path: Path) -> Iterator[tuple]:
    """Yield each alignment, and the read that it is made of."""
    import pysam

    _check_ends(path)
    done = 0
    try:
        if path.suffix.lower() == ".cram":
            check_cram(path)
        with _silent(pysam), pysam.AlignmentFile(str(path), check_sq=False) as reader:
            for read in reader.fetch(until_eof=True):
                record = _as_record(read)
                done += 1
                yield read, record
    except DAMAGED as error:
        raise InputError(f"the file is cut or damaged ({error})", path=path, where=f"after record {done}") from None
    if not done:
        raise InputError("the file holds no reads", path=path)


def _check_ends(path: Path) -> None:
    """Check that a file begins as its name says (htslib takes other text too), and that a BAM file has its end mark."""
    kind = path.suffix.lower()[1:]
    with open(path, "rb") as file:
        start = file.read(16)
        file.seek(-min(path.stat().st_size, len(END_OF_BGZF)), SEEK_END)
        end = file.read()
    if not (start.startswith(b"CRAM") if kind == "cram" else is_bgzf(start)):
        raise InputError(f"the name ends in .{kind}, but this is no {kind.upper()} file", path=path, remedy="Copy it anew")
    if kind == "bam" and end != END_OF_BGZF:
        raise InputError("the file is cut: its end mark is missing", path=path, remedy="Copy or download it anew")


@contextmanager
def _silent(pysam) -> Iterator[None]:
    """Keep htslib from writing to the terminal: its errors come back as exceptions."""
    before = pysam.set_verbosity(0)
    try:
        yield
    finally:
        pysam.set_verbosity(before)


def _as_record(read) -> dnaio.SequenceRecord:
    """Turn an alignment back into a read. An index in the tag BC goes to the name, where the sequencer writes it."""
    sequence = read.get_forward_sequence() or ""
    qualities = read.get_forward_qualities()
    letters = "".join(chr(quality + 33) for quality in qualities) if qualities is not None else "I" * len(sequence)
    name = read.query_name
    if read.has_tag("BC"):
        name += f" {2 if read.is_read2 else 1}:N:0:{str(read.get_tag('BC')).replace('-', '+')}"
    return dnaio.SequenceRecord(name, sequence, letters)
