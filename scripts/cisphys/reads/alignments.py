"""Reads from unaligned BAM and CRAM: single reads, or pairs whose mates follow each other."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dnaio

from cisphys.errors import InputError


def is_alignments(path: Path) -> bool:
    """Say by its name whether a file is BAM or CRAM."""
    return path.suffix.lower() in (".bam", ".cram")


def read_single(path: Path) -> Iterator[dnaio.SequenceRecord]:
    """Yield the records of a file of single reads.

    Raises
    ------
    InputError : the file is cut, damaged, holds no reads, or holds pairs
    """
    for number, read in enumerate(_alignments(path), start=1):
        if read.is_paired or read.is_secondary or read.is_supplementary:
            remedy = "If it holds the mates of pairs in turn, write interleaved into the column read2"
            raise InputError("only single, unaligned reads are taken", path=path, where=f"record {number}", remedy=remedy)
        yield _as_record(read)


def read_pairs(path: Path) -> Iterator[tuple[dnaio.SequenceRecord, dnaio.SequenceRecord]]:
    """Yield the pairs of a file in which mates follow each other, the first mate first.

    Raises
    ------
    InputError : the file is cut, damaged or empty, or two records that follow each other are not the mates of one pair
    """
    reads = _alignments(path)
    for number, one in enumerate(reads):
        other = next(reads, None)
        where = f"records {2 * number + 1} and {2 * number + 2}"
        if other is None or one.query_name != other.query_name or one.is_read1 == other.is_read1:
            names = f"'{one.query_name}' and '{other.query_name if other else 'nothing'}'"
            problem = f"{names} are not the two mates of one pair"
            raise InputError(problem, path=path, where=where, remedy="Order the file by name: samtools collate")
        first, second = (one, other) if one.is_read1 else (other, one)
        yield _as_record(first), _as_record(second)


def _alignments(path: Path) -> Iterator:
    import pysam

    done = 0
    try:
        with _silent(pysam), pysam.AlignmentFile(str(path), check_sq=False) as reader:
            for read in reader.fetch(until_eof=True):
                done += 1
                yield read
    except (OSError, ValueError) as error:
        raise InputError(f"the file is cut or damaged ({error})", path=path, where=f"after record {done}") from None
    if not done:
        raise InputError("the file holds no reads", path=path)


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
        name += f" {2 if read.is_read2 else 1}:N:0:{read.get_tag('BC').replace('-', '+')}"
    return dnaio.SequenceRecord(name, sequence, letters)
