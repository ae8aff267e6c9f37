"""Tables of counts that users bring."""

import gzip
import logging

import pandas as pd
import pytest

from cisphys.errors import InputError
from cisphys.given_table import import_table


def imported(folder, text, name="table.tsv"):
    """Import a table given as text (its commas are tabs, unless the name ends in .csv)."""
    path = folder / name
    text = text if ".csv" in name else text.replace(",", "\t")
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    import_table(path, folder / "out.tsv.gz")
    return gzip.decompress((folder / "out.tsv.gz").read_bytes()).decode().replace("\t", ",")


PLAIN = "sequence,ct_0,ct_1\nAC,0,3\nCA,2,1\n"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (PLAIN, "t.tsv"),
        (PLAIN, "t.csv"),
        (PLAIN, "t.csv.gz"),
        ("sequence,ct_0,ct_1\nCA,2,1\nAC,0,3\n", "t.tsv"),
        ("x,ct_1,ct_0\nca,1,2.0\nac,3,0\n", "t.tsv"),
        ("note,ct_0,x,ct_1\n7,2,CA,1\n,0,AC,3\n", "t.tsv"),
        (PLAIN + "GG,0,0\n\n", "t.tsv"),
        ("\ufeff" + PLAIN.replace("\n", "\r\n"), "t.csv"),
        (PLAIN.removesuffix("\n"), "t.tsv"),
    ],
)
def test_forms_of_one_table(tmp_path, text, name):
    assert imported(tmp_path, text, name) == PLAIN


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x,rna_1,dna_1,note\nCA,1,2,7\nAC,,3,7\nCA,0,4,7\n", "sequence,rna_1,dna_1\nAC,,3\nCA,1,2\nCA,0,4\n"),
        ("sequence,y,set\nCA,-0.5,test\nAC,,training\nAA,1e3,validation\n", "sequence,y,set\nAA,1000,validation\nCA,-0.5,test\n"),
        ("dy,y,x\n0.1,2,CA\n,,AC\n", "sequence,y,dy\nCA,2,0.1\n"),
        ("x,ct_1,ct_0,y\nca,1,2.0,\nac,3,0,4\n", "sequence,ct_0,ct_1,y\nAC,0,3,4\nCA,2,1,\n"),
    ],
)
def test_tables_of_other_measurements(tmp_path, text, expected):
    assert imported(tmp_path, text) == expected


def test_bins_are_ordered_as_numbers_and_the_set_comes_last(tmp_path):
    text = "set,ct_10,ct_2,x\ntest,1,2,AC\ntraining,3,4,AA\nvalidation,5,6,CC\n"
    expected = "sequence,ct_2,ct_10,set\nAA,4,3,training\nAC,2,1,test\nCC,6,5,validation\n"
    assert imported(tmp_path, text) == expected


def test_columns_passed_over_are_named_in_the_log(tmp_path, caplog):
    with caplog.at_level(logging.INFO):
        imported(tmp_path, "x,mean,ct_0,ct_1,sd\nAC,1,1,1,1\n")
    assert "columns passed over: mean, sd" in caplog.text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the table is empty"),
        ("x,ct_0,ct_1\n", "the table has no rows"),
        ("seqence,ct_0,ct_1\nAC,1,1\n", "column 'sequence' is missing (did you mean 'seqence'?"),
        ("x,sequence,ct_0,ct_1\nAC,AC,1,1\n", "both a column 'sequence' and a column 'x'"),
        ("x,cts_0,cts_1\nAC,1,1\n", "column 'ct_0' is missing (did you mean 'cts_0'?"),
        ("x,ct_0,ct_0\nAC,1,1\n", "column 'ct_0' is there twice"),
        ("x,ct_0,ct_a\nAC,1,1\n", "column 'ct_a' has no bin number"),
        ("x,ct_0\nAC,1\n", "there is only one bin, 'ct_0'"),
        ("x,ct_0,ct_1\nAC,1,1\nAC,1\n", "line 3: 2 fields where the header has 3"),
        ("x,ct_0,ct_1\nAC,1,1,1\n", "line 2: 4 fields where the header has 3"),
        ("x,ct_0,ct_1\nAC,1,1\n\nAN,1,1\n", "line 4: the sequence holds 'N'"),
        ("x,ct_0,ct_1\nAU,1,1\nAT,1,1\n", "line 3: the sequence holds 'T'. Use A, C, G and U only"),
        ("x,ct_0,ct_1\n,1,1\n", "line 2: the sequence is empty"),
        ("x,ct_0,ct_1\nAC,1,1\nACG,1,1\n", "line 3: 3 bases, where the first sequence has 2"),
        ("x,ct_0,ct_1\nAC,1,1\nCC,1,1\nac,1,1\n", "line 4: the sequence is in line 2 already"),
        ("x,ct_0,ct_1\nAC,1,-1\n", "line 2: '-1' in column 'ct_1' is no count"),
        ("x,ct_0,ct_1\nAC,1,1\nCC,0.5,1\n", "line 3: '0.5' in column 'ct_0' is no count"),
        ("x,ct_0,ct_1\nAC,1,\n", "line 2: '' in column 'ct_1' is no count"),
        ("x,ct_0,ct_1\nAC,1,nan\n", "line 2: 'nan'"),
        ("x,ct_0,ct_1\nAC,1,inf\n", "line 2: 'inf'"),
        ("x,ct_0,ct_1,set\nAC,1,1,train\n", "line 2: unknown set 'train' (did you mean 'training'?"),
        ("x,ct_0,ct_1\nAC,0,0\n", "the table holds no reads"),
        ("x,dna_1,rna_2\nAC,1,1\n", "there is a column 'dna_1', but no 'rna_1'"),
        ("x,dna_1,rna_1\nAC,1,1\nCC,1,0.5\n", "line 3: '0.5' in column 'rna_1' is no count"),
        ("x,y\nAC,1\nCC,nan\n", "line 3: 'nan' in column 'y' is no number"),
        ("x,y\nAC,\n", "nothing is measured"),
    ],
)
def test_bad_tables(tmp_path, text, words):
    with pytest.raises(InputError) as caught:
        imported(tmp_path, text)
    assert str(caught.value).startswith(str(tmp_path / "table.tsv"))
    assert words in str(caught.value)
    assert not (tmp_path / "out.tsv.gz").exists()


def test_files_that_are_no_tables(tmp_path):
    with pytest.raises(InputError, match="there is no such file"):
        import_table(tmp_path / "none.tsv", tmp_path / "out.tsv.gz")
    (tmp_path / "cut.tsv.gz").write_bytes(gzip.compress(PLAIN.encode())[:-9])
    with pytest.raises(InputError, match="no readable table"):
        import_table(tmp_path / "cut.tsv.gz", tmp_path / "out.tsv.gz")
    (tmp_path / "binary.tsv").write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(InputError, match="no readable table"):
        import_table(tmp_path / "binary.tsv", tmp_path / "out.tsv.gz")


def test_mavenn_table(published_data, tmp_path):
    given = published_data / "mavenn" / "sortseq_data.csv.gz"
    import_table(given, tmp_path / "out.tsv.gz")
    table, original = pd.read_csv(tmp_path / "out.tsv.gz", sep="\t"), pd.read_csv(given)
    counts = [f"ct_{number}" for number in range(10)]
    expected = original.rename(columns={"x": "sequence"}).sort_values("sequence", ignore_index=True)
    pd.testing.assert_frame_equal(table, expected[["sequence", *counts, "set"]])
    assert len(table) == 50_518
