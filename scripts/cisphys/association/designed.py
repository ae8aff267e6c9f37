"""The variants that a library was designed to hold, from FASTA or a table."""

import gzip
import logging
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

from cisphys.errors import InputError
from cisphys.text_table import UNREADABLE, read_text_table

logger = logging.getLogger(__name__)
FASTA = (".fa", ".fasta", ".fna")
Named = tuple[int, str, str]  # line, name, sequence


def read_designed(path: str | Path) -> dict[str, str]:
    """Read designed variants: the name of each sequence, in the order of the file.

    Parameters
    ----------
    path : FASTA by its name (`.fa`, `.fasta`, `.fna`), else a TSV or CSV with a column `sequence`, and `variant` for the names;
        plain or gzip. Letters become capitals. Sequences are what the layout's variant element reads, without adapters

    Returns
    -------
    Sequence -> name; a sequence that was designed under several names has them joined by `;`.

    Raises
    ------
    InputError : the file is missing, holds no sequence, letters other than A, C, G, T, or one name for two sequences
    """
    path = Path(path)
    if not path.is_file():
        raise InputError("there is no such file", path=path, remedy="Check the path in the config")
    rows = _read_fasta(path) if _suffix(path) in FASTA else _read_table(path)
    names: dict[str, list[str]] = {}
    lines: dict[str, tuple[int, str]] = {}
    for line, name, sequence in rows:
        _check(line, name, sequence, path)
        first, same = lines.setdefault(name, (line, sequence))
        if same != sequence:
            problem = f"variant '{name}' has one sequence in line {first} and another in line {line}"
            raise InputError(problem, path=path, remedy="Give each designed variant a name of its own")
        if name not in names.setdefault(sequence, []):
            names[sequence].append(name)
    if not names:
        raise InputError("there are no designed variants", path=path)
    _log_shared(names, path)
    return {sequence: ";".join(own) for sequence, own in names.items()}


def _suffix(path: Path) -> str:
    return Path(path.name.removesuffix(".gz")).suffix.lower()


def _check(line: int, name: str, sequence: str, path: Path) -> None:
    if not name:
        raise InputError("a designed variant has no name", path=path, where=f"line {line}", remedy="Name it")
    if not sequence:
        raise InputError(f"variant '{name}' has no sequence", path=path, where=f"line {line}")
    if wrong := sorted(set(sequence) - set("ACGT")):
        remedy = "Use A, C, G and T only"
        raise InputError(f"variant '{name}' holds '{wrong[0]}'", path=path, where=f"line {line}", remedy=remedy)


def _log_shared(names: dict[str, list[str]], path: Path) -> None:
    shared = [own for own in names.values() if len(own) > 1]
    if shared:
        text = "%s: %d sequences have several names, such as %s; no read can tell these apart"
        logger.warning(text, path, len(shared), " and ".join(shared[0]))


def _read_table(path: Path) -> Iterator[Named]:
    table = read_text_table(path, required=["sequence"])
    names = table["variant"] if "variant" in table else table["sequence"].str.upper()
    for line, name, sequence in zip(table.index, names, table["sequence"], strict=True):
        yield int(line), name, sequence.upper()


def _read_fasta(path: Path) -> Iterator[Named]:
    """Yield the records of a FASTA file; a name ends at the first space."""
    try:
        with _opened(path) as handle:
            yield from _records(enumerate(handle, start=1), path)
    except UNREADABLE as error:
        raise InputError(f"this is no readable FASTA ({error})", path=path) from None


def _opened(path: Path) -> TextIO:
    return gzip.open(path, "rt", encoding="utf-8-sig") if path.suffix == ".gz" else open(path, encoding="utf-8-sig")


def _records(lines: Iterable[tuple[int, str]], path: Path) -> Iterator[Named]:
    start, name, parts = 0, "", []
    for number, line in lines:
        text = line.strip()
        if text.startswith(">"):
            if start:
                yield start, name, "".join(parts).upper()
            start, name, parts = number, text[1:].split(maxsplit=1)[0] if text[1:].split() else "", []
        elif text and not start:
            raise InputError("a FASTA file starts with '>'", path=path, where=f"line {number}")
        elif text:
            parts.append(text)
    if start:
        yield start, name, "".join(parts).upper()
