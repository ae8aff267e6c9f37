"""Files written whole or not at all, and with the same bytes for the same content."""

import gzip
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def written_beside(path: str | Path) -> Iterator[Path]:
    """Give a path beside `path` to write to; rename it to `path` on success, remove it on failure.

    The suffixes stay, so that writers that go by them (matplotlib, pysam) do the right thing.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".partial-{os.getpid()}-{path.name}")
    try:
        yield beside
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


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
