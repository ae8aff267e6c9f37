"""Published counts wrapped back into reads, and public data with known answers."""

import gzip
import hashlib

import pandas as pd
import pytest

from cisphys.errors import InputError
from cisphys.reads.count import count_run
from cisphys.reads.layout import parse_layout
from cisphys.reads.library import read_library
from cisphys.reads.published import SOURCE_COLUMNS, check_download, read_published_counts, read_sources, wrap_counts_as_reads
from cisphys.tables import read_sheet
from cisphys.variants import join_experiment

LAYOUT = parse_layout("sample[4]~1 TTT * CAC variant[4] GG", "x")
INDICES = {"one": "AACC", "two": "GGTT"}
LAC = "sample[7]~1 TAGGCGTATCACGAGGCCCTTTCGTCTTC * AGCGCAACGC variant[75] AATTGTGAGC"
SAMPLE_SHEET = "config/lac_sortseq/samples.tsv"
SOURCES = "config/lac_sortseq/sources.tsv"


@pytest.fixture
def tables(tmp_path):
    paths = {name: tmp_path / f"{name}.txt" for name in INDICES}
    paths["one"].write_text("ct  seq\n     2 ACGT\n     1 CACC\n")
    paths["two"].write_text("ct\tseq\n3\tACGT\n")
    return paths


def wrap(folder, tables, seed=1):
    number = wrap_counts_as_reads("pub", tables, LAYOUT, INDICES, folder / "pub.fastq.gz", seed)
    return number, gzip.decompress((folder / "pub.fastq.gz").read_bytes()).decode().splitlines()


def test_each_published_read_is_written_once(tmp_path, tables):
    number, lines = wrap(tmp_path, tables)
    assert number == 6
    assert lines[0::4] == [f"@pub:{n}" for n in range(1, 7)]
    expected = ["AACCTTTCACACGTGG"] * 2 + ["AACCTTTCACCACCGG"] + ["GGTTTTTCACACGTGG"] * 3
    assert sorted(lines[1::4]) == sorted(expected)
    assert set(lines[3::4]) == {"I" * 16}


def test_order_and_bytes_follow_the_seed(tmp_path, tables):
    first = wrap(tmp_path, tables)
    packed = (tmp_path / "pub.fastq.gz").read_bytes()
    assert wrap(tmp_path, dict(reversed(tables.items()))) == first
    assert (tmp_path / "pub.fastq.gz").read_bytes() == packed
    assert len({tuple(wrap(tmp_path, tables, seed)[1]) for seed in range(5)}) > 1


def test_round_trip(tmp_path, tables):
    wrap(tmp_path, tables)
    count_run("pub", [tmp_path / "pub.fastq.gz"], LAYOUT, list(INDICES.items()), tmp_path / "counts.tsv", tmp_path / "fates.tsv")
    assert (tmp_path / "counts.tsv").read_text() == "sample\tsequence\treads\none\tACGT\t2\none\tCACC\t1\ntwo\tACGT\t3\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ct seq\n", "holds no counts"),
        ("", "holds no counts"),
        ("ct seq\n1 ACGT\nx ACGT\n", "line 3: 'x ACGT' is no count and sequence"),
        ("ct seq\n0 ACGT\n", "line 2"),
        ("ct seq\n1.5 ACGT\n", "line 2"),
        ("ct seq\n1 ACGN\n", "line 2"),
        ("ct seq\n1 ACGT 3\n", "line 2"),
    ],
)
def test_bad_published_counts(tmp_path, text, words):
    (tmp_path / "x.txt").write_text(text)
    with pytest.raises(InputError) as caught:
        read_published_counts(tmp_path / "x.txt")
    assert words in str(caught.value)


def test_other_bad_input(tmp_path, tables):
    with pytest.raises(InputError, match="there is no such file"):
        read_published_counts(tmp_path / "none.txt")
    tables["two"].write_text("ct seq\n1 ACGT\n2 ACG\n")
    with pytest.raises(InputError, match=r"two\.txt, line 3: a sequence of 3 bases\. Layout 'x' has variant\[4\]"):
        wrap(tmp_path, tables)


def test_download_is_checked(tmp_path):
    path = tmp_path / "x.txt"
    path.write_bytes(b"what came")
    found, meant = (hashlib.sha256(text).hexdigest() for text in (b"what came", b"what was meant"))
    check_download(path, found)
    with pytest.raises(InputError, match=f"SHA-256 is {found}, where {meant} was expected"):
        check_download(path, meant)
    assert path.read_bytes() == b"what came"


def test_lac_sources():
    sources = read_sources(SOURCES)
    assert len(sources) == 3 * 10 + 3 * 5
    commit = "20b874f36107cc8ff98360d46b34ab326b379f22"
    assert sources[0].url("http://host/") == f"http://host/jbkinney/19_mlcb/{commit}/data/full-wt/library.txt"
    samples = {(row["experiment"], row["bin"]) for row in read_sheet(SAMPLE_SHEET)[1] if row["role"] == "data"}
    assert {(source.experiment, str(source.bin)) for source in sources} == samples


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("e\t0\tr\tc\tp\t12", "column 'sha256' is missing"),
        ("e\tx\tr\tc\tp\t12\tab", "line 2: bin 'x' is no whole number"),
        ("e\t0\tr\tc\tp\t12\tab\ne\t0\tr\tc\tq\t12\tab", "line 3: experiment 'e' has bin 0 twice"),
    ],
)
def test_bad_sources(tmp_path, rows, words):
    width = rows.splitlines()[0].count("\t") + 1
    (tmp_path / "s.tsv").write_text("\t".join(SOURCE_COLUMNS[:width]) + "\n" + rows + "\n")
    with pytest.raises(InputError) as caught:
        read_sources(tmp_path / "s.tsv")
    assert words in str(caught.value)


@pytest.fixture(scope="module")
def lac(published_data, tmp_path_factory):
    """The lac pool, counted: the folder of its counts and fates, and the rows of its sample sheet."""
    folder = tmp_path_factory.mktemp("lac")
    rows = read_sheet(SAMPLE_SHEET)[1]
    samples = [(row["sample"], row["index"]) for row in rows]
    reads = published_data / "lac_sortseq" / "reads.fastq.gz"
    count_run("lac", [reads], parse_layout(LAC, "sortseq"), samples, folder / "counts.tsv.gz", folder / "fates.tsv")
    return folder, rows


@pytest.mark.parametrize("experiment", ["full-wt", "crp-wt", "rnap-wt", "full-500", "full-150", "full-0"])
def test_lac_counts_are_the_published_ones(lac, published_data, experiment):
    folder, rows = lac
    samples = [(row["sample"], int(row["bin"])) for row in rows if row["experiment"] == experiment]
    join_experiment(experiment, [folder / "counts.tsv.gz"], samples, folder / f"{experiment}.tsv.gz")
    expected = published_data / "lac_sortseq" / "counts" / f"{experiment}.tsv.gz"
    assert gzip.decompress((folder / f"{experiment}.tsv.gz").read_bytes()) == gzip.decompress(expected.read_bytes())


def test_lac_fates(lac):
    fates = pd.read_csv(lac[0] / "fates.tsv", sep="\t")
    assert fates["reads"].sum() == 308_309
    counted = fates[fates["fate"] == "counted"].set_index("sample")["reads"]
    assert counted[["wt1", "wt2"]].sum() == 20_193
    assert counted.sum() == 308_309


@pytest.mark.parametrize("well", ["B1", "B2", "B3", "B4"])
def test_inline_index_counts_are_the_published_ones(published_data, tmp_path, well):
    """Two samples per file, told apart by an index after a constant; barcodes read in reverse complement, with good qualities."""
    folder = published_data / "inline_index"
    sheet = pd.read_csv(folder / "samples.tsv", sep="\t")
    samples = sheet.loc[sheet["fastq"] == f"fastq/well_{well}.fastq.gz", ["sample", "index"]].values.tolist()
    barcodes = set(pd.read_csv(folder / "barcodes.tsv", sep="\t")["barcode"])
    layout = parse_layout("rc(barcode[16]{q20}) CTATTAAATACAAATCCGACATTGTAGGGAG~4 sample[6]~1", "inline")
    outputs = [tmp_path / "counts.tsv.gz", tmp_path / "fates.tsv"]
    reads = [folder / "fastq" / f"well_{well}.fastq.gz"]
    count_run(well, reads, layout, samples, *outputs, libraries={name: barcodes for name, _ in samples})
    assert pd.read_csv(outputs[1], sep="\t")["reads"].sum() == 100_000
    counts = pd.read_csv(outputs[0], sep="\t").set_index(["sample", "sequence"])["reads"]
    for sample, _ in samples:
        expected = pd.read_csv(folder / "expected" / f"{sample}.csv").set_index("barcode")["count"].to_dict()
        assert {barcode: counts.get((sample, barcode), 0) for barcode in barcodes} == expected


def test_library(tmp_path):
    (tmp_path / "lib.tsv").write_text("sequence\tbarcode\tnote\nacgt\tTTT\tx\nACGG\tTTA\t\n\nACGT\tTTT\tagain\n")
    assert read_library(tmp_path / "lib.tsv") == {"TTT": "ACGT", "TTA": "ACGG"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("barcode\tsequence\n", "the library has no rows"),
        ("barcode\tseq\nA\tC\n", "column 'sequence' is missing (did you mean 'seq'?"),
        (
            "barcode\tsequence\nTTT\tACGT\nTTA\tACGT\nTTT\tACGG\n",
            "barcode TTT stands for one sequence in line 2 and for another in line 4",
        ),
        ("barcode\tsequence\nTTT\tACGU\n", "line 2: the sequence holds 'U'"),
        ("barcode\tsequence\n\tACGT\n", "line 2: the barcode is empty"),
        ("barcode\tsequence\nTTT\tACGT\tmore\n", "line 2: 3 fields where the header has 2"),
    ],
)
def test_bad_libraries(tmp_path, text, words):
    (tmp_path / "lib.tsv").write_text(text)
    with pytest.raises(InputError) as caught:
        read_library(tmp_path / "lib.tsv")
    assert words in str(caught.value)
