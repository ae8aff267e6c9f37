"""Files written whole or not at all, and with the same bytes for the same content."""

import gzip
import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

LEFT = re.compile(r"\.partial-\d+-(.*)")


@contextmanager
def written_beside(path: str | Path, tidy: bool = True) -> Iterator[Path]:
    """Give a path beside `path` to write to; rename it to `path` on success, remove it on failure.

    The suffixes stay, so that writers that go by them (matplotlib, pysam) do the right thing. A process that is killed leaves the
    file beside, never a part of `path`; the next to write `path` removes it, unless `tidy` is false (see `remove_left`).
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    if tidy:
        remove_left(path.parent, path.name)
    beside = path.with_name(f".partial-{os.getpid()}-{path.name}")
    try:
        yield beside
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def remove_left(folder: Path, *names: str) -> None:
    """Remove what killed processes have left beside the files of these names."""
    wanted = set(names)
    for path in list(folder.iterdir()):
        found = LEFT.fullmatch(path.name)
        if found and found[1] in wanted:
            path.unlink(missing_ok=True)


@contextmanager
def open_to_write(path: str | Path, level: int = 6) -> Iterator[BinaryIO]:
    """Open a file for bytes; a name that ends in ``.gz`` is compressed, with neither name nor time in its header."""
    with written_beside(path) as beside, open(beside, "wb") as raw:
        if str(path).endswith(".gz"):
            with gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0, compresslevel=level) as packed:
                yield packed
        else:
            yield raw


def write_text(path: str | Path, text: str) -> None:
    """Write text as UTF-8, whole or not at all."""
    with open_to_write(path) as out:
        out.write(text.encode())


def sha256_of(path: str | Path) -> str:
    """Return the SHA-256 of a file's bytes as 64 hexadecimal digits."""
    with open(path, "rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
