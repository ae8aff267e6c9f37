"""Kernels that count packed sequences (see `kernels`), and look them up among known barcodes.

Tables are open: rows of words, shape (slots, words + 1), and the last word is 0 where a row is free. A sequence stands in the
slot of its hash or, where that is taken, in one soon after. Memory is slower than all else here, so rows are asked for some
records before they are read.
"""

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from cisphys.reads.compiled import compiled, part_of_kernels

MISSING, SEVERAL, FREE, LEFT, OTHERS = range(5)  # after the known barcodes: not found, found twice, not looked for, not decided
U = np.uint64
MIX = U(0x9E3779B97F4A7C15)
LOWER_HALF = U(0xFFFFFFFF)
HALVES = (U(0x5555555555555555), U(0xAAAAAAAAAAAAAAAA))  # every other base: barcodes may share their first half by design
# Records between asking for a row and reading it: the more, the less there is to do for each (measured).
ROWS_AHEAD, NEAR_AHEAD, CELLS_AHEAD = 24, 8, 64
COUNT_BITS = U(48)  # of a row's last word; the sample (from 1) is above them


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
                differing = (differing | (differing >> U(32))) & LOWER_HALF
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
        if item + ROWS_AHEAD < passed:
            prefetch(rows, home_of(rows, words, item + ROWS_AHEAD, samples[item + ROWS_AHEAD] + 1))
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
        prefetch(rows, home_of(rows, words, min(item + ROWS_AHEAD, passed - 1), 0))
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
            ahead = words[missed[min(place + NEAR_AHEAD, many - 1)], 0]
            prefetch(near[half], near_home(near[half], HALVES[half], ahead))
        item = missed[place]
        row = find_near(words[item, 0], near, holds, of_sample[samples[item]])
        targets[item] = row if row >= 0 else known + (MISSING if row == -1 else SEVERAL)


@compiled
def count_cells(samples, targets, passed, first, cells):
    """Count records by sample and target, targets from `first` on; `cells` has the shape (samples, targets - first)."""
    for item in range(passed):
        later = min(item + CELLS_AHEAD, passed - 1)
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
