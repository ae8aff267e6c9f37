"""Kernels that match the records of a block to a layout: what `match` does, many times faster, for nearly all reads.

Bases are packed to 2 bits (A 0, C 1, T 2, G 3), up to 32 in a word: the low bits of all in its lower half, the high bits in its
upper half, the first base lowest. A sequence is one word or more. What a kernel cannot decide it says so, and the record
goes to the general matcher.
"""

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from cisphys.reads.compiled import compiled, part_of_kernels

CONSTANT, SAMPLE, COUNTED = 0, 1, 2  # kinds of elements
PASSED, BAD_LENGTH, CONSTANT_MISSING, NO_SAMPLE, HAS_N, UNDECIDED = range(6)  # fates
U = np.uint64
LANES = ir.VectorType(ir.IntType(8), 32)
MIX = U(0x9E3779B97F4A7C15)


def load_32(context, builder, signature, arguments, number):
    """Load 32 bytes of an array argument, at the place that the argument after it gives."""
    array = context.make_array(signature.args[number])(context, builder, arguments[number])
    place = builder.gep(array.data, [arguments[number + 1]])
    loaded = builder.load(builder.bitcast(place, LANES.as_pointer()))
    loaded.align = 1
    return loaded


def all_lanes(value):
    """Give 32 bytes of one value."""
    return ir.Constant(LANES, [ir.Constant(ir.IntType(8), value)] * 32)


def as_mask(builder, lanes):
    """Turn 32 truth values into the bits of a word, the first lowest."""
    return builder.zext(builder.bitcast(lanes, ir.IntType(32)), ir.IntType(64))


@intrinsic
def read_32(typing_context, text, place):
    """Read 32 bases, either case: masks of those whose code has its low bit, its high bit, and of those that are no base."""

    def generate(context, builder, signature, arguments):
        letters = load_32(context, builder, signature, arguments, 0)
        upper = builder.and_(letters, all_lanes(0xDF))
        bits = [builder.icmp_unsigned("!=", builder.and_(letters, all_lanes(bit)), all_lanes(0)) for bit in (2, 4)]
        bases = [builder.icmp_unsigned("==", upper, all_lanes(base)) for base in b"ACGT"]
        wrong = builder.not_(builder.or_(builder.or_(bases[0], bases[1]), builder.or_(bases[2], bases[3])))
        return cgutils.pack_array(builder, [as_mask(builder, lanes) for lanes in (*bits, wrong)])

    return types.UniTuple(types.uint64, 3)(text, place), generate


@intrinsic
def differing_32(typing_context, text, place, letters, first):
    """Compare 32 letters, either case, with capitals: a mask of those that differ."""

    def generate(context, builder, signature, arguments):
        upper = builder.and_(load_32(context, builder, signature, arguments, 0), all_lanes(0xDF))
        return as_mask(builder, builder.icmp_unsigned("!=", upper, load_32(context, builder, signature, arguments, 2)))

    return types.uint64(text, place, letters, first), generate


@intrinsic
def bits_set(typing_context, word):
    """Count the bits that are set."""

    def generate(context, builder, signature, arguments):
        return builder.ctpop(arguments[0])

    return types.uint64(word), generate


@part_of_kernels
def low_bits(number):
    """Give a word whose lowest `number` bits are set, 32 at most."""
    return (U(1) << U(min(number, 32))) - U(1)


@part_of_kernels
def pack_word(text, place, length):
    """Pack up to 32 bases, either case: the word, and whether a letter other than A, C, G, T is among them."""
    low, high, wrong = read_32(text, place)
    inside = low_bits(length)
    return (low & inside) | ((high & inside) << U(32)), wrong & inside != 0


@part_of_kernels
def count_mismatches(text, place, letters, first, length):
    """Count the letters at `place` that differ from a constant: `length` capitals from `first` on in `letters`."""
    number = U(0)
    for start in range(0, length, 32):
        number += bits_set(differing_32(text, place + start, letters, first + start) & low_bits(length - start))
    return np.int64(number)


@part_of_kernels
def find_exact(text, place, stop, letters, first, length):
    """Find the leftmost exact copy of a constant in `text[place:stop]`; -1 where there is none."""
    for start in range(place, stop - length + 1):
        if count_mismatches(text, start, letters, first, length) == 0:
            return start
    return -1


@part_of_kernels
def index_slot(indices, word):
    """Find the slot of a packed index reading, or the free slot where it would be."""
    slot = np.int64(((word * MIX) >> U(32)) * U(len(indices)) >> U(32))
    while indices[slot, 1] and indices[slot, 0] != word:
        slot = slot + 1 if slot + 1 < len(indices) else 0
    return slot


@compiled
def list_readings(words, samples, indices):
    """Put packed index readings, shape (readings, 1), with their samples (from 0) into an open table of nothing."""
    for item in range(len(words)):
        slot = index_slot(indices, words[item, 0])
        indices[slot, 0], indices[slot, 1] = words[item, 0], U(samples[item] + 1)


@compiled
def match_records(text, newlines, records, plan, words, samples, numbers, failed):
    """Match records to a layout.

    Parameters
    ----------
    text : bytes, shape (size,), with 64 bytes or more after the last record
    newlines : the places of their newlines, shape (at least 4 * records,)
    records : their number
    plan : the layout (`Plan`)
    words, samples, numbers : get, for each record that passes, its sequence, shape (records, words), its sample and its number
        in the block; then `numbers`, from its end backwards, those that are not decided; shapes (records,)
    failed : counts of the others by sample (row 0: none) and fate, shape (samples + 1, fates); added to

    Returns
    -------
    The number of records that passed, and of those that are not decided.
    """
    passed, undecided = 0, 0
    elements, letters, indices, complete, whole_run = plan
    for record in range(records):
        header = newlines[4 * record]
        stop = newlines[4 * record + 1]
        sample, fate = match_one(text, header + 1, stop, elements, letters, indices, complete, whole_run, words, passed)
        if fate == PASSED:
            samples[passed], numbers[passed] = sample, record
            passed += 1
        elif fate == UNDECIDED:
            undecided += 1
            numbers[records - undecided] = record
        else:
            failed[sample + 1, fate] += 1
    return passed, undecided


@part_of_kernels
def match_one(text, place, stop, elements, letters, indices, complete, whole_run, words, item):
    """Match the read `text[place:stop]`: its sample (-1: not known) and fate; the sequence goes to `words[item]`."""
    sample, wrong = whole_run, False
    for element in range(len(elements)):
        kind, length, mismatches = elements[element, 0], elements[element, 1], elements[element, 2]
        first, searched = elements[element, 3], elements[element, 4]
        if place + length > stop:
            return sample, BAD_LENGTH
        if kind == CONSTANT:
            if searched:
                place = find_exact(text, place, stop, letters, first, length)
                if place < 0:
                    return sample, UNDECIDED if mismatches else CONSTANT_MISSING
            elif count_mismatches(text, place, letters, first, length) > mismatches:
                return sample, CONSTANT_MISSING
        elif kind == COUNTED:
            for word in range(words.shape[1]):
                words[item, word], bad = pack_word(text, place + 32 * word, min(32, length - 32 * word))
                wrong |= bad
        else:
            word, bad = pack_word(text, place, length)
            if bad:
                return sample, UNDECIDED
            value = indices[index_slot(indices, word), 1]
            if value == 0:
                return sample, NO_SAMPLE if complete else UNDECIDED
            sample = np.int64(value) - 1
        place += length
    return sample, HAS_N if wrong else PASSED


@compiled
def pack_letters(text, items, length, words):
    """Pack `items` sequences of one length that stand one after the other; `text` goes on for 64 bytes or more."""
    for item in range(items):
        for word in range(words.shape[1]):
            words[item, word], _ = pack_word(text, item * length + 32 * word, min(32, length - 32 * word))
