"""The variants that a library was designed to hold, from FASTA or a table."""

import logging
from pathlib import Path

from cisphys.errors import InputError
from cisphys.sequence_files import each_sequence

logger = logging.getLogger(__name__)


def read_designed(path: str | Path) -> dict[str, str]:
    """Read designed variants: the name of each sequence, in the order of the file.

    Parameters
    ----------
    path : a file of sequences (`cisphys.sequence_files`); those without names are called as they read. Sequences are what the
        layout's variant element reads, without adapters

    Returns
    -------
    Sequence -> name; a sequence that was designed under several names has them joined by `;`.

    Raises
    ------
    InputError : the file is missing, holds no sequence, letters other than A, C, G, T, or one name for two sequences
    """
    path = Path(path)
    names: dict[str, list[str]] = {}
    lines: dict[str, tuple[int, str]] = {}
    for line, name, sequence in each_sequence(path):
        name = sequence if name is None else name
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
