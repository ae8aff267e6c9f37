"""Published tables of counts, wrapped back into the reads they were counted from.

Each published read is written once, in a seeded random order, with the index and constants of its layout around it, so that
an analysis can start from reads where only counts were published. Qualities are constant: none were published.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cisphys.errors import InputError, nearest
from cisphys.files import open_to_write, sha256_of
from cisphys.progress import Step, unseen
from cisphys.reads.layout import Constant, Gap, Layout, Sample
from cisphys.tables import read_sheet

_EVERY = 4096  # reads between two looks at the clock
SOURCE_COLUMNS = ["experiment", "bin", "repository", "commit", "path", "bytes", "sha256"]


@dataclass(frozen=True)
class Source:
    """Where one published table of counts lies."""

    experiment: str
    bin: int
    repository: str
    commit: str
    path: str
    bytes: int
    sha256: str

    def url(self, base_url: str) -> str:
        """Give the address of the table below e.g. ``https://raw.githubusercontent.com``."""
        return "/".join([base_url.rstrip("/"), self.repository, self.commit, self.path])


def read_sources(path: str | Path) -> list[Source]:
    """Read the sheet of sources.

    Raises
    ------
    InputError : a column is missing, a bin or size is no number, or two rows give the same experiment and bin
    """
    header, rows = read_sheet(path)
    for name in SOURCE_COLUMNS:
        if name not in header:
            raise InputError(f"column '{name}' is missing ({nearest(name, header)})", path=path)
    sources: dict[tuple[str, str], Source] = {}
    for row in rows:
        key = (row["experiment"], row["bin"])
        if key in sources:
            raise InputError(f"experiment '{key[0]}' has bin {key[1]} twice", path=path, where=f"line {row['#line']}")
        sources[key] = _as_source(row, path)
    return list(sources.values())


def _as_source(row: Mapping[str, str], path: str | Path) -> Source:
    for name in ("bin", "bytes"):
        if not re.fullmatch("[0-9]+", row[name]):
            raise InputError(f"{name} '{row[name]}' is no whole number", path=path, where=f"line {row['#line']}")
    values = {name: row[name] for name in SOURCE_COLUMNS}
    return Source(**{**values, "bin": int(row["bin"]), "bytes": int(row["bytes"]), "sha256": row["sha256"].lower()})


def check_download(path: str | Path, sha256: str) -> None:
    """Check that a file is the one that was meant.

    Raises
    ------
    InputError : it has another SHA-256; the file is left where it is
    """
    found = sha256_of(path)
    if found != sha256:
        problem = f"the file's SHA-256 is {found}, where {sha256} was expected"
        raise InputError(problem, path=path, remedy="Delete it and download it anew; if it differs again, its source has changed")


def read_published_counts(path: str | Path) -> list[tuple[str, int]]:
    """Read lines of `count sequence`, separated by spaces or tabs, after one header line.

    Raises
    ------
    InputError : the file is missing, or a line is not a positive whole number and a sequence of A, C, G, T
    """
    rows = []
    if not Path(path).is_file():
        raise InputError("there is no such file", path=path, remedy="Check the sheet of sources")
    lines = Path(path).read_text(encoding="utf-8", errors="replace").splitlines()
    for number, line in enumerate(lines[1:], start=2):
        found = re.fullmatch(r"\s*([1-9][0-9]*)\s+([ACGT]+)\s*", line)
        if found is None:
            remedy = "Each line after the header holds a count and a sequence"
            raise InputError(f"'{line}' is no count and sequence", path=path, where=f"line {number}", remedy=remedy)
        rows.append((found[2], int(found[1])))
    if not rows:
        raise InputError("the table holds no counts", path=path)
    return rows


def wrap_counts_as_reads(
    run: str,
    tables: Mapping[str, str | Path],
    layout: Layout,
    indices: Mapping[str, str],
    out_fastq: str | Path,
    seed: int,
    progress: Step = unseen,
) -> int:
    """Write each published read once, in random order; give their number.

    Parameters
    ----------
    run : the run's name; records are called `<run>:<n>`, n from 1
    tables : a table of counts for each sample
    layout : what is put around each sequence; `*` becomes nothing
    indices : each sample's index
    out_fastq : FASTQ, gzip, with the same bytes for the same input and seed
    seed : of the order
    progress : is told how many reads are written

    Raises
    ------
    InputError : a table cannot be read, or a sequence is not as long as the layout says
    """
    reads = [
        (prefix, sequence, suffix)
        for sample, path in sorted(tables.items())
        for prefix, suffix in [surroundings(layout, indices[sample])]
        for sequence, count in _of_length(read_published_counts(path), layout, path)
        for _ in range(count)
    ]
    order = np.random.default_rng(seed).permutation(len(reads))
    with open_to_write(out_fastq) as out:
        for number, row in enumerate(order, start=1):
            read = "".join(reads[row])
            out.write(f"@{run}:{number}\n{read}\n+\n{'I' * len(read)}\n".encode())
            if number % _EVERY == 0:
                progress(number, len(reads))
    return len(reads)


def surroundings(layout: Layout, index: str) -> tuple[str, str]:
    """Give what stands before and after the counted element."""
    place = layout.elements.index(layout.counted)
    sides = layout.elements[:place], layout.elements[place + 1 :]
    before, after = ("".join(_letters(element, index) for element in side) for side in sides)
    return before, after


def _letters(element: Sample | Constant | Gap, index: str) -> str:
    if isinstance(element, Gap):
        return ""
    return index if isinstance(element, Sample) else element.letters


def _of_length(rows: list[tuple[str, int]], layout: Layout, path: str | Path) -> list[tuple[str, int]]:
    for number, (sequence, _) in enumerate(rows, start=2):
        if len(sequence) != layout.counted.length:
            problem = f"a sequence of {len(sequence)} bases"
            remedy = f"Layout '{layout.name}' has {layout.counted.name}[{layout.counted.length}]"
            raise InputError(problem, path=path, where=f"line {number}", remedy=remedy)
    return rows
