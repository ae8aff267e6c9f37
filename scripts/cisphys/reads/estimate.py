"""About how many reads files hold, told by their sizes and their first reads: for whoever waits, and for nothing else."""

from collections.abc import Sequence
from contextlib import suppress
from io import BytesIO
from pathlib import Path

from cisphys.reads.alignments import is_alignments
from cisphys.reads.elements import INTERLEAVED
from cisphys.reads.fastq import DAMAGED, unpacked
from cisphys.reads.units import Files

SAMPLE = 1 << 19  # bytes of the first file that are looked at
_PIECE = 1 << 14


def about_units(files: Files) -> float | None:
    """Return about how many clusters the files of a run hold, by those of read1; None where that cannot be told."""
    found = about_reads([*map(Path, files["read1"])])
    return found / 2 if found and files.get("read2") == INTERLEAVED else found


def about_reads(paths: Sequence[Path]) -> float | None:
    """Return about how many reads FASTQ files hold; None of BAM and CRAM, and of files that cannot be read."""
    if not paths or any(map(is_alignments, paths)):
        return None
    with suppress(OSError):
        with open(paths[0], "rb") as file:
            sample = file.read(SAMPLE)
        lines = _lines(sample)
        return lines / 4 * sum(path.stat().st_size for path in paths) / len(sample) if lines >= 4 else None
    return None


def _lines(sample: bytes) -> int:
    """Count the lines of the beginning of a file, up to where what is packed is cut."""
    total = 0
    with suppress(EOFError, *DAMAGED), unpacked(BytesIO(sample)) as stream:
        while piece := stream.read(_PIECE):
            total += piece.count(b"\n")
    return total
