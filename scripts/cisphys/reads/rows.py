"""Kernels that turn packed counts into the rows of a table: in the order of the alphabet, as text."""

import numpy as np

from cisphys.reads.compiled import compiled, part_of_kernels

U = np.uint64
LOWER_HALF = U(0xFFFFFFFF)
REVERSING = (
    (U(1), U(0x5555555555555555)),
    (U(2), U(0x3333333333333333)),
    (U(4), U(0x0F0F0F0F0F0F0F0F)),
    (U(8), U(0x00FF00FF00FF00FF)),
    (U(16), U(0x0000FFFF0000FFFF)),
    (U(32), U(0x00000000FFFFFFFF)),
)
SPREADING = tuple((step, inside) for step, inside in reversed(REVERSING[:-1]))
LETTERS = np.frombuffer(b"ACGT", dtype=np.uint8)
TAB, NEWLINE, ZERO = 9, 10, 48
DIGITS = 20  # of the largest count


@part_of_kernels
def swapped(word, steps):
    """Swap neighbouring groups of bits, for each (group's bits, mask of every other group)."""
    for step, inside in steps:
        word = ((word >> step) & inside) | ((word & inside) << step)
    return word


@part_of_kernels
def spread(half):
    """Put a zero above each of 32 bits."""
    for step, inside in SPREADING:
        half = (half | (half << step)) & inside
    return half


@compiled
def alphabetic(words, ordered):
    """Turn packed words (see `kernels`) into words that sort as their letters do: A 0, C 1, G 2, T 3, the first base highest.

    Both have the shape (items, words); they may be the same array.
    """
    for item in range(words.shape[0]):
        for place in range(words.shape[1]):
            high = words[item, place] >> U(32)
            low = (words[item, place] & LOWER_HALF) ^ high
            ordered[item, place] = swapped(spread(high) | (spread(low) << U(1)), REVERSING)


@compiled
def take_rows(rows):
    """Move the rows of an open table that are in use to its front; give their number."""
    used, width = 0, rows.shape[1] - 1
    for slot in range(len(rows)):
        if rows[slot, width]:
            for word in range(width + 1):
                rows[used, word] = rows[slot, word]
            used += 1
    return used


@compiled
def write_rows(name, words, counts, length, digits, text):
    """Write the rows `name <tab> letters <tab> count <newline>`.

    Parameters
    ----------
    name : of the sample, bytes
    words : sequences as `alphabetic` leaves them, shape (items, words)
    counts : shape (items,)
    length : bases of each
    digits : room for the digits of a count, shape (DIGITS,)
    text : gets the rows; has room for items * (len(name) + length + DIGITS + 3) bytes

    Returns
    -------
    The number of bytes written.
    """
    end = 0
    for item in range(len(counts)):
        for byte in range(len(name)):
            text[end + byte] = name[byte]
        end += len(name)
        text[end] = TAB
        end += 1
        for base in range(length):
            text[end + base] = LETTERS[(words[item, base // 32] >> U(62 - 2 * (base % 32))) & U(3)]
        end += length
        text[end] = TAB
        end += 1
        left, number = counts[item], 0
        while left or not number:
            digits[number] = ZERO + left % 10
            left //= 10
            number += 1
        for digit in range(number):
            text[end + digit] = digits[number - 1 - digit]
        end += number
        text[end] = NEWLINE
        end += 1
    return end
