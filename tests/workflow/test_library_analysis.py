"""An analysis through Snakemake: a library from association reads in two files, joined to sorted bins, with filters."""

import random
from collections import Counter, defaultdict

import pandas as pd
import pytest
from running import snakemake

CONFIG = """\
version: 1
analysis: two
runs: runs.tsv
samples: samples.tsv
layouts:
  assoc: {read1: "GG barcode[10]", read2: "rc(variant[12]) TTT"}
  tags: "sample[3] barcode[10]"
libraries:
  pool: {runs: [a], min_support: 4}
experiments:
  e: {library: pool, filters: {min_counts: 2, bc_threshold: 3}}
"""
RUNS = (
    "run\tlayout\trole\tread1\tread2\na\tassoc\tassociation\ta1.1.fastq;a2.1.fastq\ta1.2.fastq;a2.2.fastq\nc\ttags\t\tc.fastq\t\n"
)
SAMPLES = "sample\trun\tindex\texperiment\tbin\nlow\tc\tAAC\te\t0\nhigh\tc\tCCG\te\t1\n"
TURNED = str.maketrans("ACGT", "TGCA")
TARGETS = ["results/two/libraries/pool/fates.tsv", "results/two/variants/e.tsv.gz"]


def fastq(reads):
    return "".join(f"@r{number}\n{read}\n+\n{'I' * len(read)}\n" for number, read in enumerate(reads))


@pytest.fixture
def truth(tmp_path):
    """Write the analysis; gives the variant of each barcode, and the reads of the bins as (sample, barcode)."""
    random_ = random.Random(5)
    variants = ["".join(random_.choices("ACGT", k=12)) for _ in range(12)]
    variant_of = {"".join(random_.choices("ACGT", k=10)): random_.choice(variants) for _ in range(40)}
    for lane in (1, 2):
        pairs = random_.sample([*variant_of.items()] * 2, 80)
        (tmp_path / f"a{lane}.1.fastq").write_text(fastq("GG" + barcode for barcode, _ in pairs))
        (tmp_path / f"a{lane}.2.fastq").write_text(fastq(variant.translate(TURNED)[::-1] + "TTT" for _, variant in pairs))
    read = [(random_.choice(["low", "high"]), random_.choice(list(variant_of)[:36])) for _ in range(120)]
    (tmp_path / "c.fastq").write_text(fastq({"low": "AAC", "high": "CCG"}[sample] + barcode for sample, barcode in read))
    for name, text in (("config.yaml", CONFIG), ("runs.tsv", RUNS), ("samples.tsv", SAMPLES)):
        (tmp_path / name).write_text(text)
    return variant_of, read


def run(folder, project):
    return snakemake(folder, *TARGETS, "-s", project / "Snakefile", "--cores", 2, "--configfile", "config.yaml")


def test_library_and_filtered_variants(truth, project, tmp_path):
    variant_of, read = truth
    done = run(tmp_path, project)
    assert done.code == 0, done.output
    library = pd.read_csv(tmp_path / "results/two/libraries/pool/library.tsv.gz", sep="\t")
    assert dict(zip(library["barcode"], library["sequence"], strict=True)) == variant_of
    enough = defaultdict(list)
    for barcode, reads in Counter(barcode for _, barcode in read).items():
        if reads >= 2:
            enough[variant_of[barcode]].append(barcode)
    kept = sorted(variant for variant, own in enough.items() if len(own) >= 3)
    expected = [
        [variant, *(sum((sample, each) == one for one in read for each in enough[variant]) for sample in ("low", "high"))]
        for variant in kept
    ]
    found = pd.read_csv(tmp_path / "results/two/variants/e.tsv.gz", sep="\t")
    assert found.columns.tolist() == ["sequence", "ct_0", "ct_1", "n_bc"]
    assert found.values.tolist() == [[*row, len(enough[row[0]])] for row in expected]
    assert 0 < len(kept) < len(enough)
    steps = pd.read_csv(tmp_path / "results/two/filters/e.tsv", sep="\t").set_index("step")
    assert steps.loc["counted", "reads"] == len(read)
    assert steps.loc["kept", "reads"] == found[["ct_0", "ct_1"]].to_numpy().sum()


def test_association_reads_that_do_not_fit_stop_before_the_library_is_built(truth, project, tmp_path):
    """The mates were exchanged in the sheet of runs; the first reads say so."""
    sheet = tmp_path / "runs.tsv"
    header, first, *others = sheet.read_text().splitlines(keepends=True)
    places = dict(zip(header.split(), first.rstrip("\n").split("\t"), strict=True))
    swapped = {**places, "read1": places["read2"], "read2": places["read1"]}
    sheet.write_text(header + "\t".join(swapped[column] for column in header.split()) + "\n" + "".join(others))
    done = run(tmp_path, project)
    assert done.code == 1
    assert f"of run '{places['run']}' fit layout" in done.output
    assert "100 % fit if read1 and read2 are exchanged" in done.output
    assert not (tmp_path / TARGETS[0]).exists()


def test_association_reads_out_of_step(truth, project, tmp_path):
    """The record of one cluster is missing in the second lane of read2."""
    path = tmp_path / "a2.2.fastq"
    path.write_text("".join(path.read_text().splitlines(keepends=True)[4:]))
    done = run(tmp_path, project)
    assert done.code == 1
    words = "a2.1.fastq and a2.2.fastq: record 1 of the two files has different names, 'r0' and 'r1': they are out of step"
    assert words in done.output
    assert not (tmp_path / TARGETS[0]).exists()
