"""Kernels that find the records of a block of FASTQ: every newline, 64 bytes at a time, then a proof of the records' shape.

No newline is guessed: a record is four lines, so the positions of all newlines are the records. What the proof does not
cover (CRLF, letters after '+', other than ASCII, a line missing) makes the block odd, and odd blocks are read by dnaio.
"""

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from cisphys.reads.compiled import compiled

PADDING = 64  # bytes that a buffer needs after its last: they are read, and passed over
NEWLINE, RETURN, AT, PLUS = 10, 13, 64, 43


@intrinsic
def load_masks(typing_context, text, place):
    """Compare 64 bytes at `place`: bit masks of the newlines, and of the bytes that FASTQ of ours does not hold (CR, >= 128)."""
    signature = types.UniTuple(types.uint64, 2)(text, place)

    def generate(context, builder, signature, arguments):
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        byte, lanes = ir.IntType(8), ir.VectorType(ir.IntType(8), 64)
        pointer = builder.bitcast(builder.gep(array.data, [arguments[1]]), lanes.as_pointer())
        loaded = builder.load(pointer)
        loaded.align = 1

        def mask(comparison, value):
            return builder.bitcast(comparison(loaded, ir.Constant(lanes, [ir.Constant(byte, value)] * 64)), ir.IntType(64))

        newlines = mask(lambda one, other: builder.icmp_unsigned("==", one, other), NEWLINE)
        returns = mask(lambda one, other: builder.icmp_unsigned("==", one, other), RETURN)
        beyond = mask(lambda one, other: builder.icmp_signed("<", one, other), 0)
        return cgutils.pack_array(builder, [newlines, builder.or_(returns, beyond)])

    return signature, generate


@intrinsic
def lowest_bit(typing_context, word):
    """Give the number of the lowest set bit; 64 where none is."""

    def generate(context, builder, signature, arguments):
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 0))

    return types.uint64(word), generate


@intrinsic
def bits_set(typing_context, word):
    """Count the bits that are set."""

    def generate(context, builder, signature, arguments):
        return builder.ctpop(arguments[0])

    return types.uint64(word), generate


@compiled
def find_newlines(text, start, stop, found):
    """List the newlines of `text[start:stop]`; the text goes on for PADDING bytes or more.

    Parameters
    ----------
    text : bytes, shape (size,)
    start, stop : the block
    found : gets their places, shape (stop - start + PADDING,): room for the four that are written at a time

    Returns
    -------
    The number of newlines; and whether the block holds CR or other than ASCII.
    """
    number, odd = 0, np.uint64(0)
    for place in range(start, stop, 64):
        newlines, others = load_masks(text, place)
        if place + 64 > stop:
            inside = (np.uint64(1) << np.uint64(stop - place)) - np.uint64(1)
            newlines, others = newlines & inside, others & inside
        odd |= others
        after = number + np.int64(bits_set(newlines))
        while True:
            for next_one in range(4):  # always four: a branch on their number would be a guess that often fails
                found[number + next_one] = place + np.int64(lowest_bit(newlines))
                newlines &= newlines - np.uint64(1)
            number += 4
            if number >= after:
                break
        number = after
    return number, odd != 0


@compiled
def records_hold(text, start, newlines, records):
    """Prove that every four lines are a record: '@', '+' alone, as many qualities as bases, and one base or more.

    Parameters
    ----------
    text : bytes, shape (size,)
    start : where the first record starts
    newlines : places of all newlines from `start`, shape (at least 4 * records,)
    records : their number
    """
    holds = True
    for record in range(records):
        header, bases, plus, qualities = newlines[4 * record : 4 * record + 4]
        holds &= text[start] == AT
        holds &= text[bases + 1] == PLUS
        holds &= plus == bases + 2
        holds &= qualities - plus == bases - header
        holds &= bases > header + 1
        start = qualities + 1
    return holds
