"""Merged pairs: against a slow way that tries every offset, and on fragments that are known."""

from math import log10

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slow_ways import slow_merge, turn

from cisphys.reads.fates import AMBIGUOUS_OVERLAP, NO_OVERLAP
from cisphys.reads.merge import Fragment, Read, merge_pairs
from cisphys.reads.merging import Merging

LETTERS = np.array(list("ACGT"))


def at(score: int) -> str:
    return chr(score + 33)


def pair_of(fragment: str, length: int, score: int = 30) -> tuple[Read, Read]:
    """Read both ends of a fragment without errors; what lies behind a short one is GTGT..."""
    whole, back = fragment + "GT" * length, turn(fragment) + "GT" * length
    return (whole[:length], at(score) * length), (back[:length], at(score) * length)


def merged(first: Read, second: Read, **options) -> Fragment:
    (fragment,) = merge_pairs([first], [second], Merging(**options))
    return fragment


@st.composite
def pairs(draw) -> tuple[Read, Read]:
    fragment = draw(st.text("ACGT", min_size=14, max_size=40) | st.text("AC", min_size=14, max_size=40))
    first, second = pair_of(fragment, draw(st.integers(14, 30)))
    places = draw(st.sets(st.integers(0, len(first[0]) - 1), max_size=3))
    bases = "".join("T" if place in places else base for place, base in enumerate(first[0]))
    scores = st.lists(st.integers(10, 40), min_size=len(bases), max_size=len(bases))
    return (bases, "".join(map(at, draw(scores)))), (second[0], "".join(map(at, draw(scores))))


@settings(deadline=None)  # the first call compiles
@given(pairs(), st.integers(6, 12), st.sampled_from([0.0, 0.1, 0.2, 0.5]))
def test_equals_the_slow_way(pair, least, mismatches):
    first, second = pair
    scored = [(bases, [ord(score) - 33 for score in scores]) for bases, scores in pair]
    bases, scores = slow_merge(*scored, least, mismatches, 0.999)
    found = merged(first, second, least_overlap=least, mismatches=mismatches)
    expected = ("", "", bases) if scores is None else (bases, "".join(map(at, scores)), "")
    assert (*found.read, found.reason) == expected


@pytest.mark.parametrize("size", [12, 20, 30, 31, 40, 50])
def test_fragments_of_every_length_that_two_reads_can_cover(size):
    fragment = "".join(LETTERS[np.random.default_rng(2).integers(0, 4, 60)])[:size]
    found = merged(*pair_of(fragment, 30))
    assert found.read[0] == fragment
    assert found.overlap == min(size, 60 - size)


def test_mates_that_do_not_overlap():
    fragment = "".join(LETTERS[np.random.default_rng(3).integers(0, 4, 80)])
    assert merged(*pair_of(fragment, 30)) == Fragment(("", ""), 0, NO_OVERLAP)


def test_share_of_mismatches_by_hand():
    """20 bases overlap, 5 of them differ: a quarter."""
    fragment = "ACGTTGCAACGGATCCATGC"
    first, second = pair_of(fragment, 20)
    spoilt = "".join("CATG"["ACGT".index(base)] if place % 4 == 0 else base for place, base in enumerate(fragment))
    assert merged((spoilt, at(10) * 20), second, mismatches=0.25, certainty=0.9).overlap == 20
    assert merged((spoilt, at(10) * 20), second, mismatches=0.24, certainty=0.9).reason == NO_OVERLAP
    unread = "".join("N" if place % 4 == 0 else base for place, base in enumerate(fragment))
    assert merged((unread, first[1]), second, mismatches=0.0).read[0] == fragment


def test_repeats_are_ambiguous():
    assert merged(*pair_of("CAG" * 15, 30)).reason == AMBIGUOUS_OVERLAP


def test_consensus_by_hand():
    """Q20 and Q10, p = 0.01 and 0.1: equal bases are wrong with 0.00037, Q34; of unequal ones that of Q20 is, with 0.089, Q11."""
    fragment = "ACGTTGCAACGGATCCATGC"
    _, second = pair_of(fragment, 20)
    changed = "T" + fragment[1:]
    found = merged((changed, at(20) * 20), (second[0], at(10) * 20))
    equal = (0.01 * 0.1 / 3) / (0.99 * 0.9 + 0.01 * 0.1 / 3)
    unequal = 0.01 * (1 - 0.1 / 3) / (0.11 - 4 * 0.001 / 3)
    assert found.read[0] == changed
    assert [ord(score) - 33 for score in found.read[1][:2]] == [round(-10 * log10(unequal)), round(-10 * log10(equal))]
    better = merged((changed, at(10) * 20), (second[0], at(20) * 20))
    assert better.read[0] == fragment


def test_letters_that_say_nothing_leave_the_base_to_the_other_read():
    fragment = "ACGTTGCAACGGATCCATGC"
    _, second = pair_of(fragment, 20)
    found = merged(("N" + fragment[1:].lower(), at(30) * 20), (second[0], at(15) * 20))
    assert found.read[0] == fragment
    assert found.read[1][0] == at(15)


def test_reads_of_different_lengths_and_too_short_ones():
    fragment = "ACGTTGCAACGGATCCATGCTTAGC"
    first, second = pair_of(fragment, 25)
    assert merged((first[0][:15], first[1][:15]), (second[0], second[1])).read[0] == fragment
    short = merged((first[0][:5], first[1][:5]), second)
    assert short.reason == NO_OVERLAP
    assert merge_pairs([("", "")], [second])[0].reason == NO_OVERLAP
    assert merge_pairs([], []) == []


def simulate(random: np.random.Generator, pairs: int, length: int, sizes: tuple[int, int]):
    """Give pairs of reads with errors as often as their falling qualities say, and their fragments."""
    first, second, fragments = [], [], []

    def read(bases: np.ndarray) -> Read:
        whole = np.concatenate([bases, random.integers(0, 4, length)])[:length]
        scores = np.clip(random.normal(np.linspace(36, 18, length), 5), 3, 41).astype(int)
        wrong = random.random(length) < 10 ** (-scores / 10)
        whole[wrong] = (whole[wrong] + random.integers(1, 4, wrong.sum())) % 4
        return "".join(LETTERS[whole]), "".join(map(at, scores))

    for _ in range(pairs):
        fragment = random.integers(0, 4, random.integers(*sizes))
        first.append(read(fragment))
        second.append(read(3 - fragment[::-1]))
        fragments.append("".join(LETTERS[fragment]))
    return first, second, fragments


def test_known_fragments_are_found_and_their_qualities_are_honest():
    """Reads of 100 bases that overlap by 20 to 100, or read through: 99 % merge, all but 1 in 1,000 at the right place."""
    first, second, fragments = simulate(np.random.default_rng(4), 3000, 100, (60, 181))
    found = merge_pairs(first, second)
    done = [(fragment.read, truth) for fragment, truth in zip(found, fragments, strict=True) if not fragment.reason]
    right = [((bases, scores), truth) for (bases, scores), truth in done if len(bases) == len(truth)]
    assert len(done) >= 0.99 * len(found)
    assert len(right) >= 0.999 * len(done)
    wrong = np.array([a != b for (bases, _), truth in right for a, b in zip(bases, truth, strict=True)])
    scores = np.array([ord(score) - 33 for (_, qualities), _ in right for score in qualities])
    for low, high in ((0, 10), (10, 20), (20, 30), (30, 61)):
        chosen = (scores >= low) & (scores < high)
        assert wrong[chosen].mean() == pytest.approx((10.0 ** (-scores[chosen] / 10)).mean(), rel=0.2, abs=1e-4)


def test_reads_that_do_not_meet_are_not_merged():
    first, second, _ = simulate(np.random.default_rng(5), 3000, 100, (200, 400))
    assert np.mean([fragment.reason == "" for fragment in merge_pairs(first, second)]) <= 0.001


@pytest.mark.parametrize(
    ("first", "second", "words"), [([("A", "I")], [], "no pairs"), ([("AC", "I")], [("AC", "II")], "qualities than bases")]
)
def test_what_is_no_pair(first, second, words):
    with pytest.raises(ValueError, match=words):
        merge_pairs(first, second)
