"""The workflow with all that corrects counts at once: mates merged, UMIs of names corrected, barcodes clustered over two runs."""

import gzip
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from running import snakemake

CONFIG = """\
version: 1
analysis: tags
runs: runs.tsv
samples: samples.tsv
layouts:
  mates: {name: "umi[6]~1", merged: "GATTACAG~1 barcode[12]{q20}"}
merge: {least_overlap: 12}
experiments:
  tags: {barcodes: observed, cluster_ratio: 5}
"""
RUNS = "run\tlayout\tread1\tread2\n" + "".join(
    f"{name}\tmates\t{name}.1.fastq.gz\t{name}.2.fastq.gz\n" for name in ("low", "high")
)
SAMPLES = "sample\trun\tindex\texperiment\tbin\nlow\tlow\t\ttags\t0\nhigh\thigh\t\ttags\t1\n"
LETTERS = np.array(list("ACGT"))
OPPOSITE = str.maketrans("ACGT", "TGCA")


def reads_of(draw, barcodes, name):
    """Return the text of both mates, and the molecules of each barcode; each tenth pair does not overlap."""
    texts, molecules, number = ["", ""], Counter(), 0
    for barcode in barcodes:
        for _ in range(draw.integers(2, 5) * (1 if barcode.startswith("T") else 12)):
            molecules[barcode] += 1
            umi = "".join(LETTERS[draw.integers(0, 4, 6)])
            for copy in range(3):
                number += 1
                fragment = f"GATTACAG{barcode}" + "".join(LETTERS[draw.integers(0, 4, 4 if number % 10 else 60)])
                for place, strand in enumerate((fragment, fragment.translate(OPPOSITE)[::-1])):
                    bases = strand[:22]
                    texts[place] += f"@{name}.{number}_{umi} {copy}\n{bases}\n+\n{'I' * len(bases)}\n"
    return texts, molecules, number


@pytest.fixture(scope="module")
def analysis(project, tmp_path_factory):
    """The folder of a finished analysis, and the barcodes, pairs and molecules that were put in, by run."""
    folder, draw = tmp_path_factory.mktemp("corrected"), np.random.default_rng(1)
    for name, text in {"config.yaml": CONFIG, "runs.tsv": RUNS, "samples.tsv": SAMPLES}.items():
        (folder / name).write_text(text)
    parents = ["A" + "".join(LETTERS[draw.integers(0, 4, 11)]) for _ in range(10)]
    barcodes = parents + ["T" + barcode[1:] for barcode in parents[:6]]  # six of them misread at their first base
    put_in = {}
    for name in ("low", "high"):
        texts, molecules, pairs = reads_of(draw, barcodes, name)
        for mate, text in enumerate(texts, start=1):
            (folder / f"{name}.{mate}.fastq.gz").write_bytes(gzip.compress(text.encode()))
        put_in[name] = molecules, pairs
    wanted = [f"results/tags/{name}" for name in ("variants/tags.tsv.gz", "read_fates.tsv", "molecules.tsv")]
    done = snakemake(folder, *wanted, "-s", project / "Snakefile", "--cores", 2, "--configfile", "config.yaml")
    assert done.code == 0, done.output
    return folder / "results/tags", put_in


def table(path):
    return pd.read_csv(path, sep="\t")


def test_fates_sum_to_the_pairs_and_name_those_that_do_not_overlap(analysis):
    results, put_in = analysis
    fates = table(results / "read_fates.tsv").pivot_table(index="sample", columns="fate", values="reads")
    for name, (_, pairs) in put_in.items():
        assert fates.loc[name].sum() == pairs
        assert fates.loc[name, "no_overlap"] == pairs // 10
        assert fates.loc[name, "duplicate_umi"] > 0


def test_misread_barcodes_are_joined_to_their_parents_and_no_read_is_lost(analysis):
    results, _ = analysis
    merges = table(results / "merged_barcodes/tags.tsv.gz")
    assert len(merges) == 6
    assert (merges["barcode"].str[1:] == merges["parent"].str[1:]).all()
    variants = table(results / "variants/tags.tsv.gz").set_index("sequence")
    counts = {name: table(results / f"counts/{name}.tsv.gz") for name in ("low", "high")}
    assert len(variants) == 10
    for name, column in (("low", "ct_0"), ("high", "ct_1")):
        own = counts[name].set_index("sequence")["reads"]
        assert variants[column].sum() == own.sum()
        for row in merges.itertuples():
            assert variants.loc[row.parent, column] == own.get(row.parent, 0) + own.get(row.barcode, 0)
    together = pd.concat(counts.values()).groupby("sequence")["reads"].sum()
    assert (merges["reads"] == merges["barcode"].map(together)).all()
    assert (merges["parent_reads"] == merges["parent"].map(together)).all()


def test_molecules_are_counted_and_their_collisions_told(analysis):
    results, put_in = analysis
    sums = table(results / "molecules.tsv").set_index("run")
    for name, (molecules, _) in put_in.items():
        rows = table(results / f"molecules/{name}.tsv.gz")
        assert sums.loc[name, "molecules"] == rows["molecules"].sum() == table(results / f"counts/{name}.tsv.gz")["reads"].sum()
        # few of 4,096 UMIs collide or are neighbours, and a molecule is lost with all its copies one time in a thousand
        assert rows["molecules"].sum() == pytest.approx(molecules.total(), rel=0.08)
        assert (rows["molecules"] <= rows["umis"]).all()
        assert (rows["expected_molecules"] >= rows["molecules"]).all()
