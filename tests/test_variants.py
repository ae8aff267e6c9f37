"""Tables of variants: joined from counts, with or without a library."""

import gzip

import pytest

from cisphys.errors import InputError
from cisphys.variants import join_experiment

SAMPLES = [("s1", 1), ("s0", 0), ("s10", 10)]


def text_of(path):
    return gzip.decompress(path.read_bytes()).decode()


@pytest.fixture
def counts(tmp_path):
    """Counts of two runs; the sample `other` belongs to another experiment."""
    first, second = tmp_path / "run1.tsv", tmp_path / "run2.tsv"
    first.write_text("sample\tsequence\treads\nother\tTTTT\t9\ns0\tCCCC\t2\ns1\tAAAA\t1\ns1\tCCCC\t4\n")
    second.write_text("sample\tsequence\treads\ns10\tAAAA\t7\n")
    return [first, second]


def test_join(tmp_path, counts):
    join_experiment("e", counts, SAMPLES, tmp_path / "out.tsv.gz")
    assert text_of(tmp_path / "out.tsv.gz") == "sequence\tct_0\tct_1\tct_10\nAAAA\t0\t1\t7\nCCCC\t2\t4\t0\n"


def test_a_bin_without_reads_keeps_its_column(tmp_path, counts):
    join_experiment("e", counts, [*SAMPLES, ("s2", 2)], tmp_path / "out.tsv.gz")
    assert text_of(tmp_path / "out.tsv.gz").splitlines()[:2] == ["sequence\tct_0\tct_1\tct_2\tct_10", "AAAA\t0\t1\t0\t7"]


def test_samples_of_one_bin_add_up(tmp_path, counts):
    join_experiment("e", counts, [("s0", 0), ("s1", 1), ("s10", 1)], tmp_path / "out.tsv.gz")
    assert text_of(tmp_path / "out.tsv.gz") == "sequence\tct_0\tct_1\nAAAA\t0\t8\nCCCC\t2\t4\n"


def test_library(tmp_path, counts):
    library = tmp_path / "lib.tsv"
    library.write_text("barcode\tsequence\nAAAA\tGATTACA\nCCCC\tGATTACA\nGGGG\tACATTAG\n")
    outputs = [tmp_path / "variants.tsv.gz", tmp_path / "barcodes.tsv.gz"]
    join_experiment("e", counts, SAMPLES, outputs[0], library=library, barcodes_out=outputs[1])
    assert text_of(outputs[0]) == "sequence\tct_0\tct_1\tct_10\nGATTACA\t2\t5\t7\n"
    assert text_of(outputs[1]) == "barcode\tct_0\tct_1\tct_10\nAAAA\t0\t1\t7\nCCCC\t2\t4\t0\n"


def test_barcodes_of_another_library(tmp_path, counts):
    (tmp_path / "lib.tsv").write_text("barcode\tsequence\nAAAA\tGATTACA\n")
    with pytest.raises(InputError, match=r"lib\.tsv: 1 counted barcodes of experiment 'e' are not in its library, such as CCCC"):
        join_experiment("e", counts, SAMPLES, tmp_path / "out.tsv.gz", library=tmp_path / "lib.tsv")


@pytest.mark.parametrize(("samples", "words"), [([("s1", 3)], "only bin 3"), ([], "no bins")])
def test_too_few_bins(tmp_path, counts, samples, words):
    with pytest.raises(InputError, match=f"experiment 'e' has {words}"):
        join_experiment("e", counts, samples, tmp_path / "out.tsv.gz")


def test_no_reads_left_says_what_took_them(tmp_path):
    counts, fates = tmp_path / "counts.tsv", tmp_path / "fates.tsv"
    counts.write_text("sample\tsequence\treads\nother\tAAAA\t5\n")
    fates.write_text(
        "run\tsample\tfate\treads\nr\ts0\tconstant_missing\t1200\nr\ts1\thas_n\t0\n"
        "r\tother\tbad_length\t9\nr\tother\tcounted\t5\nr\t-\tno_sample\t3000\n"
    )
    samples = [("s0", 0), ("s1", 1)]
    with pytest.raises(InputError, match=r"for experiment 'e': no_sample took 3,000, constant_missing took 1,200\. Check"):
        join_experiment("e", [counts], samples, tmp_path / "out.tsv.gz", fates=[fates])
    with pytest.raises(InputError, match=r"no reads are left for experiment 'e'\. Check the layout"):
        join_experiment("e", [counts], samples, tmp_path / "out.tsv.gz")
    assert not (tmp_path / "out.tsv.gz").exists()
