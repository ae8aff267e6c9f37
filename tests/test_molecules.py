"""RNA and DNA counts: joined to a library, filtered, added up by variant."""

import gzip
import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cisphys.barcode_filters import Filters, filter_replicate
from cisphys.errors import InputError
from cisphys.molecules import Outputs, join_molecules, sum_variants
from cisphys.variants import join_experiment

SAMPLES = [("d1", "dna", "1"), ("r1", "rna", "1"), ("d2", "dna", "2"), ("r2", "rna", "2")]
COUNTS = """\
sample sequence reads
d1 AAAA 3
d1 AACC 5
d1 GGGG 1
r1 AAAA 7
r1 AATT 2
d2 AAAA 4
r2 GGGG 6
other CCCC 9
"""
LIBRARY = """\
barcode sequence variant
AAAA GATTACA wt
AACC GATTACA wt
AATT GATTACA wt
GGGG ACATTAG m1
CCCC TTTTTTT m2
"""
NO_FILTER = Filters(0, 0, 1)


def as_tsv(text):
    return text.replace(" ", "\t")


def text_of(path):
    return gzip.decompress(path.read_bytes()).decode()


@pytest.fixture
def join(tmp_path):
    """Join the counts above; gives the texts of variants, filters and barcodes."""

    def join(counts=COUNTS, library=LIBRARY, samples=SAMPLES, **named):
        (tmp_path / "counts.tsv").write_text(as_tsv(counts))
        out = Outputs(tmp_path / "v.tsv.gz", tmp_path / "f.tsv.gz", tmp_path / "b.tsv.gz" if library else None)
        if library:
            (tmp_path / "lib.tsv").write_text(as_tsv(library))
            named["library"] = tmp_path / "lib.tsv"
        join_molecules("e", [tmp_path / "counts.tsv"], samples, out, **named)
        return [text_of(path) if path else None for path in (out.variants, out.filters, out.barcodes)]

    return join


def test_zero_is_seen_only_in_the_other_molecule_and_empty_is_seen_in_neither(join):
    _, _, barcodes = join(filters=NO_FILTER)
    assert barcodes == as_tsv(
        "barcode sequence variant dna_1 rna_1 dna_2 rna_2\n"
        "AAAA GATTACA wt 3 7 4 0\n"
        "AACC GATTACA wt 5 0  \n"
        "AATT GATTACA wt 0 2  \n"
        "GGGG ACATTAG m1 1 0 0 6\n"
    )


def test_variants_are_sums_over_their_barcodes(join):
    variants, *_ = join(filters=NO_FILTER)
    assert variants == as_tsv(
        "sequence variant dna_1 rna_1 n_bc_1 dna_2 rna_2 n_bc_2\nACATTAG m1 1 0 1 0 6 1\nGATTACA wt 8 9 3 4 0 1\n"
    )


def test_a_variant_below_the_threshold_in_a_replicate_is_missing_there_and_says_how_many_barcodes_it_had(join):
    variants, filters, _ = join(filters=Filters(1, 0, 2))
    assert variants == as_tsv("sequence variant dna_1 rna_1 n_bc_1 dna_2 rna_2 n_bc_2\nGATTACA wt 8 7 2   1\n")
    assert filters == as_tsv(
        "replicate step limit barcodes variants dna rna\n"
        "1 counted  4 2 9 9\n"
        "1 min_dna_counts 1 1 0 0 2\n"
        "1 min_rna_counts 0 0 0 0 0\n"
        "1 bc_threshold 2 1 1 1 0\n"
        "1 kept  2 1 8 7\n"
        "2 counted  2 2 4 6\n"
        "2 min_dna_counts 1 1 1 0 6\n"
        "2 min_rna_counts 0 0 0 0 0\n"
        "2 bc_threshold 2 1 1 4 0\n"
        "2 kept  0 0 0 0\n"
    )


def test_without_a_library_the_sequences_are_the_variants(join):
    variants, filters, _ = join(library=None, filters=Filters(1, 1, 10))
    assert variants == as_tsv("sequence dna_1 rna_1 dna_2 rna_2\nAAAA 3 7  \n")
    assert "bc_threshold" not in filters


def test_a_library_without_names(join):
    library = LIBRARY.replace(" variant", "").replace(" wt", "").replace(" m1", "").replace(" m2", "")
    variants, *_ = join(library=library, filters=NO_FILTER)
    assert variants.splitlines()[0] == as_tsv("sequence dna_1 rna_1 n_bc_1 dna_2 rna_2 n_bc_2")


def test_a_sequence_with_two_names_has_both(join):
    variants, *_ = join(library=LIBRARY.replace("AATT GATTACA wt", "AATT GATTACA alias"), filters=NO_FILTER)
    assert variants.splitlines()[2].startswith("GATTACA\talias;wt\t")


@pytest.mark.parametrize(
    ("samples", "words"),
    [
        (SAMPLES[:3], "replicate '2' of experiment 'e' has no rna sample. Give each replicate one sample of dna and one of rna"),
        ([*SAMPLES, ("d3", "dna", "1")], "replicate '1' of experiment 'e' has the dna samples d1 and d3"),
    ],
)
def test_each_replicate_has_one_sample_of_each_molecule(join, samples, words):
    with pytest.raises(InputError) as caught:
        join(samples=samples)
    assert words in str(caught.value)


def test_all_filtered_says_what_took_the_barcodes(join):
    with pytest.raises(
        InputError, match="no variant of experiment 'e' passes its filters: min_dna_counts 2 took 3 barcodes, bc_th"
    ):
        join(filters=Filters(2, 0, 10))


def test_no_reads(join, tmp_path):
    (tmp_path / "fates.tsv").write_text("run\tsample\tfate\treads\nr\td1\tnot_in_library\t120\n")
    with pytest.raises(InputError, match="no reads are left for experiment 'e': not_in_library took 120"):
        join(counts="sample sequence reads\nother CCCC 9\n", fates=[tmp_path / "fates.tsv"])


def test_barcodes_of_another_library(join):
    with pytest.raises(InputError, match="1 counted barcodes of experiment 'e' are not in its library, such as AATT"):
        join(library=LIBRARY.replace("AATT GATTACA wt\n", ""))


COUNT = st.none() | st.integers(0, 4)


@given(
    rows=st.lists(st.tuples(st.integers(0, 3), COUNT, COUNT), max_size=12),
    limits=st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(1, 3)),
)
def test_filters_against_a_slow_way_and_steps_add_up(rows, limits):
    rows = [(code, *((None, None) if dna is rna is None else (dna or 0, rna or 0))) for code, dna, rna in rows]
    columns = [pd.Series([row[column] for row in rows], dtype="Int64") for column in (1, 2)]
    codes = np.array([code for code, *_ in rows], np.intp)
    kept = filter_replicate(*columns, codes, 4, Filters(*limits))
    good = [row for row in rows if row[1] is not None and row[1] >= limits[0] and row[2] >= limits[1]]
    for code in range(4):
        own = [row for row in good if row[0] == code]
        assert kept.barcodes[code] == len(own)
        assert kept.variants[code] == (len(own) >= limits[2])
        expected = own if len(own) >= limits[2] else []
        assert kept.sums["dna"][code] == sum(row[1] for row in expected)
        assert kept.sums["rna"][code] == sum(row[2] for row in expected)
    counted, *taken, left = ((s.barcodes, s.variants, *s.reads.values()) for s in kept.steps)
    assert counted == tuple(np.sum([*taken, left], axis=0))


# published answers


@pytest.mark.parametrize("threshold", [1, 10, 100])
def test_igvf_aggregation_is_the_published_one(published_data, threshold):
    folder = published_data / "igvf" / "examples"
    given = pd.read_csv(folder / "reporter_experiment_barcode.input.tsv.gz", sep="\t", index_col="barcode")
    counts = given.filter(regex="count").astype("Int64").rename(columns=lambda name: name.replace("_count", ""))
    expected = pd.read_csv(folder / f"reporter_activity.bc{threshold}.output.tsv.gz", sep="\t")
    expected = expected.set_index(["replicate", "oligo_name"])[["dna_counts", "rna_counts", "n_bc"]]
    variants, record = sum_variants(counts, given["oligo_name"], Filters(1, 1, threshold))
    found = {
        (int(replicate), name): (row[f"dna_{replicate}"], row[f"rna_{replicate}"], row[f"n_bc_{replicate}"])
        for replicate in "123"
        for name, row in variants.to_dict("index").items()
        if row[f"dna_{replicate}"] is not None
    }
    assert found == {key: tuple(row) for key, row in zip(expected.index, expected.to_numpy().tolist(), strict=True)}
    assert record.loc[record["step"] == "counted", "barcodes"].tolist() == [40930, 40767, 41235]


CRE = {"dna": "library", "rna": "expression"}


def cre_table(path):
    """Read a published table of fixed width: rows of fields parted by spaces."""
    lines = gzip.decompress(path.read_bytes()).decode().splitlines()
    return [line.split() for line in lines[1:]]


def test_cre_tags_join_to_the_published_library(published_data, tmp_path):
    """27,000 tags of 26,899 sequences at two forskolin concentrations, here as replicates; tags without reads included."""
    folders = {level: published_data / "cre_mpra" / level for level in ("0uM", "100uM")}
    key = cre_table(folders["0uM"] / "key.txt.gz")
    pd.DataFrame(key, columns=["barcode", "sequence"]).to_csv(tmp_path / "key.tsv", sep="\t", index=False)
    published, samples, rows = {}, [], []
    for level, folder in folders.items():
        for molecule, name in CRE.items():
            samples.append((f"{molecule}_{level}", molecule, level))
            counts = {tag: int(count) for count, tag in cre_table(folder / f"{name}.txt.gz")}
            published[molecule, level] = counts
            rows += [(f"{molecule}_{level}", tag, count) for tag, count in counts.items() if count]
    pd.DataFrame(rows, columns=["sample", "sequence", "reads"]).to_csv(tmp_path / "counts.tsv.gz", sep="\t", index=False)
    out = Outputs(tmp_path / "v.tsv.gz", tmp_path / "f.tsv.gz", tmp_path / "b.tsv.gz")
    join_molecules("cre", [tmp_path / "counts.tsv.gz"], samples, out, library=tmp_path / "key.tsv", filters=NO_FILTER)
    check_cre_barcodes(text_of(out.barcodes), dict(key), published, folders)
    check_cre_variants(text_of(out.variants), key, published, folders)


def check_cre_barcodes(text, sequences, published, levels):
    found = pd.read_csv(io.StringIO(text), sep="\t", index_col="barcode", dtype=str, keep_default_na=False)
    assert len(sequences) == 27_000
    rows = found.to_dict("index")
    for level in levels:
        for tag in sequences:
            pair = [published[molecule, level][tag] for molecule in CRE]
            told = [rows[tag][f"{molecule}_{level}"] if tag in rows else "" for molecule in CRE]
            assert told == ([str(count) for count in pair] if any(pair) else ["", ""])
    zeros = sum((found[f"{molecule}_{level}"] == "0").sum() for molecule in CRE for level in levels)
    assert zeros > 0


def check_cre_variants(text, key, published, levels):
    found = pd.read_csv(io.StringIO(text), sep="\t", index_col="sequence", dtype=str, keep_default_na=False).to_dict("index")
    expected = {}
    for tag, sequence in key:
        row = expected.setdefault(sequence, {f"{what}_{level}": 0 for level in levels for what in ("dna", "rna", "n_bc")})
        for level in levels:
            pair = [published[molecule, level][tag] for molecule in CRE]
            row[f"dna_{level}"] += pair[0]
            row[f"rna_{level}"] += pair[1]
            row[f"n_bc_{level}"] += any(pair)
    assert len(expected) == 26_899
    for sequence, row in expected.items():
        for level in levels:
            if not row[f"n_bc_{level}"]:
                row |= {f"dna_{level}": "", f"rna_{level}": ""}
        told = found.get(sequence, dict.fromkeys(row, "") | {f"n_bc_{level}": "0" for level in levels})
        assert told == {name: str(value) for name, value in row.items()}


def test_regseq_observed_library(published_data, tmp_path):
    """5,188 barcodes of 1,607 observed promoter variants of ykgE, with the published reads of each barcode as counts."""
    key = pd.read_csv(published_data / "regseq" / "ykgE_barcode_key.csv")
    library = key.rename(columns={"tag": "barcode", "seq": "sequence"})
    library.to_csv(tmp_path / "lib.csv", index=False)
    counts = pd.concat(
        pd.DataFrame({"sample": f"s{number}", "sequence": key["tag"], "reads": key["count"] * (number + 1)}) for number in (0, 1)
    )
    counts.to_csv(tmp_path / "counts.tsv", sep="\t", index=False)
    out = [tmp_path / "v.tsv.gz", tmp_path / "b.tsv.gz"]
    join_experiment(
        "r", [tmp_path / "counts.tsv"], [("s0", 0), ("s1", 1)], out[0], library=tmp_path / "lib.csv", barcodes_out=out[1]
    )
    expected = {}
    for _, sequence, reads, _ in key.itertuples(index=False):
        expected[sequence] = expected.get(sequence, 0) + reads
    assert (len(key), len(expected)) == (5_188, 1_607)
    barcodes_of = key.groupby("seq").size()
    table = pd.read_csv(out[0], sep="\t")
    rows = [[sequence, reads, 2 * reads, barcodes_of[sequence]] for sequence, reads in sorted(expected.items())]
    assert table.values.tolist() == rows
    barcodes = pd.read_csv(out[1], sep="\t")
    assert dict(zip(barcodes["barcode"], barcodes["ct_0"], strict=True)) == dict(zip(key["tag"], key["count"], strict=True))
