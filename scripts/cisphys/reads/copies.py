"""The reads of each sample in files of their own, for any number of samples: no file is held open between two writes.

Reads are kept until there are `KEPT` bytes of them, then each sample's become one more gzip member of its file. The bytes of a
file depend on the reads alone.
"""

import gzip
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import dnaio

from cisphys.files import remove_left, written_beside

KEPT = 1 << 26


class SampleFiles:
    """A context in which units are added to the files of samples; on success the files are there, on failure none is.

    Parameters
    ----------
    folder : gets `<sample>.fastq.gz`, or for several reads `<sample>.<read>.fastq.gz`; None: nothing is written
    names : the samples, also those without reads
    reads : which read each record of a unit is
    """

    def __init__(self, folder: str | Path | None, names: Sequence[str], reads: Sequence[str] = ("read1",)):
        self.names = names if folder else []
        self._folder = Path(folder) if folder else None
        self._reads = reads
        self._stack = ExitStack()
        self._kept: dict[str, list[list[bytes]]] = {name: [[] for _ in reads] for name in self.names}
        self._size = 0

    def __enter__(self) -> "SampleFiles":
        paths = {name: self._named(name) for name in self.names}
        if self._folder and self._folder.exists():
            remove_left(self._folder, *(path.name for own in paths.values() for path in own))
        with ExitStack() as stack:
            self._paths = {
                name: [stack.enter_context(written_beside(path, tidy=False)) for path in own] for name, own in paths.items()
            }
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *failure) -> None:
        if failure[0] is not None:
            self._stack.__exit__(*failure)
            return
        with self._stack:
            self._write([name for name in self.names if any(self._kept[name]) or not self._paths[name][-1].exists()])

    def _named(self, name: str) -> list[Path]:
        if len(self._reads) == 1:
            return [self._folder / f"{name}.fastq.gz"]
        return [self._folder / f"{name}.{read}.fastq.gz" for read in self._reads]

    def add(self, name: str, unit: Sequence[dnaio.SequenceRecord]) -> None:
        """Add the records of one unit to the files of a sample; what follows them, such as merged mates, is passed over."""
        for place, record in zip(range(len(self._reads)), unit, strict=False):
            self.add_text(name, record.fastq_bytes(), place)

    def add_text(self, name: str, text: bytes, place: int = 0) -> None:
        """Add the text of whole records to a sample's file of the read at `place`."""
        self._kept[name][place].append(text)
        self._size += len(text)
        if self._size >= KEPT:
            self._write([name for name in self.names if any(self._kept[name])])

    def _write(self, names: Sequence[str]) -> None:
        for name in names:
            for path, kept in zip(self._paths[name], self._kept[name], strict=True):
                with open(path, "ab") as out:
                    out.write(gzip.compress(b"".join(kept), 6, mtime=0))
                kept.clear()
        self._size = 0
