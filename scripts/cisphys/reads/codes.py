"""Sequences of one length as numbers: base codes, and hashes that a changed base changes in one step.

The hash of a sequence is the XOR of one random 64-bit number per position and base (Zobrist hashing): that of a neighbour, which
differs at one position, takes two XORs, at any length. Equal hashes are always checked base by base, so that no answer depends
on chance.
"""

from collections.abc import Sequence

import numpy as np
from numba import njit

ALPHABET = b"ACGT"
OTHER = 255
_CODES = np.full(256, OTHER, dtype=np.uint8)
_CODES[list(ALPHABET)] = range(4)
SEED = 20140913  # of the random numbers; no answer depends on it


def encode(sequences: Sequence[str]) -> np.ndarray:
    """Return (sequences, length) codes 0..3 of A, C, G, T.

    Raises
    ------
    ValueError : lengths differ, or a letter is none of ACGT
    """
    if not len(sequences):
        return np.zeros((0, 0), dtype=np.uint8)
    letters, length = "".join(sequences).encode(), len(sequences[0])
    if any(len(sequence) != length for sequence in sequences):
        raise ValueError("the sequences differ in length")
    codes = _CODES[np.frombuffer(letters, dtype=np.uint8)].reshape(len(sequences), length)
    if length and codes.max() > 3:
        raise ValueError("sequences may hold A, C, G and T only")
    return codes


def random_numbers(length: int) -> np.ndarray:
    """Return (length, 4) random 64-bit numbers, the same in every run."""
    return np.random.default_rng(SEED).integers(0, 2**64, (length, 4), dtype=np.uint64)


@njit(cache=True)
def hash_range(codes: np.ndarray, numbers: np.ndarray, start: int, stop: int) -> np.ndarray:
    """Return (sequences,) the hashes of the bases from `start` to before `stop` of codes (sequences, length)."""
    hashes = np.zeros(len(codes), dtype=np.uint64)
    for row in range(len(codes)):
        for position in range(start, stop):
            hashes[row] ^= numbers[position, codes[row, position]]
    return hashes


@njit(cache=True)
def distance_within(first: np.ndarray, second: np.ndarray, most: int) -> int:
    """Return at how many positions two rows of codes differ, or `most` + 1 where there are more than `most`."""
    differing = 0
    for position in range(len(first)):
        if first[position] != second[position]:
            differing += 1
            if differing > most:
                break
    return differing


@njit(cache=True)
def build_table(hashes: np.ndarray) -> np.ndarray:
    """Return a hash table (slots,) of row numbers, -1 where empty: open addressing, at most a quarter full."""
    slots = 8
    while slots < 4 * len(hashes):
        slots *= 2
    table = np.full(slots, -1, dtype=np.int64)
    mask = np.uint64(slots - 1)
    for row in range(len(hashes)):
        place = hashes[row] & mask
        while table[place] >= 0:
            place = (place + np.uint64(1)) & mask
        # the upper half of the hash in the upper half of the slot: most comparisons end there
        table[place] = (np.int64(hashes[row] >> np.uint64(33)) << 32) | row
    return table


@njit(cache=True)
def row_of(entry: int) -> int:
    """Return the row number of an entry of the table."""
    return entry & 0xFFFFFFFF


@njit(cache=True)
def may_be(entry: int, wanted: np.uint64) -> bool:
    """Tell whether an entry of the table may have the wanted hash, from the part of it that the entry holds."""
    return (entry >> 32) == np.int64(wanted >> np.uint64(33))
