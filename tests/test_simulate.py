"""Simulated reads: as many changes, errors and junk as asked for, in the bins that the fit gives them."""

import gzip
from dataclasses import replace

import numpy as np
import pytest
import torch
from promoters import LAC, network_of

from cisphys.dna import decode, encode
from cisphys.errors import InputError
from cisphys.models.saved import Measurement, SavedFit
from cisphys.reads.layout import parse_layout
from cisphys.simulate import Design, draw_bins, mutate, simulate_run, with_errors, write_reads

WILD_TYPE = "ACGTTGCAA"
LAYOUT = parse_layout("sample[4] TTTGGG * CATCAT variant[9] GG", "x")
INDICES = {0: "AAAA", 1: "CCCC", 2: "GGGG"}
CLEAN = Design(reads=3000, variants=400, mutation_rate=0.2, sequencing_error=0.0, junk=0.0)


@pytest.fixture
def truth() -> SavedFit:
    spline = torch.tensor(np.random.default_rng(2).normal(0, 2, (6, 3)))
    spline[:, -1] = 0.0
    values = {"spline": spline, "mean": torch.tensor(-0.3), "sd": torch.tensor(1.7)}
    summary = {"wild_type": WILD_TYPE, "datasets": {"x": {"bins": [0, 1, 2], "conditions": {}}}}
    return SavedFit(network_of(LAC), {"x": Measurement("sorted_bins", (0, 1, 2), values)}, summary)


def close(found: float, expected: float, number: int) -> bool:
    """Tell whether a share of `number` trials is within five binomial standard errors."""
    return abs(found - expected) <= 5 * np.sqrt(expected * (1 - expected) / number)


def simulate(truth, folder, design=CLEAN, layout=LAYOUT, indices=INDICES, seed=1):
    path = folder / "reads.fastq.gz"
    simulate_run(truth, layout, indices, design, seed, path, "sim")
    return gzip.decompress(path.read_bytes()).decode().splitlines()


def test_each_base_is_changed_with_the_same_probability_to_each_other_base():
    wild_type = encode([WILD_TYPE])[0]
    letters = mutate(wild_type, 20_000, 0.12, np.random.default_rng(1))
    for position, own in enumerate(wild_type):
        shares = np.bincount(letters[:, position], minlength=4) / 20_000
        expected = np.where(np.arange(4) == own, 0.88, 0.04)
        assert all(close(share, rate, 20_000) for share, rate in zip(shares, expected, strict=True))


def test_mutations_are_independent():
    changed = mutate(np.zeros(2, np.uint8), 50_000, 0.3, np.random.default_rng(2)) > 0
    assert close((changed[:, 0] & changed[:, 1]).mean(), 0.09, 50_000)


def test_bins_are_drawn_with_their_probabilities():
    rows = np.array([[0.5, 0.3, 0.2], [0.05, 0.0, 0.95]])
    drawn = draw_bins(np.repeat(rows, 20_000, axis=0), np.random.default_rng(3)).reshape(2, -1)
    for own, expected in zip(drawn, rows, strict=True):
        shares = np.bincount(own, minlength=3) / 20_000
        assert all(close(share, p, 20_000) for share, p in zip(shares, expected, strict=True))


@pytest.mark.parametrize("rate", [0.0, 0.01, 0.5])
def test_errors_turn_bases_into_other_bases(rate):
    letters = np.random.default_rng(4).integers(0, 4, (2000, 20)).astype(np.uint8)
    wrong = with_errors(letters, rate, np.random.default_rng(5))
    assert wrong.max() <= 3
    assert close((wrong != letters).mean(), rate, letters.size)
    steps = np.bincount(((wrong - letters) % 4).ravel(), minlength=4)[1:]
    assert all(close(step / letters.size, rate / 3, letters.size) for step in steps)


def test_reads_are_what_the_layout_says(tmp_path, truth):
    lines = simulate(truth, tmp_path)
    assert lines[0::4] == [f"@sim:{n}" for n in range(1, 3001)]
    assert set(lines[2::4]) == {"+"}
    assert set(lines[3::4]) == {"I" * 27}
    for read in lines[1::4]:
        assert read[:4] in INDICES.values()
        assert read[4:16] == "TTTGGGCATCAT"
        assert read[25:] == "GG"


def test_reads_of_the_wild_type_fall_into_bins_as_the_fit_says(tmp_path, truth):
    design = replace(CLEAN, reads=20_000, mutation_rate=0.0)
    reads = simulate(truth, tmp_path, design)[1::4]
    assert {read[16:25] for read in reads} == {WILD_TYPE}
    for number, p in zip(INDICES, truth.predict([WILD_TYPE])[0], strict=True):
        assert close(np.mean([read.startswith(INDICES[number]) for read in reads]), p, len(reads))


def test_a_variant_s_bins_follow_its_own_latent(tmp_path, truth):
    reads = simulate(truth, tmp_path, replace(CLEAN, reads=20_000))[1::4]
    predicted = truth.predict([read[16:25] for read in reads])
    drawn = np.array([list(INDICES.values()).index(read[:4]) for read in reads])
    assert predicted[:, 1].std() > 0.05
    for high in (True, False):
        chosen = (predicted[:, 1] > np.median(predicted[:, 1])) == high
        assert close((drawn[chosen] == 1).mean(), predicted[chosen, 1].mean(), chosen.sum())


def test_no_more_variants_than_asked_for(tmp_path, truth):
    reads = simulate(truth, tmp_path, replace(CLEAN, variants=7))[1::4]
    assert len({read[16:25] for read in reads}) <= 7


def test_junk_lacks_the_constants(tmp_path, truth):
    reads = simulate(truth, tmp_path, replace(CLEAN, reads=10_000, junk=0.05))[1::4]
    assert close(np.mean([read[4:16] != "TTTGGGCATCAT" for read in reads]), 0.05, len(reads))


def test_sequencing_errors_hit_constants_and_variants_alike(tmp_path, truth):
    reads = simulate(truth, tmp_path, replace(CLEAN, reads=10_000, mutation_rate=0.0, sequencing_error=0.02))[1::4]
    for start, expected in ((4, "TTTGGGCATCAT"), (16, WILD_TYPE), (25, "GG")):
        wrong = np.mean([a != b for read in reads for a, b in zip(read[start:], expected, strict=False)])
        assert close(wrong, 0.02, len(reads) * len(expected))


def test_same_seed_same_bytes(tmp_path, truth):
    first = simulate(truth, tmp_path, seed=4)
    packed = (tmp_path / "reads.fastq.gz").read_bytes()
    assert simulate(truth, tmp_path, seed=5) != first
    assert simulate(truth, tmp_path, seed=4) == first
    assert (tmp_path / "reads.fastq.gz").read_bytes() == packed


def test_layout_without_anything_around_the_variant(tmp_path, truth):
    lines = simulate(truth, tmp_path, layout=parse_layout("variant[9]", "x"))
    assert {len(read) for read in lines[1::4]} == {9}


def test_reads_are_written_as_fastq(tmp_path):
    write_reads(encode(["ACGT", "TTTT"]), tmp_path / "r.fastq", "run")
    assert (tmp_path / "r.fastq").read_text() == "@run:1\nACGT\n+\nIIII\n@run:2\nTTTT\n+\nIIII\n"


def test_progress_is_told(tmp_path):
    told = []
    write_reads(np.zeros((9000, 4), np.uint8), tmp_path / "r.fastq", "run", lambda *each: told.append(each))
    assert told == [(4096, 9000), (8192, 9000)]


@pytest.mark.parametrize(
    ("indices", "layout", "words"),
    [
        ({0: "AAAA"}, LAYOUT, "bins that no sample stands for: 1, 2"),
        (INDICES, parse_layout("sample[4] variant[8]", "x"), "variant[8], but variants of 9 bases are simulated"),
        (INDICES, parse_layout("sample[4] barcode[9]", "x"), "barcode[9], but variants of 9 bases are simulated"),
    ],
)
def test_mistakes(tmp_path, truth, indices, layout, words):
    with pytest.raises(InputError) as caught:
        simulate(truth, tmp_path, layout=layout, indices=indices)
    assert words in str(caught.value)
    assert not (tmp_path / "reads.fastq.gz").exists()


def test_prediction_is_for_sequences_as_given(truth):
    letters = mutate(encode([WILD_TYPE])[0], 20, 0.3, np.random.default_rng(6))
    p = truth.predict([decode(row) for row in letters])
    np.testing.assert_allclose(p.sum(1), 1, atol=1e-12)
    with pytest.raises(InputError, match="the sequences have 8 bases, where the variants of the fit have 9"):
        truth.predict([WILD_TYPE[:8]])
