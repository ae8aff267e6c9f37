"""Samples from their indices."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cisphys.errors import InputError
from cisphys.reads.demultiplex import SampleIndex, check_indices
from cisphys.reads.layout import parse_layout

SAMPLES = [("a", "AAAAAA"), ("b", "AAACCC"), ("c", "GGGGGG")]


@pytest.mark.parametrize(
    ("mismatches", "letters", "samples"),
    [
        (0, "AAAAAA", ["a"]),
        (0, "AAAAAT", []),
        (1, "AAAAAT", ["a"]),
        (1, "AAAANA", ["a"]),
        (1, "AAANNA", []),
        (1, "AAACCA", ["b"]),
        (1, "TTTTTT", []),
        (2, "GGNNGG", ["c"]),
        (2, "AAACCA", ["b"]),
    ],
)
def test_assign(mismatches, letters, samples):
    assert SampleIndex(SAMPLES, mismatches).assign(letters) == samples


def test_equally_near_indices_are_all_named():
    assert SampleIndex([("a", "AAAA"), ("b", "AACC")], 1).assign("AAAC") == ["a", "b"]


def test_every_reading_agrees_with_a_comparison_with_every_index():
    samples = [("a", "ACGT"), ("b", "TGCA"), ("c", "AACC")]
    index = SampleIndex(samples, 1)
    for letters in map("".join, itertools.product("ACGTN", repeat=4)):
        near = [name for name, known in samples if sum(x != y for x, y in zip(letters, known, strict=True)) <= 1]
        assert index.assign(letters) == near


def test_a_constant_tells_indices_of_several_lengths_apart():
    check_indices([("a", "AAA"), ("b", "AAAC")], layout("sample[3-4]~1 GGG variant[4]"))


def test_parts_may_be_shared_by_samples():
    check_indices([("a", "AAA+CCC"), ("b", "AAA+GGG"), ("c", "TTT+CCC")], layout("sample[3]~1 sample[3]~1 variant[4]"))


@given(st.text("ACGTN", min_size=5, max_size=7))
def test_indels_agree_with_trying_every_one(letters):
    """A reading within a mismatch goes first; else it is an index with one of its bases left out, or any base put in."""
    indices = {"a": "ACGTA", "b": "CTGAC", "c": "GGTTC"}
    near = [name for name, index in indices.items() if sum(x != y for x, y in zip(letters, index, strict=False)) <= 1]
    fewer = [name for name, index in indices.items() if letters[:4] in {index[:k] + index[k + 1 :] for k in range(5)}]
    more = [
        name
        for name, index in indices.items()
        if letters[:6] in {index[:k] + base + index[k:] for k in range(6) for base in "ACGTN"}
    ]
    names, end = SampleIndex(list(indices.items()), 1, indels=True).find(letters, 0)
    assert sorted(names) == (near or sorted({*fewer, *more}))
    if len(names) == 1:
        assert end == (5 if near else 4 if fewer else 6)


def layout(text="sample[6]~1 variant[4]"):
    return parse_layout(text, "x")


def test_good_indices_pass():
    check_indices(SAMPLES, layout())
    check_indices([("whole", "")], layout("variant[4]"))


@pytest.mark.parametrize(
    ("samples", "text", "words"),
    [
        ([], "variant[4]", ["without samples"]),
        ([("a", ""), ("b", "")], "variant[4]", ["no sample element to tell a, b apart"]),
        ([("a", "ACG")], "variant[4]", ["sample 'a' has the index ACG", "no sample element"]),
        ([("a", "")], "sample[3] variant[4]", ["sample 'a' has no index", "3 bases"]),
        ([("a", "ACGT")], "sample[3] variant[4]", ["has 4 bases", "sample[3]"]),
        ([("a", "ACN")], "sample[3] variant[4]", ["sample 'a' holds 'N'"]),
        ([("a", "acg")], "sample[3] variant[4]", ["holds 'a'"]),
        ([("a", "ACG"), ("b", "ACG")], "sample[3] variant[4]", ["a (ACG) and b (ACG) differ at 0", "an index of its own"]),
        (
            [("a", "AAAAAA"), ("b", "AAAACC"), ("c", "AACCCC"), ("d", "GGGGGG")],
            "sample[6]~1 variant[4]",
            [
                "for 1 mismatch, sample indices",
                "3 positions or more",
                "a (AAAAAA) and b (AAAACC) differ at 2; b (AAAACC) and c (AACCCC) differ at 2.",
                "Allow 0",
            ],
        ),
        ([("a", "AAAAAA"), ("b", "AAACCC")], "sample[6]~2 variant[4]", ["differ at 3", "Allow 1 mismatch in"]),
        ([("a", "AAA")], "sample[3] sample[3] variant[4]", ["index AAA of sample 'a' has 1 part", "sample[3] + sample[3]"]),
        ([("a", "AAA+CCC+GGG")], "sample[3] sample[3] variant[4]", ["has 3 parts"]),
        ([("a", "AAA+")], "sample[3] sample[3] variant[4]", ["part nothing of index AAA+ of sample 'a' has 0 bases"]),
        ([("a", "AA+CCC"), ("b", "AA+CCC")], "sample[2] sample[3] variant[4]", ["a (AA+CCC) and b (AA+CCC) differ at 0"]),
        (
            [("a", "AAA+CCC"), ("b", "AAA+CCG"), ("c", "GGG+CCC")],
            "sample[3]~1 sample[3]~1 variant[4]",
            ["a (CCC) and b (CCG) differ at 1."],
        ),
        ([("a", "AAA"), ("b", "AAAC")], "sample[3-4] variant[4]", ["a (AAA) and b (AAAC) differ at 0"]),
        ([("a", "AA")], "sample[3-4] variant[4]", ["has 2 bases", "sample[3-4]"]),
    ],
)
def test_indices_that_do_not_do(samples, text, words):
    with pytest.raises(InputError) as caught:
        check_indices(samples, layout(text), path="samples.tsv")
    assert str(caught.value).startswith("samples.tsv: ")
    for word in words:
        assert word in str(caught.value)
