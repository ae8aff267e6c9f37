"""Kernels that match the records of a block to a layout, and count them: what `match` and `count` do, many times faster.

Bases are packed to 2 bits (A 0, C 1, T 2, G 3), up to 32 in a word: the low bits of all in its lower half, the high bits in its
upper half, the first base lowest. A sequence is one word or more.
Hash tables are open: rows of words, shape (slots, words + 1), slots a power of two; the last word is 0 where the row is free.
What a kernel cannot decide it says so, and the record goes to the general matcher.
"""

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from cisphys.reads.compiled import compiled, part_of_kernels

CONSTANT, SAMPLE, COUNTED = 0, 1, 2  # kinds of elements
PASSED, BAD_LENGTH, CONSTANT_MISSING, NO_SAMPLE, HAS_N, UNDECIDED = range(6)  # fates
MISSING, SEVERAL, FREE, LEFT, OTHERS = range(5)  # after the known barcodes: not found, found twice, not looked for, not decided
U = np.uint64
LANES = ir.VectorType(ir.IntType(8), 32)
MIX = U(0x9E3779B97F4A7C15)
HALVES = (U(0x5555555555555555), U(0xAAAAAAAAAAAAAAAA))  # every other base: barcodes may share their first half by design
AHEAD = 24  # records between asking for a row and reading it
COUNT_BITS = U(48)  # of a row's last word; the sample (from 1) is above them


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


@intrinsic
def prefetch(typing_context, rows, slot):
    """Ask for a row of a table, shape (slots, words), to be brought near: it is read soon."""

    def generate(context, builder, signature, arguments):
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        place = builder.mul(arguments[1], builder.extract_value(array.strides, 0))
        address = builder.gep(builder.bitcast(array.data, ir.IntType(8).as_pointer()), [place])
        number = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [address.type, number, number, number])
        call = builder.module.globals.get("llvm.prefetch.p0i8") or ir.Function(builder.module, kind, "llvm.prefetch.p0i8")
        builder.call(call, [address, number(0), number(3), number(1)])
        return context.get_dummy_value()

    return types.none(rows, slot), generate


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
def home_of(rows, words, item, sample):
    """Give the slot where `words[item]` of a sample (from 1; 0 where rows are not by sample) is looked for first."""
    mixed = U(sample) * MIX
    for word in range(words.shape[1]):
        mixed = (mixed ^ words[item, word]) * MIX
        mixed ^= mixed >> U(32)
    return np.int64(((mixed >> U(32)) * U(len(rows))) >> U(32))


@part_of_kernels
def slot_of(rows, words, item, sample):
    """Find the slot of `words[item]` of a sample (as in `home_of`), or the free slot where it would be."""
    width, slots = words.shape[1], len(rows)
    slot = home_of(rows, words, item, sample)
    while True:
        value = rows[slot, width]
        if value == 0:
            return slot
        if sample == 0 or (value >> COUNT_BITS) == U(sample):
            word = 0
            while word < width and rows[slot, word] == words[item, word]:
                word += 1
            if word == width:
                return slot
        slot = slot + 1 if slot + 1 < slots else 0


@part_of_kernels
def add_row(rows, words, item, sample, number):
    """Add `number` to the count of `words[item]` in a sample (from 0); give 1 where that is a new row, else 0."""
    slot = slot_of(rows, words, item, sample + 1)
    width = words.shape[1]
    new = rows[slot, width] == 0
    if new:
        for word in range(width):
            rows[slot, word] = words[item, word]
        rows[slot, width] = U(sample + 1) << COUNT_BITS
    rows[slot, width] += U(number)
    return np.int64(new)


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
    elements, letters, indices, index, complete, whole_run = plan
    for record in range(records):
        header = newlines[4 * record]
        stop = newlines[4 * record + 1]
        sample, fate = match_one(text, header + 1, stop, elements, letters, indices, index, complete, whole_run, words, passed)
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
def match_one(text, place, stop, elements, letters, indices, index, complete, whole_run, words, item):
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
            index[0, 0], bad = pack_word(text, place, length)
            if bad:
                return sample, UNDECIDED
            value = indices[slot_of(indices, index, 0, 0), 1]
            if value == 0:
                return sample, NO_SAMPLE if complete else UNDECIDED
            sample = np.int64(value) - 1
        place += length
    return sample, HAS_N if wrong else PASSED


@part_of_kernels
def near_home(near, inside, word):
    """Give the slot where barcodes that share a half with `word` are looked for first."""
    return np.int64(((((word & inside) * MIX) >> U(32)) * U(near.shape[0])) >> U(32))


@compiled
def index_halves(words, near):
    """Put barcodes of one word into two open tables of nothing by either half (`HALVES`): the word, and its number from 1.

    Parameters
    ----------
    words : shape (barcodes, 1)
    near : shape (2, slots, 2), more slots than barcodes
    """
    for half in range(2):
        for item in range(len(words)):
            slot = near_home(near[half], HALVES[half], words[item, 0])
            while near[half, slot, 1]:
                slot = slot + 1 if slot + 1 < near.shape[1] else 0
            near[half, slot, 0], near[half, slot, 1] = words[item, 0], U(item + 1)


@part_of_kernels
def find_near(word, near, holds, number):
    """Find the row of the one barcode of a library that differs from `word` at one place; -1 where none does, -2 where several.

    One of its two halves is then intact, so only barcodes that share a half are compared.
    """
    found = -1
    for half in range(2):
        table, inside = near[half], HALVES[half]
        slot = near_home(table, inside, word)
        while table[slot, 1]:
            row = np.int64(table[slot, 1]) - 1
            differing = table[slot, 0] ^ word
            if differing & inside == 0 and holds[number, row]:
                differing = (differing | (differing >> U(32))) & low_bits(32)
                if differing & (differing - U(1)) == 0:
                    found = row if found == -1 else -2
            slot = slot + 1 if slot + 1 < near.shape[1] else 0
    return found


@compiled
def count_observed(words, samples, passed, rows):
    """Count records that passed, each under its own sequence; give the number of new rows.

    `rows` is an open table with room for `passed` new ones; the others are as `match_records` leaves them.
    """
    new = 0
    for item in range(passed):
        if item + AHEAD < passed:
            prefetch(rows, home_of(rows, words, item + AHEAD, samples[item + AHEAD] + 1))
        new += add_row(rows, words, item, samples[item], 1)
    return new


@compiled
def find_known(words, samples, passed, library, targets, missed):
    """Find the barcodes of records in the libraries of their samples.

    Parameters
    ----------
    words, samples, passed : as `match_records` leaves them
    library : the barcodes (`Library`)
    targets : gets the row of each record's barcode, or behind the last row MISSING, or FREE where its sample has no library;
        shape (passed,)
    missed : gets the items that are MISSING, shape (passed,)

    Returns
    -------
    The number of the missed.
    """
    of_sample, holds, rows = library.of_sample, library.holds, library.rows
    width, known, many = words.shape[1], len(library.words), 0
    for item in range(passed):
        prefetch(rows, home_of(rows, words, min(item + AHEAD, passed - 1), 0))
        number = of_sample[samples[item]]
        row = np.int64(rows[slot_of(rows, words, item, 0), width]) - 1
        held = number >= 0 and row >= 0 and holds[number, row]
        targets[item] = row if held else known + (FREE if number < 0 else MISSING)
        missed[many] = item
        many += not held and number >= 0
    return many


@compiled
def find_nearest(words, samples, library, targets, missed, many):
    """Look for the barcode at one mismatch of the `many` records that `find_known` missed; all arrays as there."""
    of_sample, holds, near = library.of_sample, library.holds, library.near
    known = len(library.words)
    for place in range(many):
        for half in range(2):
            ahead = words[missed[min(place + AHEAD, many - 1)], 0]
            prefetch(near[half], near_home(near[half], HALVES[half], ahead))
        item = missed[place]
        row = find_near(words[item, 0], near, holds, of_sample[samples[item]])
        targets[item] = row if row >= 0 else known + (MISSING if row == -1 else SEVERAL)


@compiled
def count_cells(samples, targets, passed, first, cells):
    """Count records by sample and target, targets from `first` on; `cells` has the shape (samples, targets - first)."""
    for item in range(passed):
        later = min(item + AHEAD, passed - 1)
        prefetch(cells[samples[later]], max(targets[later] - first, 0))
        target = targets[item] - first
        if target >= 0:
            cells[samples[item], target] += 1


@compiled
def count_rows(words, samples, passed, known, targets, first, rows):
    """Count records in an open table: those with targets below `first` as the known barcode, the FREE ones as they are.

    Gives the number of new rows; the table has room for `passed`.
    """
    new = 0
    for item in range(passed):
        if targets[item] < first:
            new += add_row(rows, known, targets[item], samples[item], 1)
        elif targets[item] == len(known) + FREE:
            new += add_row(rows, words, item, samples[item], 1)
    return new


@compiled
def add_rows(rows, words, samples, counts):
    """Add many counts at once: `words`, shape (items, words), `samples` from 0 and `counts`; give the number of new rows."""
    new = 0
    for item in range(len(words)):
        new += add_row(rows, words, item, samples[item], counts[item])
    return new


@compiled
def move_rows(rows, words, larger):
    """Put all rows, whose words are `words`, into a larger open table. Both are in the order of the hash: one run through."""
    width = words.shape[1]
    for slot in range(len(rows)):
        value = rows[slot, width]
        if value:
            target = slot_of(larger, words, slot, value >> COUNT_BITS)
            for word in range(width + 1):
                larger[target, word] = rows[slot, word]


@compiled
def index_words(words, rows):
    """Put `words`, shape (items, words), all different, into an open table of nothing that gives each its number from 1."""
    width = words.shape[1]
    for item in range(len(words)):
        slot = slot_of(rows, words, item, 0)
        for word in range(width):
            rows[slot, word] = words[item, word]
        rows[slot, width] = U(item + 1)


@compiled
def pack_letters(text, items, length, words):
    """Pack `items` sequences of one length that stand one after the other; `text` goes on for 64 bytes or more."""
    for item in range(items):
        for word in range(words.shape[1]):
            words[item, word], _ = pack_word(text, item * length + 32 * word, min(32, length - 32 * word))
