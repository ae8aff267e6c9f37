"""Counting in blocks: cell for cell what the general way and a slow count of its own give, wherever blocks are cut."""

import subprocess
from collections import Counter

import numpy as np
import pytest
from engine_runs import (
    LIBRARIES,
    OPTIONS,
    SAMPLES,
    files,
    reads,
    record,
    run,
    run_generally,
    run_in_units,
    some_reads,
    some_records,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from cisphys.reads.tally import Tally


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
@settings(max_examples=60, deadline=None)
@given(data=files(), block=st.integers(1, 300))
def test_equals_the_general_way(tmp_path_factory, options, data, block):
    folder = tmp_path_factory.getbasetemp()
    answer = run(folder, data, **options, block=block)
    assert isinstance(answer, tuple)
    assert answer == run_generally(folder, data, **options) == run_in_units(folder, data, **options)


def slow_fate(bases, libraries):
    """Say (sample, fate, barcode) of one read of TEXT, by comparing with everything."""

    def within_one(letters, known):
        apart = {word: sum(a != b for a, b in zip(letters, word, strict=True)) for word in known}
        least = min(apart.values())
        return sorted(word for word in known if apart[word] == least) if least <= 1 else []

    bases = bases.upper()
    if len(bases) < 4:
        return "-", "bad_length", None
    found = within_one(bases[:4], [index for _, index in SAMPLES])
    if not found:
        return "-", "no_sample", None
    sample = {index: name for name, index in SAMPLES}[found[0]]
    if len(bases) < 9:
        return sample, "bad_length", None
    if not within_one(bases[4:9], ["TTGAC"]):
        return sample, "constant_missing", None
    if len(bases) < 19:
        return sample, "bad_length", None
    barcode = bases[9:19]
    if set(barcode) - set("ACGT"):
        return sample, "has_n", None
    if sample not in libraries:
        return sample, "counted", barcode
    nearest = within_one(barcode, libraries[sample])
    if len(nearest) == 1:
        return sample, "counted", nearest[0]
    return sample, "ambiguous_barcode" if nearest else "not_in_library", None


@pytest.mark.parametrize("libraries", [OPTIONS[name]["libraries"] for name in list(OPTIONS)[:3]], ids=list(OPTIONS)[:3])
@settings(max_examples=100, deadline=None)
@given(sequences=st.lists(reads(), min_size=1, max_size=60), block=st.integers(30, 2000))
def test_equals_a_slow_independent_count(tmp_path_factory, libraries, sequences, block):
    data = b"".join(record(bases, number) for number, bases in enumerate(sequences))
    counts, fates = run(tmp_path_factory.getbasetemp(), data, libraries=libraries, block=block)
    answers = [slow_fate(bases, libraries) for bases in sequences]
    counted = Counter((sample, barcode) for sample, fate, barcode in answers if fate == "counted")
    assert counts == "sample\tsequence\treads\n" + "".join(f"{s}\t{b}\t{n}\n" for (s, b), n in sorted(counted.items()))
    rows_of_fates = [line.split("\t")[1:] for line in fates.splitlines()[1:]]
    assert {(s, f): int(n) for s, f, n in rows_of_fates if n != "0"} == Counter((s, f) for s, f, _ in answers)


@pytest.mark.parametrize("block", [1, 7, 64, 100_000])
def test_every_cut_of_a_file(tmp_path, block):
    """Cut anywhere, a file gives the same tables or the same error as in the general way."""
    whole = some_records(4)
    for cut in range(1, len(whole) + 1):
        answer = run(tmp_path, whole[:cut], libraries=LIBRARIES, block=block)
        assert answer == run_generally(tmp_path, whole[:cut], libraries=LIBRARIES)
        assert answer == run_in_units(tmp_path, whole[:cut], libraries=LIBRARIES)


def test_a_record_longer_than_many_blocks(tmp_path):
    data = some_records(3) + record("AACCTTGACACGTACGTAC" + "A" * 60_000, 4) + some_records(3)
    assert run(tmp_path, data, libraries=LIBRARIES, block=512) == run_generally(tmp_path, data, libraries=LIBRARIES)


def test_exact_counts_equal_grep_sort_uniq(tmp_path):
    data = b"".join(record(bases, number) for number, bases in enumerate(some_reads(3000)))
    counts, _ = run(tmp_path, data, "sample[4] TTGAC barcode[10]", block=4000)
    pipe = "grep -oE '^(AACC|GGTT)TTGAC[ACGT]{10}' reads.fastq | sort | uniq -c"
    lines = subprocess.run(["bash", "-c", pipe], cwd=tmp_path, capture_output=True, text=True, check=True).stdout.split("\n")
    names = {index: name for name, index in SAMPLES}
    expected = {(names[read[:4]], read[9:], number) for number, read in map(str.split, filter(None, lines))}
    assert {tuple(line.split("\t")) for line in counts.splitlines()[1:]} == expected
    assert len(expected) > 10


def test_kernels_count_nearly_all(tmp_path, monkeypatch):
    """Only reads with a letter that is no base in their index are left to the general way."""
    left = []
    monkeypatch.setattr(Tally, "add_read", lambda self, sequence: left.append(sequence))
    with pytest.raises(RuntimeError, match="fates sum to"):
        run(tmp_path, some_records(1000), libraries=LIBRARIES)
    assert sorted(left) == sorted(bases for bases in some_reads(1000) if "N" in bases[:4])
    assert 0 < len(left) < 20


@pytest.mark.parametrize("block", [100, 1 << 16])
def test_barcodes_longer_than_a_word(tmp_path, block):
    rng = np.random.default_rng(2)
    barcodes = ["".join(rng.choice(list("ACGT"), 75)) for _ in range(20)]
    reads = [barcodes[rng.integers(20)] for _ in range(500)]
    reads[7] = reads[7][:40] + "N" + reads[7][41:]
    wrong = {"A": "C", "C": "G", "G": "T", "T": "A"}
    reads[8:40] = [read[:70] + wrong[read[70]] + read[71:] for read in reads[8:40]]
    data = b"".join(record(bases, number) for number, bases in enumerate(reads))
    for text, libraries in (("barcode[75]~1", {"s": barcodes}), ("barcode[75]", {"s": barcodes}), ("variant[75]", None)):
        answer = run(tmp_path, data, text, [("s", "")], libraries=libraries, block=block)
        assert answer == run_generally(tmp_path, data, text, [("s", "")], libraries=libraries)
        assert ("counted\t499" in answer[1]) == (text != "barcode[75]")


def test_index_readings_that_are_not_all_listed(tmp_path, monkeypatch):
    monkeypatch.setattr("cisphys.reads.plan.MOST_READINGS", 2)
    data = some_records(200)
    assert run(tmp_path, data, libraries=LIBRARIES) == run_generally(tmp_path, data, libraries=LIBRARIES)


def test_long_sample_index_takes_the_general_way(tmp_path):
    samples = [("s", "ACGT" * 10)]
    counts, _ = run(tmp_path, record("ACGT" * 10 + "TTT"), "sample[40]~1 variant[3]", samples)
    assert counts == "sample\tsequence\treads\ns\tTTT\t1\n"
