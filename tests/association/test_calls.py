"""Barcodes called or rejected, each with its reason; expected values by hand."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cisphys.association.calls import REASONS, Thresholds, call_designed, call_observed
from cisphys.association.consensus import agrees, consensus
from cisphys.association.pairs import AMBIGUOUS, UNKNOWN, Pairs, Seen

ONE_RUN = Thresholds(min_support=3, fraction=0.75)


def seen(variant, reads, runs=1, quality=30):
    """Make a variant whose bases all have one quality."""
    return Seen(variant, reads, runs, np.full(len(variant), quality * reads, np.int64))


# pairs


def test_pairs_add_up_over_runs():
    pairs = Pairs(qualities=True)
    pairs.add_run([("B2", "AC", "+5"), ("B1", "AC", "II"), ("B2", "AC", "5+"), ("B2", "AG", "II")])
    pairs.add_run([("B2", "AC", "!I")])
    found = dict(pairs.by_barcode())
    assert list(found) == ["B1", "B2"]
    assert pairs.reads == [4, 1]
    assert [(one.variant, one.reads, one.runs, one.quality.tolist()) for one in found["B2"]] == [
        ("AC", 3, 2, [10 + 20 + 0, 20 + 10 + 40]),
        ("AG", 1, 1, [40, 40]),
    ]


def test_pairs_without_qualities_keep_none():
    pairs = Pairs(qualities=False)
    pairs.add_run([("B", "AC", ""), ("B", "AC", "")])
    assert list(pairs.by_barcode()) == [("B", [Seen("AC", 2, 1, None)])]


# designed variants


@pytest.mark.parametrize(
    ("found", "variant", "support", "reads", "reason"),
    [
        ([seen("AA", 3)], "AA", 3, 3, ""),
        ([seen("AA", 2)], "AA", 2, 2, "low_support"),
        ([seen("AA", 3), seen("CC", 1)], "AA", 3, 4, ""),
        ([seen("AA", 3), seen(UNKNOWN, 1)], "AA", 3, 4, ""),
        ([seen("AA", 3), seen("CC", 2)], "AA", 3, 5, "low_fraction"),
        ([seen("AA", 3), seen(UNKNOWN, 1), seen(AMBIGUOUS, 1)], "AA", 3, 5, "low_fraction"),
        ([seen("AA", 3), seen(UNKNOWN, 50)], "AA", 3, 53, "low_fraction"),
        ([seen("AA", 3), seen("CC", 3)], "AA", 3, 6, "tie"),
        ([seen(UNKNOWN, 9), seen(AMBIGUOUS, 1)], "", 0, 10, "no_variant"),
    ],
)
def test_designed(found, variant, support, reads, reason):
    call = call_designed("B", found, ONE_RUN)
    assert (call.variant, call.support, call.reads, call.reason(ONE_RUN)) == (variant, support, reads, reason)


def test_the_second_variant_is_told():
    call = call_designed("B", [seen("AA", 4), seen("CC", 1), seen("GG", 2)], ONE_RUN)
    assert (call.second, call.second_reads) == ("GG", 2)


def test_pairs_of_one_run_do_not_count_where_two_are_asked_for():
    thresholds = Thresholds(min_support=1, fraction=0.9, min_runs=2)
    found = [seen("AA", 4, runs=2), seen("CC", 9, runs=1)]
    for call in (call_designed("B", found, thresholds), call_observed("B", found, thresholds)):
        assert (call.variant, call.support, call.reads, call.left_out, call.reason(thresholds)) == ("AA", 4, 4, 9, "")
    for caller in (call_designed, call_observed):
        assert caller("B", found[1:], thresholds).reason(thresholds) == "few_runs"


# observed variants


@pytest.mark.parametrize(
    ("found", "variant", "support", "reason"),
    [
        ([seen("ACGT", 3)], "ACGT", 3, ""),
        ([seen("ACGT", 3), seen("ACGA", 1, quality=10)], "ACGT", 4, ""),  # a base read badly contradicts nothing
        ([seen("ACGT", 3), seen("ACGA", 1, quality=20)], "ACGT", 3, ""),
        ([seen("ACGT", 3), seen("ACGA", 2, quality=20)], "ACGT", 3, "low_fraction"),
        ([seen("ACGT", 2, quality=10), seen("ACGA", 1, quality=38)], "ACGA", 3, ""),  # one good read against two bad ones
        ([seen("ACGT", 1), seen("ACGA", 1)], "", 0, "tie"),
        ([seen("ACGT", 3), seen("ACG", 1)], "ACGT", 3, ""),
        ([seen("ACGT", 3), seen("ACG", 4)], "", 0, "tie"),  # 3 x 4 bases against 4 x 3
        # three reads, each with an error of its own: the consensus was never read as a whole
        ([seen("CCGT", 1), seen("AGGT", 1), seen("ACTT", 1)], "ACGT", 0, "low_support"),
        ([seen("CCGT", 1, quality=15), seen("AGGT", 1, quality=15), seen("ACTT", 1, quality=15)], "ACGT", 3, ""),
    ],
)
def test_observed(found, variant, support, reason):
    call = call_observed("B", found, ONE_RUN)
    assert (call.variant, call.support, call.reason(ONE_RUN)) == (variant, support, reason)


def test_distance_lets_good_bases_differ():
    found = [seen("ACGT", 4), seen("ACGA", 2), seen("TTGA", 1)]
    assert call_observed("B", found, Thresholds(distance=1)).support == 6
    assert agrees(found[2], "ACGT", 20, 3)
    assert not agrees(found[2], "ACGT", 20, 2)
    assert not agrees(seen("ACG", 1), "ACGT", 20, 4)


def log_likelihood(variant, reads):
    """Of reads (letters, Phred scores) given a variant: a base is misread as each other one with a third of the probability."""
    error = {q: 10 ** (-q / 10) for _, scores in reads for q in scores}
    return sum(
        np.log10(error[q] / 3 if a != b else 1 - error[q])
        for letters, scores in reads
        for a, b, q in zip(variant, letters, scores, strict=True)
    )


READ = st.tuples(st.text("ACGT", min_size=3, max_size=3), st.lists(st.integers(20, 40), min_size=3, max_size=3))


@given(st.lists(READ, min_size=1, max_size=5))
def test_consensus_is_the_likeliest_variant(reads):
    """Of all 64 variants none is likelier, but for what is left aside: less than 0.005 a read and base."""
    pairs = Pairs(qualities=True)
    pairs.add_run(("B", letters, "".join(chr(q + 33) for q in scores)) for letters, scores in reads)
    ((_, found),) = pairs.by_barcode()
    variant = consensus(found)
    if variant is None:
        return
    best = max(log_likelihood("".join(other), reads) for other in product("ACGT", repeat=3))
    assert log_likelihood(variant, reads) > best - 3 * len(reads) * 0.005


def test_each_reason_is_explained():
    assert all(text.endswith(".") for text in REASONS.values())
