"""Reads from files, one at a time: FASTQ, plain, gzip (also BGZF, of several members) or zstd, and unaligned BAM or CRAM.

Strict: a file that is cut, damaged or not what its name says is an error that names the record, never a short answer.
"""

import logging
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from gzip import BadGzipFile
from os import SEEK_END
from pathlib import Path
from typing import BinaryIO

import dnaio
from backports import zstd
from isal import igzip
from isal.igzip_lib import IsalError

from cisphys.errors import InputError
from cisphys.reads.alignments import END_OF_BGZF, is_alignments, is_bgzf, read_single

logger = logging.getLogger(__name__)
GZIP_MAGIC = b"\x1f\x8b"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
PACKED = {".gz": ("a gzip", GZIP_MAGIC), ".zst": ("a zstd", ZSTD_MAGIC)}
OTHER_MAGIC = {b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"PK\x03\x04": "zip"}
DAMAGED = (IsalError, zlib.error, BadGzipFile, zstd.ZstdError)


def read_records(paths: Iterable[str | Path]) -> Iterator[dnaio.SequenceRecord]:
    """Yield the records (`name`, `sequence`, `qualities`) of several files (lanes), one file after the other.

    Raises
    ------
    InputError : a file is missing, empty, cut, damaged, or not FASTQ (BAM, CRAM); file, record and line are named
    """
    for path in map(Path, paths):
        check_file(path)
        yield from read_file(path)


def read_file(path: Path) -> Iterator[dnaio.SequenceRecord]:
    """Yield the records of one file that is there, as `read_records` does."""
    return read_single(path) if is_alignments(path) else _read_fastq(path)


def check_file(path: str | Path) -> None:
    """Check that a file of reads is there and not of 0 bytes, without reading it."""
    path = Path(path)
    if not path.exists():
        raise InputError("there is no such file", path=path, remedy="Check the path in the sheet of runs")
    if not path.is_file():
        raise InputError("this is not a file", path=path, remedy="Give the path of a FASTQ file")
    if path.stat().st_size == 0:
        raise InputError("the file is empty", path=path, remedy="It should hold reads; was it copied whole?")


def _read_fastq(path: Path) -> Iterator[dnaio.SequenceRecord]:
    with named_errors(path) as position, open_reads(path) as stream:
        yield from parse_records(stream, position)
    if not position.records:
        raise no_reads(path)


@dataclass
class Position:
    """How many records of a file have been read."""

    records: int = 0


def parse_records(stream: BinaryIO, position: Position) -> Iterator[dnaio.SequenceRecord]:
    """Yield the records of plain FASTQ, which may go on where `position` is in a file, and move it on."""
    before = position.records
    try:
        for record in dnaio.FastqReader(stream):
            position.records += 1
            yield record
    except dnaio.FastqFormatError as error:
        raise dnaio.FastqFormatError(error.message, None if error.line is None else error.line + 4 * before) from None


@contextmanager
def named_errors(path: Path) -> Iterator[Position]:
    """Turn what goes wrong while a file is read into an InputError with its name and the record.

    Gives the position, which whoever reads moves on.
    """
    position = Position()
    try:
        yield position
    except dnaio.FastqFormatError as error:
        raise _format_error(path, error, position.records) from None
    except EOFError:
        raise _cut_error(path, position.records, "the compressed file ends too early") from None
    except DAMAGED as error:
        raise _cut_error(path, position.records, f"the compressed data are damaged ({error})") from None
    except OSError as error:
        raise InputError(f"the file cannot be read ({error})", path=path) from None


def no_reads(path: Path) -> InputError:
    """Make the error for a file without records."""
    return InputError("the file holds no reads", path=path, remedy="It is a compressed file of nothing")


class _Gzip(igzip.IGzipFile):
    """A gzip file that is unpacked into the place where it is wanted; what it inherits unpacks elsewhere and copies."""

    def readinto(self, place: memoryview) -> int:
        return self._buffer.readinto(place)


@contextmanager
def open_reads(path: Path) -> Iterator[BinaryIO]:
    """Open plain, gzip or zstd by its first bytes, whatever the name; a name in .gz or .zst must be what it says."""
    with open(path, "rb") as raw:
        start = raw.read(16)
        _check_magic(path, start)
        if is_bgzf(start):
            _warn_of_cut(path, raw)
        raw.seek(0)
        with unpacked(raw) as stream:
            yield stream


@contextmanager
def unpacked(raw: BinaryIO) -> Iterator[BinaryIO]:
    """Give what a file that stands at its beginning holds: plain, gzip or zstd."""
    start = raw.read(len(ZSTD_MAGIC))
    raw.seek(0)
    if start.startswith(GZIP_MAGIC):
        with _Gzip(fileobj=raw, mode="rb") as stream:
            yield stream
    elif start.startswith(ZSTD_MAGIC):
        with zstd.ZstdFile(raw, "rb") as stream:
            yield stream
    else:
        yield raw


def _check_magic(path: Path, start: bytes) -> None:
    for magic, kind in OTHER_MAGIC.items():
        if start.startswith(magic):
            raise InputError(f"this is a {kind} file", path=path, remedy="Unpack it, or pack it with gzip")
    kind, magic = PACKED.get(path.suffix.lower(), ("", b""))
    if not start.startswith(magic):
        suffix = path.suffix.lower()
        remedy = f"If it is plain FASTQ, take {suffix} off its name; if not, copy it anew"
        raise InputError(f"the name ends in {suffix}, but this is not {kind} file", path=path, remedy=remedy)


def _warn_of_cut(path: Path, raw: BinaryIO) -> None:
    """Say where BGZF lacks its end mark: what was cut off between two blocks is missed by nothing else."""
    raw.seek(-min(path.stat().st_size, len(END_OF_BGZF)), SEEK_END)
    if raw.read() != END_OF_BGZF:
        logger.warning("%s: this is BGZF without its end mark; some programs leave it out, but the file may have been cut", path)


def _format_error(path: Path, error: dnaio.FastqFormatError, done: int) -> InputError:
    """Say in our words what dnaio found; its lines count from 0."""
    problem = error.message.splitlines()[0].rstrip(".")
    where = f"after record {done}" if error.line is None else f"record {error.line // 4 + 1}, line {error.line + 1}"
    if "Premature end" in problem:
        problem = "the file ends inside a record"
    remedy = "A record is four lines: @name, bases, +, and one quality per base"
    return InputError(problem, path=path, where=where, remedy=remedy)


def _cut_error(path: Path, done: int, problem: str) -> InputError:
    return InputError(problem, path=path, where=f"after record {done}", remedy="Copy or download it anew")
