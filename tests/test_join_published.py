"""Barcode counts of published reads, joined to their library: every number as published, zeros included."""

import gzip

import pandas as pd

from cisphys.reads.count import count_run
from cisphys.reads.layout import parse_layout
from cisphys.reads.library import read_library
from cisphys.variants import join_experiment

LAYOUT = "barcode[16] CTATTAAATACAAATCCGACATTGTAGGGAG~4 sample[6]~1"


def turned(sequence):
    """Give the reverse complement."""
    return sequence.translate(str.maketrans("ACGT", "TGCA"))[::-1]


def keep_good_barcodes(source, target):
    """Copy the records whose first 16 qualities are 20 or more, as the authors did."""
    lines = gzip.decompress(source.read_bytes()).decode().splitlines()
    records = [record for record in zip(*[iter(lines)] * 4, strict=True) if min(record[3][:16]) >= chr(20 + 33)]
    target.write_text("".join("\n".join(record) + "\n" for record in records))


def test_eight_samples_of_four_runs(published_data, tmp_path):
    """The library says which published barcode each read barcode is, its reverse complement."""
    folder = published_data / "inline_index"
    barcodes = pd.read_csv(folder / "barcodes.tsv", sep="\t")["barcode"].tolist()
    library = pd.DataFrame({"barcode": [turned(barcode) for barcode in barcodes], "sequence": barcodes})
    library.to_csv(tmp_path / "library.tsv", sep="\t", index=False)
    known = read_library(tmp_path / "library.tsv")
    sheet = pd.read_csv(folder / "samples.tsv", sep="\t")
    counts = []
    for number, (fastq, rows) in enumerate(sheet.groupby("fastq")):
        keep_good_barcodes(folder / fastq, tmp_path / "kept.fastq")
        counts.append(tmp_path / f"{number}.tsv.gz")
        samples = rows[["sample", "index"]].values.tolist()
        layout = parse_layout(LAYOUT, "inline")
        libraries = {name: known for name, _ in samples}
        count_run("r", [tmp_path / "kept.fastq"], layout, samples, counts[-1], tmp_path / "fates.tsv", libraries=libraries)
    names = sheet["sample"].tolist()
    pairs = [(name, number) for number, name in enumerate(names)]
    join_experiment("inline", counts, pairs, tmp_path / "variants.tsv.gz", library=tmp_path / "library.tsv")
    found = (
        pd.read_csv(tmp_path / "variants.tsv.gz", sep="\t", index_col="sequence")
        .drop(columns="n_bc")
        .set_axis(names, axis="columns")
    )
    expected = [pd.read_csv(folder / "expected" / f"{name}.csv", index_col="barcode")["count"].rename(name) for name in names]
    expected = pd.concat(expected, axis="columns").sort_index()
    assert expected.shape == (len(barcodes), 8) == (120, 8)
    assert (expected == 0).to_numpy().sum() == 202
    assert found.index.tolist() == expected.index.tolist()
    assert (found.to_numpy() == expected.to_numpy()).all()
