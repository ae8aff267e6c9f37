"""Sequences as small integers: A, C, G, T are 0, 1, 2, 3, so that the complement of x is 3 - x."""

from collections.abc import Sequence

import numpy as np

from cisphys.errors import InputError

LETTERS = "ACGT"
BASES = {"dna": LETTERS, "rna": "ACGU"}
_CODES = {"dna": np.full(256, 255, np.uint8), "rna": np.full(256, 255, np.uint8)}
_CODES["dna"][np.frombuffer(LETTERS.encode(), np.uint8)] = np.arange(4)
_CODES["rna"][np.frombuffer(b"ACGU", np.uint8)] = np.arange(4)


def encode(sequences: Sequence[str], source: object = None, alphabet: str = "dna") -> np.ndarray:
    """Return the letters of equally long sequences as an array (variants, length) of 0..3.

    `source` is the file that errors name; the n-th sequence is called row n, from 1. In the alphabet ``rna``, U stands for T.

    Raises
    ------
    InputError : there are no sequences, lengths differ, or a letter is none of A, C, G, T (or U)
    """
    if not len(sequences):
        raise InputError("there are no variants", path=source)
    lengths = np.fromiter(map(len, sequences), int, len(sequences))
    if (lengths != lengths[0]).any():
        row = int(np.argmax(lengths != lengths[0]))
        raise InputError(
            f"this variant has {lengths[row]} bases, the first has {lengths[0]}",
            path=source,
            where=f"row {row + 1}",
            remedy="A model is fitted to variants of one length",
        )
    letters = _CODES[alphabet][np.frombuffer("".join(sequences).encode("latin-1", "replace"), np.uint8)].reshape(
        len(sequences), -1
    )
    if letters.size and letters.max() > 3:
        row, column = np.argwhere(letters > 3)[0]
        letter, other = sequences[row][column], {"dna": "rna", "rna": "dna"}[alphabet]
        remedy = f"Put `alphabet: {other}` into the model, if these are {other.upper()}" if letter in "TU" else ""
        raise InputError(
            f"'{letter}' is no base of {alphabet.upper()}", path=source, where=f"row {row + 1}, base {column + 1}", remedy=remedy
        )
    return letters


def decode(letters: np.ndarray, alphabet: str = "dna") -> str:
    """Return one sequence of codes (length,) as a string; of the alphabet ``rna`` with U."""
    text = "".join(LETTERS[code] for code in letters)
    return text.replace("T", "U") if alphabet == "rna" else text


def on_strand(letters: np.ndarray, strand: str) -> np.ndarray:
    """Read codes (..., length) 5' to 3' on the strand ``+`` or ``-``."""
    return letters if strand == "+" else 3 - letters[..., ::-1]


def consensus(letters: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the most frequent base per position, (length,), each variant counting with its weight (variants,)."""
    totals = np.stack([((letters == base) * weights[:, None]).sum(0) for base in range(4)])
    return totals.argmax(0).astype(np.uint8)
